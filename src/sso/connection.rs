//! A connection as sign-in sees it.

use axum::http::StatusCode;

use super::client_authentication::{ClientAuthentication, Credential};
use super::{Metadata, Provider, client_keys};
use crate::error::Result;
use crate::id::{ClientKeyId, ConnectionId, OrganizationId};
use crate::sessions::Refusal;
use crate::vault::{Place, Vault};

/// A button on an organization's sign-in page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub id: ConnectionId,
    pub name: String,
}

/// The sign-in half of a connection, whatever state it is in.
pub(super) struct SignInHalf {
    pub id: ConnectionId,
    pub organization_id: OrganizationId,
    pub provider: Provider,
    pub name: String,
    pub on: bool,
    /// Sync mode *at sign-in*: an unknown person is made.
    pub makes_people: bool,
    /// What the admin typed to find the metadata.
    pub address: Option<String>,
    pub client_id: Option<String>,
    /// `None`: as the provider offers.
    pub authentication: Option<ClientAuthentication>,
    pub client_secret_sealed: Option<String>,
    pub key_sealed: Option<(ClientKeyId, String)>,
    pub metadata: Option<Metadata>,
}

/// A connection that people can sign in through now.
pub(super) struct Ready {
    pub id: ConnectionId,
    pub organization_id: OrganizationId,
    pub provider: Provider,
    pub name: String,
    pub makes_people: bool,
    pub client_id: String,
    pub credential: Credential,
    pub metadata: Metadata,
}

impl SignInHalf {
    /// Opens the secret, if everything is there and turned on.
    pub fn ready(self, vault: &Vault) -> Result<Result<Ready, Refusal>> {
        let off = Refusal::new(
            "sign_in_off",
            StatusCode::FORBIDDEN,
            format!(
                "Signing in with {} is turned off. Use another way to sign in, or ask an admin to turn it on.",
                self.name
            ),
        );
        let (true, Some(client_id), Some(metadata)) = (self.on, &self.client_id, &self.metadata) else {
            return Ok(Err(off));
        };
        let Some(credential) = self.credential(vault, metadata)? else { return Ok(Err(off)) };
        let (client_id, metadata) = (client_id.clone(), metadata.clone());
        Ok(Ok(Ready {
            id: self.id,
            organization_id: self.organization_id,
            provider: self.provider,
            name: self.name,
            makes_people: self.makes_people,
            client_id,
            credential,
            metadata,
        }))
    }

    fn credential(&self, vault: &Vault, metadata: &Metadata) -> Result<Option<Credential>> {
        let method = self.authentication.unwrap_or_else(|| ClientAuthentication::usual(metadata));
        let secret = || {
            let place = Place { table: "connections", row: self.id.as_str(), column: "client_secret" };
            self.client_secret_sealed.as_deref().map(|sealed| vault.open(place, sealed)).transpose()
        };
        Ok(match method {
            ClientAuthentication::Basic => secret()?.map(Credential::Basic),
            ClientAuthentication::Post => secret()?.map(Credential::Post),
            ClientAuthentication::PrivateKeyJwt => {
                let key = self.key_sealed.as_ref().map(|(id, sealed)| client_keys::open(vault, id, sealed));
                key.transpose()?.map(Credential::Key)
            }
        })
    }
}

/// Where the provider sends people back to: one address per connection, so that two cannot be mixed up.
pub(super) fn redirect_uri(public_url: &str, connection: &ConnectionId) -> String {
    format!("{public_url}/auth/openid/callback/{connection}")
}
