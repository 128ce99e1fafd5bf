//! Rows around one person.

use super::{Former, JoinedGroup, SignInLink};
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

/// How many former accounts are followed back.
const FORMER: i64 = 10;

/// Who the person was before they were deleted and made anew, the last one first.
pub async fn formerly(tx: &mut Tx, user: &UserId) -> Result<Vec<Former>> {
    let rows = sql("WITH RECURSIVE former (id, n) AS ( \
             SELECT formerly_id, 1 FROM users WHERE id = $1 AND formerly_id IS NOT NULL \
             UNION SELECT users.formerly_id, former.n + 1 FROM former JOIN users ON users.id = former.id \
             WHERE users.formerly_id IS NOT NULL AND former.n < $2) \
         SELECT users.id, users.display_name, users.deleted_at FROM former JOIN users ON users.id = former.id \
         WHERE users.deleted_at IS NOT NULL ORDER BY former.n")
    .bind(user)
    .bind(FORMER)
    .all::<(UserId, String, Timestamp)>(tx)
    .await?;
    Ok(rows.into_iter().map(|(id, name, deleted_at)| Former { id, name, deleted_at }).collect())
}
