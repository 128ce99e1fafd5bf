//! Rows around one person.

use super::{JoinedGroup, SignInLink};
use crate::db::{Tx, sql};
use crate::directory::Source;
use crate::error::{Error, Result};
use crate::id::{ConnectionId, GroupId, UserId};
use crate::time::Timestamp;

/// The groups the person is in directly, by name.
pub async fn groups(tx: &mut Tx, user: &UserId) -> Result<Vec<JoinedGroup>> {
    let rows = sql("SELECT groups.id, groups.display_name, groups.source FROM groups \
         JOIN memberships ON memberships.group_id = groups.id WHERE memberships.member_id = $1 \
         ORDER BY groups.display_name_key, groups.id")
    .bind(user)
    .all::<(GroupId, String, String)>(tx)
    .await?;
    rows.into_iter()
        .map(|(id, name, source)| {
            let source = Source::parse(&source).ok_or_else(|| Error::internal("a group's source cannot be read"))?;
            Ok(JoinedGroup { id, name, source })
        })
        .collect()
}

pub async fn has_password(tx: &mut Tx, user: &UserId) -> Result<bool> {
    Ok(sql("SELECT COUNT(*) FROM passwords WHERE user_id = $1").bind(user).count(tx).await? > 0)
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    connection_id: ConnectionId,
    name: String,
    issuer: String,
    subject: String,
    pinned_at: Option<Timestamp>,
}

/// The person's sign-in links, by connection.
pub async fn links(tx: &mut Tx, user: &UserId) -> Result<Vec<SignInLink>> {
    let rows = sql("SELECT identities.connection_id, connections.name, identities.issuer, identities.subject, \
         identities.pinned_at FROM identities \
         JOIN connections ON connections.id = identities.connection_id WHERE identities.user_id = $1 \
         ORDER BY connections.name_key, identities.id")
    .bind(user)
    .all::<LinkRow>(tx)
    .await?;
    let link = |row: LinkRow| SignInLink {
        connection: row.connection_id,
        connection_name: row.name,
        issuer: row.issuer,
        subject: row.subject,
        pinned_at: row.pinned_at,
    };
    Ok(rows.into_iter().map(link).collect())
}
