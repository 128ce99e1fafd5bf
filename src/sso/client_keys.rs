//! The keys that Muster makes and holds for `private_key_jwt`: the newest signs, and providers find it at
//! `/auth/keys/{connection}`.

use secrecy::SecretString;
use serde_json::{Value, json};
use time::Duration;

use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{ClientKeyId, ConnectionId, OrganizationId};
use crate::jose::SigningKey;
use crate::vault::{Place, Vault};

/// A provider that asks late for keys still finds the one before.
const PUBLISHED_AFTER: Duration = Duration::days(1);

/// A key that nobody has seen yet.
pub struct NewKey {
    id: ClientKeyId,
    public: Value,
    private: SecretString,
}

/// Makes a key, beside the threads that serve requests and before any transaction.
pub async fn make() -> Result<NewKey> {
    let made = tokio::task::spawn_blocking(|| {
        let id = ClientKeyId::new();
        let key = SigningKey::generate(id.as_str())?;
        Ok(NewKey { public: key.public(), private: key.private()?, id })
    });
    made.await.map_err(Error::internal)?
}

/// Whether the connection has a key to sign with.
pub async fn exists(tx: &mut Tx, connection: &ConnectionId) -> Result<bool> {
    Ok(store::signing_key(tx, connection).await?.is_some())
}

/// From now on the connection signs with this key; the former one stays published for a day.
///
/// # Errors
/// [`Error::Forbidden`] unless an admin asks.
pub async fn rotate(
    tx: &mut Tx,
    actor: &Actor,
    vault: &Vault,
    (organization, connection, name): (&OrganizationId, &ConnectionId, &str),
    key: NewKey,
) -> Result<()> {
    actor.require_admin(organization)?;
    let sealed = vault.seal(place(&key.id), &key.private)?;
    let before = store::signing_key(tx, connection).await?.map(|(id, _)| json!({ "key": id }));
    store::retire_keys(tx, connection).await?;
    store::insert_key(tx, &key.id, connection, &key.public, sealed).await?;
    let event = NewEvent {
        organization,
        kind: "connection.key_rotated",
        subject: Subject::connection(connection, name),
        before,
        after: Some(json!({ "key": key.id })),
    };
    events::record(tx, actor, event).await
}

/// What `/auth/keys/{connection}` shows (RFC 7517 section 5).
pub async fn published(tx: &mut Tx, connection: &ConnectionId) -> Result<Value> {
    let since = tx.now().plus(-PUBLISHED_AFTER);
    Ok(json!({ "keys": store::published_keys(tx, connection, &since).await? }))
}

/// `{public_url}/auth/keys/{connection}`: what a provider is told in the place of a secret.
pub fn address(public_url: &str, connection: &ConnectionId) -> String {
    format!("{public_url}/auth/keys/{connection}")
}

pub(super) fn open(vault: &Vault, id: &ClientKeyId, sealed: &str) -> Result<SigningKey> {
    SigningKey::open(id.as_str(), &vault.open(place(id), sealed)?)
}

fn place(id: &ClientKeyId) -> Place<'_> {
    Place { table: "client_keys", row: id.as_str(), column: "private_key" }
}
