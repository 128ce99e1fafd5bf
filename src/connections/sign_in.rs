//! The sign-in half: what the admin fills in, what discovery says to it.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::model::{Connection, SignIn};
use super::store::{self, SignInRow};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Problems, Result};
use crate::events::{self, NewEvent, Subject};
use crate::http::client::Client;
use crate::sessions::{self, Ended, Recency};
use crate::sso::links;
use crate::sso::{self, ClientAuthentication, DiscoveryInput, DiscoveryProblem, Metadata, Provider};
use crate::vault::{Place, Vault};

/// The form as it was typed. An empty secret keeps the one that is stored.
#[derive(Clone, Default, Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub tenant_id: String,
    #[serde(default)]
    pub client_id: String,
    #[serde(default)]
    pub client_secret: SecretString,
    /// Empty: as the provider offers.
    #[serde(default)]
    pub client_authentication: String,
}

/// The same, checked.
pub struct SignInSettings {
    pub address: Option<String>,
    pub tenant_id: Option<String>,
    pub client_id: String,
    pub client_secret: Option<SecretString>,
    pub client_authentication: Option<ClientAuthentication>,
}

impl SignInSettings {
    /// # Errors
    /// [`Error::Invalid`] with the problems at their fields.
    pub fn parse(connection: &Connection, form: &SignInForm) -> Result<Self> {
        let mut problems = Problems::default();
        let filled = |text: &str| Some(text.trim().to_string()).filter(|text| !text.is_empty());
        let (address, tenant_id) = (filled(&form.address), filled(&form.tenant_id));
        match connection.provider {
            Provider::Okta if address.is_none() => {
                problems.add(
                    "address",
                    "Enter the Okta domain, such as acme.okta.com, or the issuer of a custom authorization server.",
                );
            }
            Provider::Entra if tenant_id.is_none() => {
                problems.add("tenant_id", "Enter the Directory (tenant) ID from the app's Overview page in Entra.");
            }
            Provider::Generic if address.is_none() => {
                problems.add("address", "Enter the issuer or the address of its metadata document.");
            }
            _ => {}
        }
        let client_id = form.client_id.trim().to_string();
        if client_id.is_empty() {
            problems.add("client_id", "Enter the client ID that the provider shows for the app.");
        }
        let client_authentication = ClientAuthentication::parse(&form.client_authentication);
        let needs_secret = client_authentication != Some(ClientAuthentication::PrivateKeyJwt);
        let secret = form.client_secret.expose_secret().trim();
        if secret.is_empty() && !connection.has_client_secret && needs_secret {
            problems.add("client_secret", "Enter the client secret that the provider shows for the app.");
        }
        problems.into_result()?;
        let client_secret = (!secret.is_empty()).then(|| SecretString::from(secret));
        Ok(Self { address, tenant_id, client_id, client_secret, client_authentication })
    }
}

/// Asks the provider; done before the transaction, so that nothing waits for a slow provider.
pub async fn discover(
    client: &Client,
    provider: Provider,
    settings: &SignInSettings,
) -> std::result::Result<Metadata, DiscoveryProblem> {
    let input = DiscoveryInput { provider, address: settings.address.clone(), tenant_id: settings.tenant_id.clone() };
    sso::discover(client, &input).await
}

/// Keeps the settings with what discovery said: on after a good one, else a draft that can be taken up again.
///
/// # Errors
/// [`Error::Forbidden`] where the identity of a half that is in use would change: owners only, who have signed in a moment ago.
pub async fn configure_sign_in(
    tx: &mut Tx,
    actor: &Actor,
    vault: &Vault,
    connection: &Connection,
    settings: &SignInSettings,
    discovered: &std::result::Result<Metadata, DiscoveryProblem>,
    recency: Recency,
) -> Result<SignIn> {
    let organization = &connection.organization_id;
    actor.require_admin(organization)?;
    // Turned off is in use too, as long as anybody is linked: otherwise an admin could turn it off, change it, and on.
    let in_use = connection.sign_in == SignIn::On || links::exist(tx, &connection.id).await?;
    let starts_anew = in_use && changes_identity(connection, settings, discovered);
    if starts_anew {
        actor.require_owner(organization)?;
        if recency == Recency::Stale {
            return Err(Error::forbidden(
                "Who may sign in as whom follows from these settings. Nothing was changed: sign out, sign in again, and save within 10 minutes.",
            ));
        }
    }
    if connection.sign_in == SignIn::On
        && let Err(problem) = discovered
    {
        // A half in use is not taken down by a typing mistake or a provider's bad minute.
        return Err(Error::invalid(
            "address",
            format!("{} The connection goes on with its former settings.", problem.message),
        ));
    }
    if let Ok(found) = discovered
        && let Some(method) = settings.client_authentication
        && !ClientAuthentication::offered(connection.provider, Some(found)).contains(&method)
    {
        let text = format!("The provider does not take {} from Muster. Choose another way.", method.as_str());
        return Err(Error::invalid("client_authentication", text));
    }
    let place = Place { table: "connections", row: connection.id.as_str(), column: "client_secret" };
    let sealed = settings.client_secret.as_ref().map(|secret| vault.seal(place, secret)).transpose()?;
    let secret_changed = sealed.is_some();
    let state = if discovered.is_ok() { SignIn::On } else { SignIn::Draft };
    let row = SignInRow {
        state,
        address: settings.address.as_deref(),
        tenant_id: settings.tenant_id.as_deref(),
        client_id: Some(&settings.client_id),
        client_secret_sealed: sealed,
        client_authentication: settings.client_authentication,
        metadata: discovered.as_ref().ok(),
        problem: discovered.as_ref().err().map(|problem| problem.message.as_str()),
    };
    store::save_sign_in(tx, &connection.id, row).await?;
    if starts_anew && discovered.is_ok() {
        links::start_anew(tx, &connection.id).await?;
        // Whoever came by the former provider comes by this one, or not at all.
        sessions::revoke_connection(tx, &connection.id).await?;
    }
    if state == SignIn::On {
        links::relink_connection(tx, &connection.id).await?;
    }
    let after = json!({
        "sign_in": state.as_str(), "address": settings.address, "tenant_id": settings.tenant_id,
        "client_id": settings.client_id, "client_secret_changed": secret_changed,
        "client_authentication": settings.client_authentication.map(ClientAuthentication::as_str),
        "links_made_anew": starts_anew,
        "issuer": discovered.as_ref().ok().map(|found| found.issuer.clone()),
        "problem": discovered.as_ref().err().map(|problem| problem.code),
    });
    record(tx, actor, connection, after).await?;
    Ok(state)
}

fn changes_identity(
    connection: &Connection,
    settings: &SignInSettings,
    discovered: &std::result::Result<Metadata, DiscoveryProblem>,
) -> bool {
    let issuer = |metadata: &Metadata| metadata.issuer.clone();
    connection.client_id.as_deref() != Some(settings.client_id.as_str())
        || connection.tenant_id != settings.tenant_id
        || connection.metadata.as_ref().map(issuer) != discovered.as_ref().ok().map(issuer)
}

/// Turns the sign-in half off; every session that came through it ends in the same transaction.
pub async fn turn_off_sign_in(tx: &mut Tx, actor: &Actor, connection: &Connection) -> Result<Ended> {
    actor.require_admin(&connection.organization_id)?;
    store::save_sign_in_state(tx, &connection.id, SignIn::Off).await?;
    let ended = sessions::revoke_connection(tx, &connection.id).await?;
    let mut after = json!({ "sign_in": "off" });
    ended.tell(&mut after);
    record(tx, actor, connection, after).await?;
    Ok(ended)
}

async fn record(tx: &mut Tx, actor: &Actor, connection: &Connection, after: serde_json::Value) -> Result<()> {
    let event = NewEvent {
        organization: &connection.organization_id,
        kind: "connection.sign_in_changed",
        subject: Subject::connection(&connection.id, &connection.name),
        before: Some(json!({
            "sign_in": connection.sign_in.as_str(), "address": connection.address, "tenant_id": connection.tenant_id,
            "client_id": connection.client_id,
        })),
        after: Some(after),
    };
    events::record(tx, actor, event).await
}
