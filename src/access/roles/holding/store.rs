//! The recursive statements behind [`super`]: they follow memberships up from people and down from grants.

use std::collections::HashMap;

use super::holders::{Holder, Reach};
use crate::access::roles::model::{GroupRef, Role};
use crate::access::roles::store::{self as roles, offset};
use crate::db::{Sql, Tx, sql};
use crate::error::Result;
use crate::id::{GrantId, GroupId, RoleId, UserId};
use crate::time::Timestamp;

/// Whoever may not sign in holds no role.
pub(in crate::access::roles) const MAY_SIGN_IN: &str =
    "users.deleted_at IS NULL AND users.idp_active = TRUE AND users.suspended_at IS NULL";

/// One membership on the way up from a person: `member`, a user or a group, is in `group`.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub user: UserId,
    pub member: String,
    pub group: GroupRef,
}

/// `WITH RECURSIVE up (user_id, member_id, group_id)`: every membership above these people. UNION drops what was seen, so a
/// circle ends.
fn above(users: &[UserId]) -> Sql {
    sql("WITH RECURSIVE up (user_id, member_id, group_id) AS (
             SELECT member_id, member_id, group_id FROM memberships WHERE member_kind = 'user' AND member_id IN ")
    .push_list(users)
    .push(
        " UNION
             SELECT up.user_id, memberships.member_id, memberships.group_id
             FROM up JOIN memberships ON memberships.member_id = up.group_id AND memberships.member_kind = 'group'
         )",
    )
}

pub(super) async fn steps(tx: &mut Tx, users: &[UserId]) -> Result<Vec<Step>> {
    let rows = above(users)
        .push(
            " SELECT up.user_id, up.member_id, up.group_id, groups.display_name FROM up \
              JOIN groups ON groups.id = up.group_id ORDER BY groups.display_name_key, groups.id",
        )
        .all::<(UserId, String, GroupId, String)>(tx)
        .await?;
    let step = |(user, member, id, name)| Step { user, member, group: GroupRef { id, name } };
    Ok(rows.into_iter().map(step).collect())
}

/// A live grant that reaches a person, directly or by a group.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Reaching {
    #[sqlx(rename = "holder")]
    pub user: UserId,
    #[sqlx(rename = "grant_id")]
    pub grant: GrantId,
    #[sqlx(rename = "group_id")]
    pub group: Option<GroupId>,
    pub origin: String,
    #[sqlx(rename = "expires_at")]
    pub until: Option<Timestamp>,
}

/// The columns of [`Reaching`] beside the holder's.
const GRANT: &str = "grants.id AS grant_id, grants.group_id, grants.origin, grants.expires_at";

/// The live grants of one role that reach these people.
pub(super) async fn reaching_grants(tx: &mut Tx, users: &[UserId], role: &RoleId) -> Result<Vec<Reaching>> {
    let now = tx.now();
    let statement = above(users)
        .push(" SELECT reached.user_id AS holder, ")
        .push(GRANT)
        .push(" FROM (SELECT DISTINCT user_id, group_id FROM up) AS reached JOIN grants ON grants.group_id = reached.group_id WHERE ");
    let statement = push_live(statement, &now)
        .push(" AND grants.role_id = ")
        .push_bind(role)
        .push(" UNION ALL SELECT grants.user_id AS holder, ")
        .push(GRANT)
        .push(" FROM grants WHERE grants.user_id IN ")
        .push_list(users)
        .push(" AND ");
    push_live(statement, &now).push(" AND grants.role_id = ").push_bind(role).all(tx).await
}

/// A role with one live grant of it that reaches a person.
#[derive(sqlx::FromRow)]
struct RoleRow {
    #[sqlx(flatten)]
    role: roles::Row,
    #[sqlx(flatten)]
    grant: Reaching,
}

/// The roles that reach this person, by name, once for each grant; with `at_rest` also while the person may not sign in.
pub(super) async fn reaching_roles(tx: &mut Tx, user: &UserId, at_rest: bool) -> Result<Vec<(Role, Reaching)>> {
    let now = tx.now();
    let statement = above(std::slice::from_ref(user))
        .push(
            ", reaching (id) AS (
             SELECT grants.id FROM grants WHERE grants.group_id IN (SELECT group_id FROM up)
             UNION SELECT grants.id FROM grants WHERE grants.user_id = ",
        )
        .push_bind(user)
        .push(") SELECT users.id AS holder, ")
        .push(GRANT)
        .push(", ")
        .push(roles::COLUMNS)
        .push(" FROM reaching JOIN grants ON grants.id = reaching.id JOIN roles ON roles.id = grants.role_id JOIN users ON users.id = ")
        .push_bind(user)
        .push(" WHERE ");
    let statement = push_live(statement, &now);
    let statement = if at_rest { statement } else { statement.push(" AND ").push(MAY_SIGN_IN) };
    let rows = statement.push(" ORDER BY roles.name_key, roles.id").all::<RoleRow>(tx).await?;
    rows.into_iter().map(|row| Ok((row.role.try_into()?, row.grant))).collect()
}

pub(in crate::access::roles) fn push_live(statement: Sql, now: &Timestamp) -> Sql {
    statement.push("(grants.expires_at IS NULL OR grants.expires_at > ").push_bind(now).push(")")
}

pub(super) async fn role_counts(tx: &mut Tx, users: &[UserId]) -> Result<HashMap<UserId, i64>> {
    let rows = held_by(users, &tx.now())
        .push(" SELECT held.user_id, COUNT(*) FROM held JOIN users ON users.id = held.user_id WHERE ")
        .push(MAY_SIGN_IN)
        .push(" GROUP BY held.user_id")
        .all::<(UserId, i64)>(tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// `WITH RECURSIVE … held (user_id, role_id)`: what these people hold, or would if they might sign in.
fn held_by(users: &[UserId], now: &Timestamp) -> Sql {
    let statement = above(users).push(
        ", held (user_id, role_id) AS (SELECT up.user_id, grants.role_id FROM up JOIN grants ON grants.group_id = up.group_id WHERE ",
    );
    let statement = push_live(statement, now)
        .push(" UNION SELECT grants.user_id, grants.role_id FROM grants WHERE grants.user_id IN ")
        .push_list(users)
        .push(" AND ");
    push_live(statement, now).push(")")
}

/// Which roles each of these people holds now.
pub(super) async fn roles_held(tx: &mut Tx, users: &[UserId]) -> Result<Vec<(UserId, RoleId)>> {
    held_by(users, &tx.now())
        .push(" SELECT held.user_id, held.role_id FROM held JOIN users ON users.id = held.user_id WHERE ")
        .push(MAY_SIGN_IN)
        .all(tx)
        .await
}

/// `WITH RECURSIVE … held (role_id, grant_id, user_id)`: whom each live grant of these roles reaches.
fn held_grants(now: Timestamp, roles: &[RoleId]) -> Sql {
    let statement = sql("WITH RECURSIVE down (role_id, grant_id, group_id) AS (
             SELECT grants.role_id, grants.id, grants.group_id FROM grants WHERE grants.group_id IS NOT NULL AND grants.role_id IN ")
        .push_list(roles)
        .push(" AND ");
    let statement = push_live(statement, &now)
        .push(
            " UNION
             SELECT down.role_id, down.grant_id, memberships.member_id
             FROM down JOIN memberships ON memberships.group_id = down.group_id AND memberships.member_kind = 'group'
         ), held (role_id, grant_id, user_id) AS (
             SELECT down.role_id, down.grant_id, memberships.member_id
             FROM down JOIN memberships ON memberships.group_id = down.group_id AND memberships.member_kind = 'user'
             UNION
             SELECT grants.role_id, grants.id, grants.user_id FROM grants WHERE grants.user_id IS NOT NULL AND grants.role_id IN ",
        )
        .push_list(roles)
        .push(" AND ");
    push_live(statement, &now).push(")")
}

/// [`held_grants`] and `active`, the same for those who may sign in.
fn active_grants(now: Timestamp, roles: &[RoleId]) -> Sql {
    held_grants(now, roles)
        .push(
            ", active (role_id, grant_id, user_id) AS (
             SELECT held.role_id, held.grant_id, held.user_id FROM held JOIN users ON users.id = held.user_id WHERE ",
        )
        .push(MAY_SIGN_IN)
        .push(")")
}

/// How many hold the role, and how many would if they might sign in.
pub(super) async fn count_holders(tx: &mut Tx, role: &RoleId) -> Result<(i64, i64)> {
    let role = std::slice::from_ref(role);
    let active = active_grants(tx.now(), role).push(" SELECT COUNT(DISTINCT user_id) FROM active").count(tx).await?;
    let all = held_grants(tx.now(), role)
        .push(
            " SELECT COUNT(DISTINCT held.user_id) FROM held JOIN users ON users.id = held.user_id \
              WHERE users.deleted_at IS NULL",
        )
        .count(tx)
        .await?;
    Ok((active, all - active))
}

pub(super) async fn holders(tx: &mut Tx, role: &RoleId, per_page: u64, page: u64) -> Result<Vec<Holder>> {
    let rows = active_grants(tx.now(), std::slice::from_ref(role))
        .push(
            " SELECT users.id, users.display_name, users.user_name FROM users \
              WHERE users.id IN (SELECT user_id FROM active) ORDER BY users.search_key, users.id LIMIT ",
        )
        .push_bind(per_page as i64)
        .push(" OFFSET ")
        .push_bind(offset(per_page, page))
        .all::<(UserId, String, String)>(tx)
        .await?;
    Ok(rows.into_iter().map(|(id, name, user_name)| Holder { id, name, user_name, via: Vec::new() }).collect())
}

/// For each grant: how many hold the role through it, and how many of them through no other.
pub(super) async fn reach(tx: &mut Tx, roles: &[RoleId]) -> Result<HashMap<GrantId, Reach>> {
    let rows = active_grants(tx.now(), roles)
        .push(
            ", reasons (role_id, user_id, n) AS (SELECT role_id, user_id, COUNT(*) FROM active GROUP BY role_id, user_id)
             SELECT active.grant_id, COUNT(*), COUNT(CASE WHEN reasons.n = 1 THEN 1 END) FROM active
             JOIN reasons ON reasons.role_id = active.role_id AND reasons.user_id = active.user_id GROUP BY active.grant_id",
        )
        .all::<(GrantId, i64, i64)>(tx)
        .await?;
    Ok(rows.into_iter().map(|(grant, people, only_here)| (grant, Reach { people, only_here })).collect())
}

/// How many people hold each of these roles; a role that nobody holds is left out.
pub async fn active_role_counts(tx: &mut Tx, roles: &[RoleId]) -> Result<HashMap<RoleId, i64>> {
    let rows = active_grants(tx.now(), roles)
        .push(" SELECT role_id, COUNT(DISTINCT user_id) FROM active GROUP BY role_id")
        .all::<(RoleId, i64)>(tx)
        .await?;
    Ok(rows.into_iter().collect())
}
