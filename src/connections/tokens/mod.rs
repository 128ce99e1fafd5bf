//! The tokens by which an identity provider is known to be the directory's: shown once, kept as a hash.

mod store;

use secrecy::SecretString;
use serde_json::json;

use super::model::{Connection, Directory};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{DirectoryId, TokenId};
use crate::provisioning::tokens::mint;
use crate::time::Timestamp;

/// What is known of a token after it was shown.
#[derive(Debug, Clone)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    pub prefix: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// The directory's tokens, newest first, revoked ones too.
pub async fn list(tx: &mut Tx, directory: &DirectoryId) -> Result<Vec<Token>> {
    store::list(tx, directory).await
}

/// Makes a token under an id that the form brought: the same form sent twice makes nothing new.
///
/// Returns the token itself, the only time that it can be had; `None` if the id exists already.
pub async fn create(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &Directory,
    id: &TokenId,
    name: &str,
) -> Result<Option<SecretString>> {
    actor.require_admin(&connection.organization_id)?;
    let name = match name.trim() {
        "" => "Token",
        name if name.chars().count() > 60 => return Err(Error::invalid("name", "Use at most 60 characters.")),
        name => name,
    };
    if store::exists(tx, id).await? {
        return Ok(None);
    }
    let (token, prefix, hash) = mint();
    store::insert(
        tx,
        store::NewToken { id, directory: &directory.id, name, prefix: &prefix, hash: &hash, by: actor.name() },
    )
    .await?;
    record(tx, actor, connection, "directory.token_created", json!({ "name": name, "prefix": prefix })).await?;
    Ok(Some(token))
}

/// Ends a token at once.
pub async fn revoke(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &Directory,
    id: &TokenId,
) -> Result<()> {
    actor.require_admin(&connection.organization_id)?;
    let token = store::find(tx, &directory.id, id).await?.ok_or(Error::NotFound("token"))?;
    if token.revoked_at.is_none() {
        store::revoke(tx, id).await?;
        let about = json!({ "name": token.name, "prefix": token.prefix });
        record(tx, actor, connection, "directory.token_revoked", about).await?;
    }
    Ok(())
}

/// Ends all tokens of a directory; returns how many were live.
pub(super) async fn revoke_all(tx: &mut Tx, directory: &DirectoryId) -> Result<u64> {
    store::revoke_all(tx, directory).await
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    kind: &'static str,
    after: serde_json::Value,
) -> Result<()> {
    let subject = Subject::connection(&connection.id, &connection.name);
    let organization = &connection.organization_id;
    events::record(tx, actor, NewEvent { organization, kind, subject, before: None, after: Some(after) }).await
}
