//! Rows that end. A session leaves the hash of its id behind, so that the browser can be told.

use crate::db::{Sql, Tx, sql};
use crate::error::Result;
use crate::id::{ConnectionId, OrganizationId, SessionId, UserId};
use crate::time::Timestamp;

/// `which` ends a condition on sessions, with its values pushed. Only sessions of people are remembered.
async fn end(tx: &mut Tx, which: impl Fn(Sql) -> Sql) -> Result<u64> {
    let now = tx.now();
    let remember = sql("INSERT INTO ended_sessions (id_hash, user_id, ended_at) SELECT id_hash, user_id, ")
        .push_bind(&now)
        .push(" FROM sessions WHERE user_id IS NOT NULL AND ");
    which(remember).push(" ON CONFLICT DO NOTHING").run(tx).await?;
    which(sql("DELETE FROM sessions WHERE ")).run(tx).await
}

pub(super) async fn end_sessions_of(tx: &mut Tx, user: &UserId) -> Result<u64> {
    end(tx, |sql| sql.push("user_id = ").push_bind(user)).await
}

pub(super) async fn end_other_sessions_of(tx: &mut Tx, user: &UserId, than: &str) -> Result<u64> {
    end(tx, |sql| sql.push("user_id = ").push_bind(user).push(" AND id_hash <> ").push_bind(than)).await
}

pub(super) async fn end_sessions_through(tx: &mut Tx, connection: &ConnectionId) -> Result<u64> {
    end(tx, |sql| sql.push("connection_id = ").push_bind(connection)).await
}

/// Ends the sessions that the provider of a connection calls by this name. Returns whose they were, one for each.
pub(super) async fn end_provider_session(tx: &mut Tx, connection: &ConnectionId, sid: &str) -> Result<Vec<UserId>> {
    let which =
        |sql: Sql| sql.push("connection_id = ").push_bind(connection).push(" AND provider_session = ").push_bind(sid);
    let whose = which(sql("SELECT user_id FROM sessions WHERE user_id IS NOT NULL AND "));
    let whose: Vec<(UserId,)> = whose.push(" ORDER BY user_id").all(tx).await?;
    end(tx, which).await?;
    Ok(whose.into_iter().map(|(user,)| user).collect())
}

pub(super) async fn end_session(tx: &mut Tx, id_hash: &str) -> Result<u64> {
    end(tx, |sql| sql.push("id_hash = ").push_bind(id_hash)).await
}

/// Codes that were not exchanged yet go too.
pub(super) async fn end_cli_tokens_of(tx: &mut Tx, user: &UserId) -> Result<u64> {
    sql("DELETE FROM cli_codes WHERE user_id = $1").bind(user).run(tx).await?;
    sql("DELETE FROM cli_tokens WHERE user_id = $1").bind(user).run(tx).await
}

pub(super) async fn end_cli_tokens_through(tx: &mut Tx, connection: &ConnectionId) -> Result<u64> {
    sql("DELETE FROM cli_codes WHERE connection_id = $1").bind(connection).run(tx).await?;
    sql("DELETE FROM cli_tokens WHERE connection_id = $1").bind(connection).run(tx).await
}

/// A session as its end is written down.
#[derive(Debug, sqlx::FromRow)]
pub struct Gone {
    pub id_hash: String,
    pub address: Option<String>,
    pub user_agent: Option<String>,
}

pub(super) async fn session(tx: &mut Tx, user: &UserId, id: &SessionId) -> Result<Option<Gone>> {
    sql("SELECT id_hash, address, user_agent FROM sessions WHERE user_id = $1 AND id = $2")
        .bind(user)
        .bind(id)
        .optional(tx)
        .await
}

/// Whose session this was, if it was ended.
pub(in crate::sessions) async fn was(tx: &mut Tx, id_hash: &str) -> Result<Option<(OrganizationId, UserId)>> {
    sql("SELECT users.organization_id, users.id FROM ended_sessions JOIN users ON users.id = ended_sessions.user_id \
         WHERE ended_sessions.id_hash = $1")
    .bind(id_hash)
    .optional(tx)
    .await
}

pub(in crate::sessions) async fn delete_expired(tx: &mut Tx, before: &Timestamp) -> Result<u64> {
    sql("DELETE FROM ended_sessions WHERE ended_at <= $1").bind(before).run(tx).await
}
