//! Rows of codes and of the tokens that they were exchanged for.

use time::Duration;

use super::request::Asked;
use crate::access::levels::EFFECTIVE;
use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::{CliTokenId, ConnectionId, OrganizationId, UserId};
use crate::time::Timestamp;

pub(super) async fn insert_code(
    tx: &mut Tx,
    hash: &str,
    user: &UserId,
    connection: Option<&ConnectionId>,
    asked: &Asked,
    expires_at: &Timestamp,
) -> Result<()> {
    let now = tx.now();
    sql(
        "INSERT INTO cli_codes (hash, user_id, connection_id, challenge, redirect_uri, device, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(hash)
    .bind(user)
    .bind(connection)
    .bind(&asked.challenge)
    .bind(&asked.redirect_uri)
    .bind(&asked.device)
    .bind(&now)
    .bind(expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// A code, and who agreed to it.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Code {
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub display_name: String,
    pub connection_id: Option<ConnectionId>,
    pub challenge: String,
    pub redirect_uri: String,
    pub device: String,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// Nobody else exchanges the code until the transaction ends. The person first, as everywhere.
pub(super) async fn lock_code(tx: &mut Tx, hash: &str) -> Result<Option<Code>> {
    let lock = tx.dialect().for_update();
    sql("SELECT id FROM users WHERE id = (SELECT user_id FROM cli_codes WHERE hash = $1)")
        .push(lock)
        .bind(hash)
        .optional::<(String,)>(tx)
        .await?;
    sql("SELECT cli_codes.user_id, users.organization_id, users.display_name, cli_codes.connection_id, \
         cli_codes.challenge, cli_codes.redirect_uri, cli_codes.device, cli_codes.expires_at, cli_codes.used_at \
         FROM cli_codes JOIN users ON users.id = cli_codes.user_id WHERE cli_codes.hash = $1")
    .bind(hash)
    .optional(tx)
    .await
}

/// Whether it is there still: turning a connection off takes the codes that came through it.
pub(super) async fn use_up(tx: &mut Tx, hash: &str) -> Result<bool> {
    let now = tx.now();
    Ok(sql("UPDATE cli_codes SET used_at = $2 WHERE hash = $1").bind(hash).bind(&now).run(tx).await? == 1)
}

pub(super) async fn end_tokens_of_code(tx: &mut Tx, code: &str) -> Result<u64> {
    sql("DELETE FROM cli_tokens WHERE code_hash = $1").bind(code).run(tx).await
}

pub(super) async fn insert_token(
    tx: &mut Tx,
    id: &CliTokenId,
    hash: &str,
    code_hash: &str,
    code: &Code,
    address: Option<&str>,
    expires_at: &Timestamp,
) -> Result<()> {
    let now = tx.now();
    sql(
        "INSERT INTO cli_tokens (id, hash, code_hash, user_id, connection_id, device, address, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id)
    .bind(hash)
    .bind(code_hash)
    .bind(&code.user_id)
    .bind(code.connection_id.as_ref())
    .bind(&code.device)
    .bind(address)
    .bind(&now)
    .bind(expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Who acts by a token.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Holder {
    pub id: CliTokenId,
    pub user_id: UserId,
    pub display_name: String,
    pub user_name: String,
    pub email: Option<String>,
    pub level: String,
    pub organization_id: OrganizationId,
    pub slug: String,
    pub organization: String,
    pub device: String,
    pub expires_at: Timestamp,
}

/// Asked at every call, as for sessions: whoever may not sign in holds nothing.
pub(super) async fn holder(tx: &mut Tx, hash: &str) -> Result<Option<Holder>> {
    let now = tx.now();
    sql("SELECT cli_tokens.id, cli_tokens.user_id, users.display_name, users.user_name, users.email, ")
    .push(EFFECTIVE)
    .push(
        " AS level, users.organization_id, organizations.slug, organizations.name AS organization, cli_tokens.device, \
         cli_tokens.expires_at FROM cli_tokens JOIN users ON users.id = cli_tokens.user_id \
         JOIN organizations ON organizations.id = users.organization_id \
         WHERE cli_tokens.hash = $1 AND cli_tokens.expires_at > $2 \
         AND users.deleted_at IS NULL AND users.idp_active = TRUE AND users.suspended_at IS NULL",
    )
    .bind(hash)
    .bind(&now)
    .optional(tx)
    .await
}

pub(super) async fn mark_used(tx: &mut Tx, id: &CliTokenId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE cli_tokens SET last_used_at = $2 WHERE id = $1").bind(id).bind(&now).run(tx).await?;
    Ok(())
}

/// A token that was ended.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct EndedToken {
    pub id: CliTokenId,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub device: String,
}

pub(super) async fn end_token(tx: &mut Tx, hash: &str) -> Result<Option<EndedToken>> {
    let found =
        sql("SELECT cli_tokens.id, cli_tokens.user_id, users.organization_id, cli_tokens.device FROM cli_tokens \
                     JOIN users ON users.id = cli_tokens.user_id WHERE cli_tokens.hash = $1")
        .bind(hash)
        .optional::<EndedToken>(tx)
        .await?;
    sql("DELETE FROM cli_tokens WHERE hash = $1").bind(hash).run(tx).await?;
    Ok(found)
}

/// A used code is kept as long as its token may live: if it comes again, the token ends.
pub(super) async fn delete_expired(tx: &mut Tx, longest: Duration) -> Result<()> {
    let now = tx.now();
    sql("DELETE FROM cli_tokens WHERE expires_at <= $1").bind(&now).run(tx).await?;
    sql("DELETE FROM cli_codes WHERE expires_at <= $1").bind(&now.plus(-longest)).run(tx).await?;
    Ok(())
}
