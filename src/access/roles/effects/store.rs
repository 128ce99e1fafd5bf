//! The statements behind [`super`]: they follow a group down to its people, and grants down to their holders.

use std::collections::BTreeSet;

use super::Without;
use crate::access::roles::holding::{MAY_SIGN_IN, push_live};
use crate::db::{Sql, Tx, sql};
use crate::error::Result;
use crate::id::{GroupId, RoleId, UserId};

/// How many people are named.
const NAMED: i64 = 200;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub user_id: UserId,
    pub display_name: String,
    pub role_id: RoleId,
    pub role_key: String,
    pub role_name: String,
}

/// `WITH RECURSIVE above (group_id)`: the group and those around it.
fn above(group: &GroupId) -> Sql {
    sql("WITH RECURSIVE above (group_id) AS (SELECT groups.id FROM groups WHERE groups.id = ").push_bind(group).push(
        " UNION SELECT memberships.group_id FROM above JOIN memberships \
         ON memberships.member_id = above.group_id AND memberships.member_kind = 'group')",
    )
}

pub(super) async fn matters(tx: &mut Tx, group: &GroupId) -> Result<bool> {
    let now = tx.now();
    let statement = above(group).push(
        " SELECT COUNT(*) FROM above WHERE EXISTS (SELECT 1 FROM level_mappings \
         WHERE level_mappings.group_id = above.group_id) OR EXISTS (SELECT 1 FROM grants \
         WHERE grants.group_id = above.group_id AND ",
    );
    Ok(push_live(statement, &now).push(")").count(tx).await? > 0)
}

pub(super) async fn roles_through(tx: &mut Tx, group: &GroupId) -> Result<Vec<RoleId>> {
    let now = tx.now();
    let statement = above(group)
        .push(" SELECT DISTINCT grants.role_id FROM above JOIN grants ON grants.group_id = above.group_id WHERE ");
    let rows = push_live(statement, &now).push(" ORDER BY grants.role_id").all::<(RoleId,)>(tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A condition on each step down from a group that has a grant.
fn push_steps(statement: Sql, without: Without<'_>) -> Sql {
    match without {
        Without::Nothing | Without::Grant(_) => statement,
        Without::Group(group) => statement.push(" AND memberships.group_id <> ").push_bind(group),
        Without::Nesting { container, nested } => statement
            .push(" AND NOT (memberships.group_id = ")
            .push_bind(container)
            .push(" AND memberships.member_id = ")
            .push_bind(nested)
            .push(")"),
    }
}

/// A condition on the grants that count.
fn push_grants(statement: Sql, without: Without<'_>) -> Sql {
    match without {
        Without::Grant(grant) => statement.push(" AND grants.id <> ").push_bind(grant),
        _ => statement,
    }
}

/// `WITH RECURSIVE … changed (user_id, role_id)`: for each of the pairs of a group and a role, whoever is below the group, may
/// sign in, and holds the role by no other way.
fn changed(tx: &Tx, pairs: &[(GroupId, RoleId)], without: Without<'_>) -> Sql {
    let now = tx.now();
    let mut statement = sql("WITH RECURSIVE below (group_id, role_id) AS (SELECT groups.id, roles.id FROM (VALUES ");
    for (n, (group, role)) in pairs.iter().enumerate() {
        let separator = if n == 0 { "(" } else { ", (" };
        statement = statement.push(separator).push_bind(group).push(", ").push_bind(role).push(")");
    }
    let roles: BTreeSet<_> = pairs.iter().map(|(_, role)| role).collect();
    let statement = statement
        .push(
            ") AS pairs JOIN groups ON groups.id = pairs.column1 JOIN roles ON roles.id = pairs.column2 UNION SELECT memberships.member_id, below.role_id FROM below \
             JOIN memberships ON memberships.group_id = below.group_id WHERE memberships.member_kind = 'group'), \
             down (role_id, group_id) AS (SELECT grants.role_id, grants.group_id FROM grants \
             WHERE grants.group_id IS NOT NULL AND grants.role_id IN ",
        )
        .push_list(roles.iter().copied())
        .push(" AND ");
    let statement = push_grants(push_live(statement, &now), without).push(
        " UNION SELECT down.role_id, memberships.member_id FROM down JOIN memberships \
         ON memberships.group_id = down.group_id WHERE memberships.member_kind = 'group'",
    );
    let statement = push_steps(statement, without).push(
        "), held (user_id, role_id) AS (SELECT memberships.member_id, down.role_id FROM down JOIN memberships \
         ON memberships.group_id = down.group_id WHERE memberships.member_kind = 'user'",
    );
    let statement = push_steps(statement, without)
        .push(" UNION SELECT grants.user_id, grants.role_id FROM grants WHERE grants.user_id IS NOT NULL AND grants.role_id IN ")
        .push_list(roles.iter().copied())
        .push(" AND ");
    push_grants(push_live(statement, &now), without)
        .push(
            "), changed (user_id, role_id) AS (SELECT users.id, below.role_id FROM below \
             JOIN memberships ON memberships.group_id = below.group_id AND memberships.member_kind = 'user' \
             JOIN users ON users.id = memberships.member_id WHERE ",
        )
        .push(MAY_SIGN_IN)
        .push(" EXCEPT SELECT held.user_id, held.role_id FROM held)")
}

pub(super) async fn count(tx: &mut Tx, pairs: &[(GroupId, RoleId)], without: Without<'_>) -> Result<i64> {
    changed(tx, pairs, without).push(" SELECT COUNT(DISTINCT user_id) FROM changed").count(tx).await
}

pub(super) async fn first(tx: &mut Tx, pairs: &[(GroupId, RoleId)], without: Without<'_>) -> Result<Vec<Row>> {
    named(changed(tx, pairs, without)).all(tx).await
}

/// The first people of `changed`, by name, each with their roles.
fn named(changed: Sql) -> Sql {
    changed
        .push(
            " SELECT users.id AS user_id, users.display_name, roles.id AS role_id, roles.key AS role_key, \
             roles.name AS role_name FROM changed JOIN users ON users.id = changed.user_id \
             JOIN roles ON roles.id = changed.role_id WHERE users.id IN (SELECT users.id FROM users \
             WHERE users.id IN (SELECT user_id FROM changed) ORDER BY users.search_key, users.id LIMIT ",
        )
        .push_bind(NAMED)
        .push(") ORDER BY users.search_key, users.id, roles.name_key, roles.id")
}

/// `WITH RECURSIVE … changed (user_id, role_id)`: whoever holds the role now.
fn holding(tx: &Tx, role: &RoleId) -> Sql {
    let now = tx.now();
    let statement = sql("WITH RECURSIVE down (group_id) AS (SELECT grants.group_id FROM grants \
         WHERE grants.group_id IS NOT NULL AND grants.role_id = ")
    .push_bind(role)
    .push(" AND ");
    let statement = push_live(statement, &now)
        .push(
            " UNION SELECT memberships.member_id FROM down JOIN memberships ON memberships.group_id = down.group_id \
             WHERE memberships.member_kind = 'group'), held (user_id) AS (\
             SELECT memberships.member_id FROM down JOIN memberships ON memberships.group_id = down.group_id \
             WHERE memberships.member_kind = 'user' \
             UNION SELECT grants.user_id FROM grants WHERE grants.user_id IS NOT NULL AND grants.role_id = ",
        )
        .push_bind(role)
        .push(" AND ");
    push_live(statement, &now)
        .push("), changed (user_id, role_id) AS (SELECT users.id, roles.id FROM held JOIN users ON users.id = held.user_id \
               JOIN roles ON roles.id = ")
        .push_bind(role)
        .push(" WHERE ")
        .push(MAY_SIGN_IN)
        .push(")")
}

pub(super) async fn count_holders(tx: &mut Tx, role: &RoleId) -> Result<i64> {
    holding(tx, role).push(" SELECT COUNT(*) FROM changed").count(tx).await
}

pub(super) async fn first_holders(tx: &mut Tx, role: &RoleId) -> Result<Vec<Row>> {
    named(holding(tx, role)).all(tx).await
}
