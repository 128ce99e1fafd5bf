//! Rows of groups that are roles, and of roles that are shown as groups.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::access::roles::GroupRef;
use crate::db::{Sql, Tx, sql};
use crate::directory::Realm;
use crate::error::Result;
use crate::id::{DirectoryId, GroupId, OrganizationId, RoleId};

/// Whether every group that the directory pushes is a role.
pub async fn is_on(tx: &mut Tx, directory: &DirectoryId) -> Result<bool> {
    let row = sql("SELECT groups_are_roles FROM directories WHERE id = $1").bind(directory);
    Ok(row.optional::<(bool,)>(tx).await?.is_some_and(|(on,)| on))
}

/// Whether it is on by the time that nobody turns it on or off; and nobody does until the transaction ends.
pub(super) async fn hold(tx: &mut Tx, directory: &DirectoryId) -> Result<bool> {
    let lock = tx.dialect().for_key_share();
    let row = sql("SELECT groups_are_roles FROM directories WHERE id = $1").push(lock).bind(directory);
    Ok(row.optional::<(bool,)>(tx).await?.is_some_and(|(on,)| on))
}

pub(super) async fn set_on(tx: &mut Tx, directory: &DirectoryId, on: bool) -> Result<()> {
    sql("UPDATE directories SET groups_are_roles = $2 WHERE id = $1").bind(directory).bind(on).run(tx).await?;
    Ok(())
}

/// Groups that are being pushed are waited for, and others wait until the switch is made.
pub async fn lock_directory(tx: &mut Tx, directory: &DirectoryId) -> Result<()> {
    let lock = tx.dialect().against_references();
    sql("SELECT id FROM directories WHERE id = $1").push(lock).bind(directory).optional::<(String,)>(tx).await?;
    Ok(())
}

/// The organization's directories where this is on.
pub(super) async fn directories_with_roles(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<DirectoryId>> {
    let rows = sql("SELECT id FROM directories WHERE organization_id = $1 AND groups_are_roles = TRUE ORDER BY id");
    let rows = rows.bind(organization).all::<(DirectoryId,)>(tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ends in a condition that takes more of them.
fn these(start: &str, realm: &Realm, offered: bool) -> Sql {
    sql(start)
        .push(" WHERE groups.organization_id = ")
        .push_bind(&realm.organization)
        .push(" AND groups.source = ")
        .push_bind(realm.source.to_string())
        .push(" AND groups.offered = ")
        .push_bind(offered)
}

/// Whether a group owns the role of a row of `groups` or `roles`.
const OWNED: &str = "EXISTS (SELECT 1 FROM groups owners WHERE owners.offered = FALSE AND owners.role_id = ";

/// Offered groups whose role is gone or has an owner.
pub(super) async fn stale(tx: &mut Tx, realm: &Realm) -> Result<Vec<GroupId>> {
    let rows = these("SELECT groups.id FROM groups", realm, true)
        .push(" AND (groups.role_id IS NULL OR ")
        .push(OWNED)
        .push("groups.role_id)) ORDER BY groups.id")
        .all::<(GroupId,)>(tx)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Offered groups whose role has another name by now, with that name.
pub(super) async fn renamed(tx: &mut Tx, realm: &Realm) -> Result<Vec<(GroupId, String)>> {
    these("SELECT groups.id, roles.name FROM groups JOIN roles ON roles.id = groups.role_id", realm, true)
        .push(" AND roles.name <> groups.display_name ORDER BY groups.id")
        .all(tx)
        .await
}

/// Roles without an owner that the directory does not see yet.
pub(super) async fn missing(tx: &mut Tx, realm: &Realm) -> Result<Vec<(RoleId, String)>> {
    sql("SELECT roles.id, roles.name FROM roles WHERE roles.organization_id = ")
        .push_bind(&realm.organization)
        .push(" AND NOT ")
        .push(OWNED)
        .push("roles.id) AND NOT EXISTS (SELECT 1 FROM groups shown WHERE shown.offered = TRUE AND shown.role_id = roles.id \
               AND shown.source = ")
        .push_bind(realm.source.to_string())
        .push(") ORDER BY roles.id")
        .all(tx)
        .await
}

/// All groups that are offered to the directory.
pub(super) async fn offered(tx: &mut Tx, realm: &Realm) -> Result<Vec<GroupId>> {
    let rows =
        these("SELECT groups.id FROM groups", realm, true).push(" ORDER BY groups.id").all::<(GroupId,)>(tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// `None` if a group of the directory has the name.
pub(super) async fn insert_offer(
    tx: &mut Tx,
    realm: &Realm,
    role: &RoleId,
    name: &str,
    document: &Map<String, Value>,
) -> Result<Option<GroupId>> {
    let id = GroupId::new();
    let now = tx.now();
    let rows =
        sql("INSERT INTO groups (id, organization_id, source, display_name, display_name_key, document, version, \
         role_id, offered, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, TRUE, $8, $8) \
         ON CONFLICT DO NOTHING")
        .bind(&id)
        .bind(&realm.organization)
        .bind(realm.source.to_string())
        .bind(name)
        .bind(muster_scim::compare::fold(name))
        .bind(&Value::Object(document.clone()))
        .bind(role)
        .bind(&now)
        .run(tx)
        .await?;
    Ok((rows == 1).then_some(id))
}

/// The offered group is the directory's from now on.
pub(super) async fn accept(tx: &mut Tx, id: &GroupId) -> Result<()> {
    sql("UPDATE groups SET offered = FALSE WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}

pub(super) async fn set_role(tx: &mut Tx, id: &GroupId, role: Option<&RoleId>) -> Result<()> {
    sql("UPDATE groups SET role_id = $2 WHERE id = $1").bind(id).bind(role).run(tx).await?;
    Ok(())
}

/// The directory's groups own no roles any more. Returns how many did.
pub(super) async fn release_roles(tx: &mut Tx, realm: &Realm) -> Result<u64> {
    these("UPDATE groups SET role_id = NULL", realm, false).push(" AND groups.role_id IS NOT NULL").run(tx).await
}

/// The directory's groups that own no role, by name.
pub(super) async fn without_role(tx: &mut Tx, realm: &Realm) -> Result<Vec<GroupRef>> {
    let rows = these("SELECT groups.id, groups.display_name FROM groups", realm, false)
        .push(" AND groups.role_id IS NULL ORDER BY groups.display_name_key, groups.id")
        .all::<(GroupId, String)>(tx)
        .await?;
    Ok(rows.into_iter().map(|(id, name)| GroupRef { id, name }).collect())
}

/// The groups that own roles, by the roles.
pub(super) async fn owners(tx: &mut Tx, organization: &OrganizationId) -> Result<HashMap<RoleId, GroupRef>> {
    let rows = sql("SELECT role_id, id, display_name FROM groups WHERE organization_id = $1 AND offered = FALSE \
         AND role_id IS NOT NULL ORDER BY id")
    .bind(organization)
    .all::<(RoleId, GroupId, String)>(tx)
    .await?;
    Ok(rows.into_iter().map(|(role, id, name)| (role, GroupRef { id, name })).collect())
}

/// How many may sign in of those who are in any of the directory's groups, or in one within them.
pub(super) async fn people_in_groups(tx: &mut Tx, realm: &Realm) -> Result<i64> {
    let source = realm.source.to_string();
    sql("WITH RECURSIVE below (group_id) AS (SELECT groups.id FROM groups WHERE groups.organization_id = $1 \
         AND groups.source = $2 AND groups.offered = FALSE \
         UNION SELECT memberships.member_id FROM below JOIN memberships ON memberships.group_id = below.group_id \
         WHERE memberships.member_kind = 'group') \
         SELECT COUNT(DISTINCT users.id) FROM below JOIN memberships ON memberships.group_id = below.group_id \
         AND memberships.member_kind = 'user' JOIN users ON users.id = memberships.member_id \
         WHERE users.deleted_at IS NULL AND users.idp_active = TRUE AND users.suspended_at IS NULL")
    .bind(&realm.organization)
    .bind(source)
    .count(tx)
    .await
}
