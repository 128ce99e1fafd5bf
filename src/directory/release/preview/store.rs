//! The numbers of a preview.

use super::{Numbers, PersonPreview};
use crate::db::{Sql, Tx, sql};
use crate::directory::release::Sources;
use crate::directory::users::User;
use crate::error::Result;
use crate::id::{GroupId, OrganizationId};

/// Everything that hangs on the connection, in one row.
pub(super) async fn numbers(tx: &mut Tx, organization: &OrganizationId, sources: &Sources) -> Result<Numbers> {
    let now = tx.now();
    let [pushed, signed_in] = sources.all();
    sql("SELECT people.active, people.deactivated, people.suspended, people.signed_in, people.above, \
         (SELECT COUNT(*) FROM groups WHERE organization_id = $1 AND source IN ($2, $3) AND offered = FALSE) AS groups, \
         (SELECT COUNT(DISTINCT grants.role_id) FROM grants JOIN groups ON groups.id = grants.group_id \
          WHERE groups.organization_id = $1 AND groups.source IN ($2, $3)) AS group_roles, \
         (SELECT COUNT(*) FROM grants WHERE organization_id = $1 AND origin = $4) AS scim_roles, \
         (SELECT COUNT(*) FROM sessions WHERE connection_id = $5 AND user_id IS NOT NULL) \
         + (SELECT COUNT(*) FROM cli_tokens WHERE connection_id = $5) AS sessions, \
         (SELECT COUNT(*) FROM identities WHERE connection_id = $5) AS links, \
         (SELECT COUNT(*) FROM directory_tokens WHERE directory_id = $6 AND revoked_at IS NULL \
          AND (expires_at IS NULL OR expires_at > $7)) AS tokens, \
         (SELECT COUNT(*) FROM resources WHERE directory_id = $6) AS resources \
         FROM (SELECT COUNT(CASE WHEN idp_active = TRUE AND suspended_at IS NULL THEN 1 END) AS active, \
           COUNT(CASE WHEN idp_active = FALSE AND suspended_at IS NULL THEN 1 END) AS deactivated, \
           COUNT(CASE WHEN suspended_at IS NOT NULL THEN 1 END) AS suspended, \
           COUNT(CASE WHEN source = $3 THEN 1 END) AS signed_in, \
           COUNT(CASE WHEN level <> 'member' THEN 1 END) AS above \
           FROM users WHERE organization_id = $1 AND source IN ($2, $3) AND deleted_at IS NULL) AS people")
    .bind(organization)
    .bind(pushed)
    .bind(signed_in)
    .bind(sources.scim_origin())
    .bind(&sources.connection)
    .bind(&sources.directory)
    .bind(&now)
    .one(tx)
    .await
}

/// The userNames that are taken among local people, or by somebody of these sources before them; the first, and how many.
pub(super) async fn people_in_conflict(
    tx: &mut Tx,
    organization: &OrganizationId,
    sources: &Sources,
    most: i64,
) -> Result<(Vec<String>, u64)> {
    let from = |select: &str| {
        sql(select)
            .push(" FROM users u WHERE u.deleted_at IS NULL AND u.organization_id = ")
            .push_bind(organization)
            .push(" AND u.source IN ")
            .push_list(sources.all())
            .push(" AND EXISTS (SELECT 1 FROM users o WHERE o.organization_id = u.organization_id ")
            .push("AND o.user_name_key = u.user_name_key AND o.deleted_at IS NULL AND (o.source = 'local' OR (o.id < u.id AND o.source IN ")
            .push_list(sources.all())
            .push(")))")
    };
    first_and_all(tx, from("SELECT u.user_name"), from("SELECT COUNT(*)"), " ORDER BY u.search_key, u.id", most).await
}

/// The same of groups.
pub(super) async fn groups_in_conflict(
    tx: &mut Tx,
    organization: &OrganizationId,
    sources: &Sources,
    most: i64,
) -> Result<(Vec<String>, u64)> {
    let from = |select: &str| {
        sql(select)
            .push(" FROM groups g WHERE g.offered = FALSE AND g.organization_id = ")
            .push_bind(organization)
            .push(" AND g.source IN ")
            .push_list(sources.all())
            .push(" AND EXISTS (SELECT 1 FROM groups o WHERE o.organization_id = g.organization_id ")
            .push(
                "AND o.display_name_key = g.display_name_key AND (o.source = 'local' OR (o.id < g.id AND o.source IN ",
            )
            .push_list(sources.all())
            .push(")))")
    };
    let order = " ORDER BY g.display_name_key, g.id";
    first_and_all(tx, from("SELECT g.display_name"), from("SELECT COUNT(*)"), order, most).await
}

async fn first_and_all(tx: &mut Tx, first: Sql, all: Sql, order: &str, most: i64) -> Result<(Vec<String>, u64)> {
    let total = all.count(tx).await?;
    let rows: Vec<(String,)> = first.push(order).push(" LIMIT ").push_bind(most).all(tx).await?;
    Ok((rows.into_iter().map(|(name,)| name).collect(), total.unsigned_abs()))
}

pub(super) async fn person_numbers(tx: &mut Tx, user: &User) -> Result<PersonPreview> {
    sql("SELECT (SELECT COUNT(*) FROM sessions WHERE user_id = $1) + (SELECT COUNT(*) FROM cli_tokens WHERE user_id = $1) \
         AS sessions, \
         (SELECT COUNT(*) FROM grants WHERE user_id = $1 AND origin = 'direct') AS direct_roles, \
         (SELECT COUNT(*) FROM grants WHERE user_id = $1 AND origin <> 'direct') AS scim_roles, \
         (SELECT COUNT(*) FROM memberships WHERE member_id = $1) AS groups, \
         (SELECT COUNT(*) FROM identities WHERE user_id = $1) AS links, \
         (SELECT COUNT(*) FROM users WHERE organization_id = $2 AND source = 'local' AND user_name_key = $3 \
          AND deleted_at IS NULL) AS conflicts")
    .bind(&user.id)
    .bind(&user.organization_id)
    .bind(muster_scim::compare::user_name_key(&user.user_name))
    .one(tx)
    .await
}

pub(super) async fn count_people(tx: &mut Tx, id: &GroupId) -> Result<i64> {
    sql("SELECT COUNT(*) FROM memberships WHERE group_id = $1 AND member_kind = 'user'").bind(id).count(tx).await
}
