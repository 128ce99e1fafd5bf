//! Rows behind `/me`.

use super::Open;
use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::UserId;
use crate::sessions::device;
use crate::time::Timestamp;

/// The groups of the person `$1`, those within groups too. UNION, not UNION ALL: a circle ends.
const WITHIN: &str = "WITH RECURSIVE within (group_id) AS ( \
     SELECT group_id FROM memberships WHERE member_id = $1 AND member_kind = 'user' \
     UNION SELECT memberships.group_id FROM memberships JOIN within ON memberships.member_id = within.group_id \
     AND memberships.member_kind = 'group') ";

pub(super) async fn groups(tx: &mut Tx, user: &UserId) -> Result<Vec<String>> {
    let rows = sql(WITHIN)
        .push("SELECT display_name FROM groups WHERE id IN (SELECT group_id FROM within) ORDER BY display_name_key, id")
        .bind(user)
        .all::<(String,)>(tx)
        .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

pub(super) async fn has_password(tx: &mut Tx, user: &UserId) -> Result<bool> {
    Ok(sql("SELECT COUNT(*) FROM passwords WHERE user_id = $1").bind(user).count(tx).await? > 0)
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id_hash: String,
    address: Option<String>,
    user_agent: Option<String>,
    connection: Option<String>,
    created_at: Timestamp,
    last_seen_at: Timestamp,
}

pub(super) async fn sessions(tx: &mut Tx, user: &UserId, asking: Option<&str>) -> Result<Vec<Open>> {
    let now = tx.now();
    let rows = sql("SELECT sessions.id_hash, sessions.address, sessions.user_agent, connections.name AS connection, \
                    sessions.created_at, sessions.last_seen_at FROM sessions \
                    LEFT JOIN connections ON connections.id = sessions.connection_id \
                    WHERE sessions.user_id = $1 AND sessions.expires_at > $2 ORDER BY sessions.last_seen_at DESC, sessions.id_hash")
    .bind(user)
    .bind(&now)
    .all::<SessionRow>(tx)
    .await?;
    let open = |row: SessionRow| Open {
        this: asking == Some(row.id_hash.as_str()),
        device: row.user_agent.as_deref().map_or_else(|| "Unknown browser".to_string(), device::describe),
        address: row.address,
        connection: row.connection,
        since: row.created_at,
        last_seen: row.last_seen_at,
    };
    Ok(rows.into_iter().map(open).collect())
}
