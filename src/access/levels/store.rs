//! Rows of groups whose people are admins, and the level that follows from them.

use std::collections::HashSet;

use super::Mapping;
use crate::access::roles::GroupRef;
use crate::actor::Level;
use crate::db::{Sql, Tx, sql};
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId, UserId};
use crate::time::Timestamp;

/// Whom a group can make an admin: nobody who is above member already, and no program.
macro_rules! raisable {
    () => {
        "users.level = 'member' AND users.kind = 'person'"
    };
}
/// Whether the person is in a mapped group, or in one within it. Without a mapping nothing is looked through.
macro_rules! mapped {
    () => {
        "EXISTS (SELECT 1 FROM level_mappings WHERE level_mappings.organization_id = users.organization_id) AND EXISTS (\
         WITH RECURSIVE above (group_id) AS (\
         SELECT memberships.group_id FROM memberships WHERE memberships.member_id = users.id \
         UNION SELECT memberships.group_id FROM memberships JOIN above ON memberships.member_id = above.group_id) \
         SELECT 1 FROM above JOIN level_mappings ON level_mappings.group_id = above.group_id)"
    };
}

/// The level that a person of `users` has now: their own, or what a group gives them, whichever is higher.
pub const EFFECTIVE: &str =
    concat!("CASE WHEN ", raisable!(), " AND ", mapped!(), " THEN 'admin' ELSE users.level END");

/// Those of `users` who are admins by a group alone, ready for ` AND …`.
const RAISED: &str = concat!(raisable!(), " AND ", mapped!());

/// How many people one statement asks about.
const CHUNK: usize = 500;

/// Which of these people are admins by a group alone.
pub async fn raised(tx: &mut Tx, users: &[UserId]) -> Result<HashSet<UserId>> {
    let mut found = HashSet::new();
    for chunk in users.chunks(CHUNK) {
        let rows = sql("SELECT users.id FROM users WHERE users.deleted_at IS NULL AND ")
            .push(RAISED)
            .push(" AND users.id IN ")
            .push_list(chunk)
            .all::<(UserId,)>(tx)
            .await?;
        found.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(found)
}

/// The mapped groups through which the person is an admin, by name.
pub async fn groups_raising(tx: &mut Tx, user: &UserId) -> Result<Vec<GroupRef>> {
    let rows = sql("WITH RECURSIVE above (group_id) AS (\
         SELECT memberships.group_id FROM memberships WHERE memberships.member_id = $1 \
         UNION SELECT memberships.group_id FROM memberships JOIN above ON memberships.member_id = above.group_id) \
         SELECT groups.id, groups.display_name FROM groups JOIN level_mappings ON level_mappings.group_id = groups.id \
         WHERE groups.id IN (SELECT group_id FROM above) ORDER BY groups.display_name_key, groups.id")
    .bind(user)
    .all::<(GroupId, String)>(tx)
    .await?;
    Ok(rows.into_iter().map(|(id, name)| GroupRef { id, name }).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    group_id: GroupId,
    display_name: String,
    level: String,
    created_by: String,
    created_at: Timestamp,
}

impl TryFrom<Row> for Mapping {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            level: Level::parse(&row.level).ok_or_else(|| Error::internal("a mapping's level cannot be read"))?,
            group: GroupRef { id: row.group_id, name: row.display_name },
            created_by: row.created_by,
            created_at: row.created_at,
        })
    }
}

const SELECT: &str = "SELECT level_mappings.group_id, groups.display_name, level_mappings.level, \
     level_mappings.created_by, level_mappings.created_at FROM level_mappings \
     JOIN groups ON groups.id = level_mappings.group_id WHERE level_mappings.organization_id = ";

pub(super) async fn of_group(tx: &mut Tx, organization: &OrganizationId, group: &GroupId) -> Result<Option<Mapping>> {
    let row = sql(SELECT).push_bind(organization).push(" AND level_mappings.group_id = ").push_bind(group);
    row.optional::<Row>(tx).await?.map(Mapping::try_from).transpose()
}

pub(super) async fn insert(
    tx: &mut Tx,
    organization: &OrganizationId,
    group: &GroupId,
    level: Level,
    created_by: &str,
) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO level_mappings (group_id, organization_id, level, created_by, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(group)
        .bind(organization)
        .bind(level.as_str())
        .bind(created_by)
        .bind(&now)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, group: &GroupId) -> Result<()> {
    sql("DELETE FROM level_mappings WHERE group_id = $1").bind(group).run(tx).await?;
    Ok(())
}

/// `WITH RECURSIVE … concerned (user_id)`: who is in this group or in one within it, and no admin by their own level nor by
/// another mapped group.
fn concerned(group: &GroupId) -> Sql {
    sql("WITH RECURSIVE below (group_id) AS (SELECT groups.id FROM groups WHERE groups.id = ")
        .push_bind(group)
        .push(
            " UNION SELECT memberships.member_id FROM below JOIN memberships ON memberships.group_id = below.group_id \
             WHERE memberships.member_kind = 'group'), \
             elsewhere (group_id) AS (SELECT level_mappings.group_id FROM level_mappings WHERE level_mappings.group_id <> ",
        )
        .push_bind(group)
        .push(
            " UNION SELECT memberships.member_id FROM elsewhere JOIN memberships ON memberships.group_id = elsewhere.group_id \
             WHERE memberships.member_kind = 'group'), \
             concerned (user_id) AS (SELECT memberships.member_id FROM below JOIN memberships \
             ON memberships.group_id = below.group_id JOIN users ON users.id = memberships.member_id \
             WHERE memberships.member_kind = 'user' AND users.deleted_at IS NULL AND ",
        )
        .push(raisable!())
        .push(
            " EXCEPT SELECT memberships.member_id FROM elsewhere JOIN memberships \
             ON memberships.group_id = elsewhere.group_id WHERE memberships.member_kind = 'user')",
        )
}

pub(super) async fn count_concerned(tx: &mut Tx, group: &GroupId) -> Result<i64> {
    concerned(group).push(" SELECT COUNT(*) FROM concerned").count(tx).await
}

/// Them by name, at most `limit`; all without one.
pub(super) async fn list_concerned(tx: &mut Tx, group: &GroupId, limit: Option<u64>) -> Result<Vec<(UserId, String)>> {
    let statement = concerned(group).push(
        " SELECT users.id, users.display_name FROM concerned JOIN users ON users.id = concerned.user_id \
         ORDER BY users.search_key, users.id",
    );
    match limit {
        Some(limit) => statement.push(" LIMIT ").push_bind(limit as i64).all(tx).await,
        None => statement.all(tx).await,
    }
}

/// Whether the group, or one around it, is mapped.
pub(super) async fn is_mapped(tx: &mut Tx, group: &GroupId) -> Result<bool> {
    let found = sql("WITH RECURSIVE above (group_id) AS (SELECT groups.id FROM groups WHERE groups.id = $1 \
         UNION SELECT memberships.group_id FROM memberships JOIN above ON memberships.member_id = above.group_id) \
         SELECT COUNT(*) FROM above JOIN level_mappings ON level_mappings.group_id = above.group_id")
    .bind(group);
    Ok(found.count(tx).await? > 0)
}

/// Everybody in the group, or in one within it, whom a group can make an admin.
pub(super) async fn raisable_below(tx: &mut Tx, group: &GroupId) -> Result<Vec<UserId>> {
    let rows = sql("WITH RECURSIVE below (group_id) AS (SELECT groups.id FROM groups WHERE groups.id = $1 \
         UNION SELECT memberships.member_id FROM below JOIN memberships ON memberships.group_id = below.group_id \
         WHERE memberships.member_kind = 'group') \
         SELECT users.id FROM users WHERE users.id IN (SELECT memberships.member_id FROM below \
         JOIN memberships ON memberships.group_id = below.group_id WHERE memberships.member_kind = 'user') \
         AND users.deleted_at IS NULL AND ")
    .push(raisable!())
    .push(" ORDER BY users.id")
    .bind(group)
    .all::<(UserId,)>(tx)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// These people with their names, by name.
pub(super) async fn named(tx: &mut Tx, users: &[UserId]) -> Result<Vec<(UserId, String)>> {
    sql("SELECT id, display_name FROM users WHERE id IN ")
        .push_list(users)
        .push(" ORDER BY search_key, id")
        .all(tx)
        .await
}
