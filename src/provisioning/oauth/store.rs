//! Rows of access tokens, and of what they are got by.

use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::{DirectoryId, TokenId};
use crate::time::Timestamp;

/// A client secret and the directory that it opens.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Secret {
    pub id: TokenId,
    pub directory_id: DirectoryId,
    pub state: String,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

pub(super) async fn secret(tx: &mut Tx, label: &str, hash: &str) -> Result<Option<Secret>> {
    sql("SELECT t.id, t.directory_id, d.state, t.expires_at, t.revoked_at FROM directory_tokens t \
         JOIN directories d ON d.id = t.directory_id WHERE t.hash = $1 AND t.kind = 'client-secret' AND d.label = $2")
    .bind(hash)
    .bind(label)
    .optional(tx)
    .await
}

/// Whose assertions a directory takes.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Federation {
    pub directory_id: DirectoryId,
    pub state: String,
    pub tenant_id: String,
    pub application_id: String,
    pub audience: String,
    pub subject: String,
    pub updated_at: Timestamp,
}

pub(super) async fn federation(tx: &mut Tx, label: &str) -> Result<Option<Federation>> {
    sql("SELECT f.directory_id, d.state, f.tenant_id, f.application_id, f.audience, f.subject, f.updated_at \
         FROM federations f JOIN directories d ON d.id = f.directory_id WHERE d.label = $1")
    .bind(label)
    .optional(tx)
    .await
}

/// What an access token is got by.
pub(super) enum Claim {
    Secret(TokenId),
    /// As it was saved at that moment.
    Federation {
        saved_at: Timestamp,
    },
}

/// Notes the use of the secret or the federation; `false` if it is not any more what it was when it was looked at.
pub(super) async fn claim(tx: &mut Tx, directory: &DirectoryId, claim: &Claim) -> Result<bool> {
    let now = tx.now();
    let touched = match claim {
        Claim::Secret(id) => sql(
            "UPDATE directory_tokens SET last_used_at = $1 WHERE directory_id = $2 AND id = $3 AND revoked_at IS NULL",
        )
        .bind(&now)
        .bind(directory)
        .bind(id)
        .run(tx)
        .await?,
        Claim::Federation { saved_at } => {
            sql("UPDATE federations SET last_used_at = $1 WHERE directory_id = $2 AND updated_at = $3")
                .bind(&now)
                .bind(directory)
                .bind(saved_at)
                .run(tx)
                .await?
        }
    };
    Ok(touched == 1)
}

pub(super) async fn insert(
    tx: &mut Tx,
    directory: &DirectoryId,
    claim: &Claim,
    prefix: &str,
    hash: &str,
    expires_at: &Timestamp,
) -> Result<()> {
    let now = tx.now();
    let secret = match claim {
        Claim::Secret(id) => Some(id),
        Claim::Federation { .. } => None,
    };
    sql("INSERT INTO access_tokens (hash, directory_id, secret_id, prefix, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(hash)
        .bind(directory)
        .bind(secret)
        .bind(prefix)
        .bind(&now)
        .bind(expires_at)
        .run(tx)
        .await?;
    Ok(())
}

/// Whether the assertion comes for the first time.
pub(super) async fn use_once(tx: &mut Tx, directory: &DirectoryId, jti_hash: &str, end: &Timestamp) -> Result<bool> {
    let inserted = sql(
        "INSERT INTO used_assertions (directory_id, jti_hash, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(directory)
    .bind(jti_hash)
    .bind(end)
    .run(tx)
    .await?;
    Ok(inserted == 1)
}

pub(super) async fn delete_expired_tokens(tx: &mut Tx, before: &Timestamp) -> Result<u64> {
    sql("DELETE FROM access_tokens WHERE expires_at < $1").bind(before).run(tx).await
}

pub(super) async fn delete_expired_assertions(tx: &mut Tx, before: &Timestamp) -> Result<u64> {
    sql("DELETE FROM used_assertions WHERE expires_at < $1").bind(before).run(tx).await
}
