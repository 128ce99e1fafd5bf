//! A connection as sign-in sees it.

use axum::http::StatusCode;
use secrecy::SecretString;

use super::{Metadata, Provider};
use crate::error::Result;
use crate::id::{ConnectionId, OrganizationId};
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
    pub client_id: Option<String>,
    pub client_secret_sealed: Option<String>,
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
    pub client_secret: SecretString,
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
        let (true, Some(client_id), Some(sealed), Some(metadata)) =
            (self.on, self.client_id, self.client_secret_sealed, self.metadata)
        else {
            return Ok(Err(off));
        };
        let place = Place { table: "connections", row: self.id.as_str(), column: "client_secret" };
        let client_secret = vault.open(place, &sealed)?;
        Ok(Ok(Ready {
            id: self.id,
            organization_id: self.organization_id,
            provider: self.provider,
            name: self.name,
            makes_people: self.makes_people,
            client_id,
            client_secret,
            metadata,
        }))
    }
}

/// Where the provider sends people back to: one address per connection, so that two cannot be mixed up.
pub(super) fn redirect_uri(public_url: &str, connection: &ConnectionId) -> String {
    format!("{public_url}/auth/openid/callback/{connection}")
}
