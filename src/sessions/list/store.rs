//! Rows of what a person is signed in with.

use super::{Open, Terminal};
use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::{CliTokenId, SessionId, UserId};
use crate::sessions::device;
use crate::sessions::lifetimes::Lifetime;
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: SessionId,
    id_hash: String,
    address: Option<String>,
    user_agent: Option<String>,
    connection: Option<String>,
    created_at: Timestamp,
    last_seen_at: Timestamp,
}

pub(super) async fn sessions(
    tx: &mut Tx,
    user: &UserId,
    lifetime: Lifetime,
    asking: Option<&str>,
) -> Result<Vec<Open>> {
    let (seen, begun) = lifetime.limits(&tx.now());
    let rows = sql("SELECT sessions.id, sessions.id_hash, sessions.address, sessions.user_agent, \
                    connections.name AS connection, sessions.created_at, sessions.last_seen_at FROM sessions \
                    LEFT JOIN connections ON connections.id = sessions.connection_id \
                    WHERE sessions.user_id = $1 AND sessions.last_seen_at > $2 AND sessions.created_at > $3 \
                    ORDER BY sessions.last_seen_at DESC, sessions.id DESC")
    .bind(user)
    .bind(&seen)
    .bind(&begun)
    .all::<SessionRow>(tx)
    .await?;
    let open = |row: SessionRow| Open {
        this: asking == Some(row.id_hash.as_str()),
        id: row.id,
        device: device::describe_or_unknown(row.user_agent.as_deref()),
        address: row.address,
        connection: row.connection,
        since: row.created_at,
        last_seen: row.last_seen_at,
    };
    Ok(rows.into_iter().map(open).collect())
}

#[derive(sqlx::FromRow)]
struct TerminalRow {
    id: CliTokenId,
    device: String,
    address: Option<String>,
    connection: Option<String>,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    expires_at: Timestamp,
}

const TERMINALS: &str = "SELECT cli_tokens.id, cli_tokens.device, cli_tokens.address, connections.name AS connection, \
     cli_tokens.created_at, cli_tokens.last_used_at, cli_tokens.expires_at FROM cli_tokens \
     LEFT JOIN connections ON connections.id = cli_tokens.connection_id WHERE cli_tokens.user_id = $1";

pub(super) async fn terminals(tx: &mut Tx, user: &UserId) -> Result<Vec<Terminal>> {
    let now = tx.now();
    let rows = sql(TERMINALS)
        .push(" AND cli_tokens.expires_at > $2 ORDER BY cli_tokens.id DESC")
        .bind(user)
        .bind(&now)
        .all::<TerminalRow>(tx)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(super) async fn terminal(tx: &mut Tx, user: &UserId, id: &CliTokenId) -> Result<Option<Terminal>> {
    let row = sql(TERMINALS).push(" AND cli_tokens.id = $2").bind(user).bind(id).optional::<TerminalRow>(tx).await?;
    Ok(row.map(Into::into))
}

pub(super) async fn end_terminal(tx: &mut Tx, id: &CliTokenId) -> Result<()> {
    sql("DELETE FROM cli_tokens WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}

impl From<TerminalRow> for Terminal {
    fn from(row: TerminalRow) -> Self {
        Self {
            id: row.id,
            device: row.device,
            address: row.address,
            connection: row.connection,
            since: row.created_at,
            last_used: row.last_used_at,
            expires: row.expires_at,
        }
    }
}
