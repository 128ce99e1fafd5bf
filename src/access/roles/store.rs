//! Rows of roles, and of the grants that groups have.

use std::collections::HashMap;

use super::holding::active_role_counts;
use super::model::{AttachedGroup, Draft, GroupRef, Listed, Role};
use crate::access::grants::RoleRef;
use crate::db::{Sql, Tx, like_literal, sql};
use crate::error::Result;
use crate::id::{DirectoryId, GrantId, GroupId, OrganizationId, RoleId, UserId};
use crate::text;
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: RoleId,
    organization_id: OrganizationId,
    name: String,
    key: String,
    description: String,
    permissions: String,
    idp_assignable: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl TryFrom<Row> for Role {
    type Error = crate::error::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            permissions: serde_json::from_str(&row.permissions)?,
            id: row.id,
            organization_id: row.organization_id,
            name: row.name,
            key: row.key,
            description: row.description,
            idp_assignable: row.idp_assignable,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

pub(super) const COLUMNS: &str = "roles.id, roles.organization_id, roles.name, roles.key, roles.description, roles.permissions, \
     roles.idp_assignable, roles.created_at, roles.updated_at";

fn select() -> Sql {
    sql("SELECT ").push(COLUMNS).push(" FROM roles")
}

async fn roles(tx: &mut Tx, statement: Sql) -> Result<Vec<Role>> {
    statement.all::<Row>(tx).await?.into_iter().map(Role::try_from).collect()
}

/// One role of this organization.
pub async fn find(tx: &mut Tx, organization: &OrganizationId, id: &RoleId) -> Result<Option<Role>> {
    let row = select().push(" WHERE roles.organization_id = $1 AND roles.id = $2").bind(organization).bind(id);
    row.optional::<Row>(tx).await?.map(Role::try_from).transpose()
}

/// All roles of the organization, by name.
pub async fn all(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<Role>> {
    let rows = select().push(" WHERE roles.organization_id = $1 ORDER BY roles.name_key, roles.id").bind(organization);
    roles(tx, rows).await
}

pub(super) async fn by_ids(tx: &mut Tx, ids: &[RoleId]) -> Result<Vec<Role>> {
    let rows = select().push(" WHERE roles.id IN ").push_list(ids).push(" ORDER BY roles.name_key, roles.id");
    roles(tx, rows).await
}

/// A page of the roles whose name or key has `q` in it, with how many there are in all; `page` counts from 1.
pub async fn list(
    tx: &mut Tx,
    organization: &OrganizationId,
    q: &str,
    per_page: u64,
    page: u64,
) -> Result<(Vec<Listed>, u64)> {
    let pattern = format!("%{}%", like_literal(&text::fold(q.trim())));
    let matching =
        " WHERE roles.organization_id = $1 AND (roles.name_key LIKE $2 ESCAPE '\\' OR roles.key LIKE $2 ESCAPE '\\')";
    let total = sql("SELECT COUNT(*) FROM roles").push(matching).bind(organization).bind(&pattern).count(tx).await?;
    let page = select()
        .push(matching)
        .push(" ORDER BY roles.name_key, roles.id LIMIT $3 OFFSET $4")
        .bind(organization)
        .bind(&pattern)
        .bind(per_page as i64)
        .bind(offset(per_page, page));
    let found = roles(tx, page).await?;
    let ids: Vec<RoleId> = found.iter().map(|role| role.id.clone()).collect();
    let groups = sql("SELECT role_id, COUNT(*) FROM grants WHERE group_id IS NOT NULL AND role_id IN ")
        .push_list(&ids)
        .push(" GROUP BY role_id")
        .all::<(RoleId, i64)>(tx)
        .await?;
    let groups: HashMap<RoleId, i64> = groups.into_iter().collect();
    let holders = active_role_counts(tx, &ids).await?;
    let listed = found.into_iter().map(|role| Listed {
        holders: holders.get(&role.id).copied().unwrap_or(0),
        groups: groups.get(&role.id).copied().unwrap_or(0),
        role,
    });
    Ok((listed.collect(), total.unsigned_abs()))
}

pub(super) fn offset(per_page: u64, page: u64) -> i64 {
    i64::try_from(per_page.saturating_mul(page.saturating_sub(1))).unwrap_or(i64::MAX)
}

pub(super) async fn name_taken(
    tx: &mut Tx,
    organization: &OrganizationId,
    name_key: &str,
    except: Option<&RoleId>,
) -> Result<bool> {
    let taken = sql("SELECT COUNT(*) FROM roles WHERE organization_id = $1 AND name_key = $2 AND id <> $3")
        .bind(organization)
        .bind(name_key)
        .bind(except.map_or("", RoleId::as_str))
        .count(tx)
        .await?;
    Ok(taken > 0)
}

/// The role of that folded name.
pub(super) async fn by_name(tx: &mut Tx, organization: &OrganizationId, name_key: &str) -> Result<Option<Role>> {
    let row =
        select().push(" WHERE roles.organization_id = $1 AND roles.name_key = $2").bind(organization).bind(name_key);
    row.optional::<Row>(tx).await?.map(Role::try_from).transpose()
}

/// How many grants of the role have not ended.
pub(super) async fn live_grants(tx: &mut Tx, id: &RoleId) -> Result<i64> {
    let now = tx.now();
    let live = sql("SELECT COUNT(*) FROM grants WHERE role_id = $1 AND (expires_at IS NULL OR expires_at > $2)");
    live.bind(id).bind(&now).count(tx).await
}

/// The keys that begin with this stem.
pub(super) async fn keys_like(tx: &mut Tx, organization: &OrganizationId, stem: &str) -> Result<Vec<String>> {
    let keys = sql("SELECT key FROM roles WHERE organization_id = $1 AND key LIKE $2 ESCAPE '\\'")
        .bind(organization)
        .bind(format!("{}%", like_literal(stem)))
        .all::<(String,)>(tx)
        .await?;
    Ok(keys.into_iter().map(|(key,)| key).collect())
}

pub(super) async fn insert(tx: &mut Tx, organization: &OrganizationId, key: &str, draft: &Draft) -> Result<RoleId> {
    let id = RoleId::new();
    let now = tx.now();
    sql("INSERT INTO roles (id, organization_id, name, name_key, key, description, permissions, idp_assignable, created_at, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)")
    .bind(&id)
    .bind(organization)
    .bind(&draft.name)
    .bind(text::fold(&draft.name))
    .bind(key)
    .bind(&draft.description)
    .bind(serde_json::to_string(&draft.permissions)?)
    .bind(draft.idp_assignable)
    .bind(&now)
    .run(tx)
    .await?;
    Ok(id)
}

pub(super) async fn update(tx: &mut Tx, id: &RoleId, draft: &Draft) -> Result<()> {
    let now = tx.now();
    sql("UPDATE roles SET name = $2, name_key = $3, description = $4, permissions = $5, idp_assignable = $6, updated_at = $7 WHERE id = $1")
        .bind(id)
        .bind(&draft.name)
        .bind(text::fold(&draft.name))
        .bind(&draft.description)
        .bind(serde_json::to_string(&draft.permissions)?)
        .bind(draft.idp_assignable)
        .bind(&now)
        .run(tx)
        .await?;
    Ok(())
}

/// Somebody whose directory sends roles.
#[derive(sqlx::FromRow)]
pub(super) struct Sent {
    pub id: UserId,
    pub display_name: String,
    pub document: String,
    pub directory_id: DirectoryId,
}

/// The people whose directories send a role under one of these keys, also within Entra's JSON.
pub(super) async fn sent_to(tx: &mut Tx, organization: &OrganizationId, keys: &[String]) -> Result<Vec<Sent>> {
    let place = tx.dialect().place_of();
    let mut query = sql("SELECT DISTINCT users.id, users.display_name, users.document, v.directory_id \
         FROM attribute_values v JOIN directories d ON d.id = v.directory_id JOIN users ON users.id = v.resource_id \
         WHERE d.organization_id = $1 AND v.kind = 'User' AND v.path IN ('roles.value', 'roles.display') AND (v.key IN ")
    .bind(organization)
    .push_list(keys);
    for key in keys {
        query = query.push(" OR ").push(place).push("(v.key, ").push_bind(format!("\"{key}\"")).push(") > 0");
    }
    query.push(") ORDER BY users.id").all(tx).await
}

/// The roles that grants of this origin give a person, each with the grant.
pub(super) async fn granted_by(tx: &mut Tx, user: &UserId, origin: &str) -> Result<Vec<(GrantId, RoleRef)>> {
    let rows =
        sql("SELECT grants.id, roles.id, roles.key, roles.name FROM grants JOIN roles ON roles.id = grants.role_id \
         WHERE grants.user_id = $1 AND grants.origin = $2 ORDER BY grants.id")
        .bind(user)
        .bind(origin)
        .all::<(GrantId, RoleId, String, String)>(tx)
        .await?;
    Ok(rows.into_iter().map(|(grant, id, key, name)| (grant, RoleRef { id, key, name })).collect())
}

pub(super) async fn insert_user_grant(
    tx: &mut Tx,
    organization: &OrganizationId,
    role: &RoleId,
    user: &UserId,
    origin: &str,
    granted_by: &str,
) -> Result<GrantId> {
    let id = GrantId::new();
    let now = tx.now();
    sql("INSERT INTO grants (id, organization_id, role_id, user_id, origin, granted_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(&id)
    .bind(organization)
    .bind(role)
    .bind(user)
    .bind(origin)
    .bind(granted_by)
    .bind(&now)
    .run(tx)
    .await?;
    Ok(id)
}

pub(super) async fn delete_user_grant(tx: &mut Tx, role: &RoleId, user: &UserId, origin: &str) -> Result<()> {
    sql("DELETE FROM grants WHERE role_id = $1 AND user_id = $2 AND origin = $3")
        .bind(role)
        .bind(user)
        .bind(origin)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, id: &RoleId) -> Result<()> {
    sql("DELETE FROM roles WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}

/// Whoever is giving the role is waited for, and nobody gives it until the transaction ends.
pub(super) async fn lock_alone(tx: &mut Tx, id: &RoleId) -> Result<()> {
    let lock = tx.dialect().against_references();
    sql("SELECT id FROM roles WHERE id = $1").push(lock).bind(id).optional::<(String,)>(tx).await?;
    Ok(())
}

/// As [`find_group`], and nobody changes the group, its members or its roles until the transaction ends.
pub async fn lock_group(tx: &mut Tx, organization: &OrganizationId, id: &GroupId) -> Result<Option<GroupRef>> {
    let lock = tx.dialect().for_update();
    let name = sql("SELECT display_name FROM groups WHERE organization_id = $1 AND id = $2 AND offered = FALSE")
        .push(lock)
        .bind(organization)
        .bind(id);
    Ok(name.optional::<(String,)>(tx).await?.map(|(name,)| GroupRef { id: id.clone(), name }))
}

pub async fn find_group(tx: &mut Tx, organization: &OrganizationId, id: &GroupId) -> Result<Option<GroupRef>> {
    let name = sql("SELECT display_name FROM groups WHERE organization_id = $1 AND id = $2 AND offered = FALSE")
        .bind(organization)
        .bind(id);
    Ok(name.optional::<(String,)>(tx).await?.map(|(name,)| GroupRef { id: id.clone(), name }))
}

/// `None` when the group has the role already.
pub(super) async fn insert_group_grant(
    tx: &mut Tx,
    organization: &OrganizationId,
    role: &RoleId,
    group: &GroupId,
    until: Option<&Timestamp>,
    granted_by: &str,
) -> Result<Option<GrantId>> {
    let id = GrantId::new();
    let now = tx.now();
    let rows =
        sql("INSERT INTO grants (id, organization_id, role_id, group_id, origin, expires_at, granted_by, created_at) \
         VALUES ($1, $2, $3, $4, 'group', $5, $6, $7) ON CONFLICT DO NOTHING")
        .bind(&id)
        .bind(organization)
        .bind(role)
        .bind(group)
        .bind(until)
        .bind(granted_by)
        .bind(&now)
        .run(tx)
        .await?;
    Ok((rows == 1).then_some(id))
}

/// `None` when the group does not have the role.
pub(super) async fn group_grant(tx: &mut Tx, role: &RoleId, group: &GroupId) -> Result<Option<GrantId>> {
    let lock = tx.dialect().for_update();
    let found = sql("SELECT id FROM grants WHERE role_id = $1 AND group_id = $2").push(lock).bind(role).bind(group);
    Ok(found.optional::<(GrantId,)>(tx).await?.map(|(id,)| id))
}

pub(super) async fn delete_group_grant(tx: &mut Tx, role: &RoleId, group: &GroupId) -> Result<()> {
    sql("DELETE FROM grants WHERE role_id = $1 AND group_id = $2").bind(role).bind(group).run(tx).await?;
    Ok(())
}

/// The pushed group whose role this is: its members are the holders, and its name is the role's.
pub async fn owner_of(tx: &mut Tx, role: &RoleId) -> Result<Option<GroupRef>> {
    let owner = sql("SELECT id, display_name FROM groups WHERE role_id = $1 AND offered = FALSE ORDER BY id LIMIT 1");
    let owner = owner.bind(role).optional::<(GroupId, String)>(tx).await?;
    Ok(owner.map(|(id, name)| GroupRef { id, name }))
}

#[derive(sqlx::FromRow)]
struct AttachedRow {
    #[sqlx(flatten)]
    role: Row,
    grant_id: GrantId,
    group_id: GroupId,
    group_name: String,
    expires_at: Option<Timestamp>,
}

/// Grants of roles to groups, ready for a condition.
fn select_attached() -> Sql {
    sql("SELECT ").push(COLUMNS).push(
        ", grants.id AS grant_id, grants.group_id, groups.display_name AS group_name, grants.expires_at FROM grants \
         JOIN roles ON roles.id = grants.role_id JOIN groups ON groups.id = grants.group_id WHERE ",
    )
}

async fn attached(tx: &mut Tx, statement: Sql) -> Result<Vec<AttachedGroup>> {
    let order = " ORDER BY groups.display_name_key, groups.id, roles.name_key, roles.id";
    let attached = |row: AttachedRow| {
        Ok(AttachedGroup {
            grant: row.grant_id,
            group: GroupRef { id: row.group_id, name: row.group_name },
            until: row.expires_at,
            role: row.role.try_into()?,
        })
    };
    statement.push(order).all::<AttachedRow>(tx).await?.into_iter().map(attached).collect()
}

/// The groups that have this role, by name.
pub async fn groups_of_role(tx: &mut Tx, role: &RoleId) -> Result<Vec<AttachedGroup>> {
    attached(tx, select_attached().push("grants.role_id = ").push_bind(role)).await
}

/// The roles that each of these groups has, by the groups' names, then by the roles'.
pub async fn roles_of_groups(tx: &mut Tx, groups: &[GroupId]) -> Result<Vec<AttachedGroup>> {
    attached(tx, select_attached().push("grants.group_id IN ").push_list(groups)).await
}

/// Groups of the organization that do not have this role, by name, at most `limit`.
pub async fn groups_without(
    tx: &mut Tx,
    organization: &OrganizationId,
    role: &RoleId,
    limit: i64,
) -> Result<Vec<GroupRef>> {
    let rows = sql("SELECT id, display_name FROM groups WHERE organization_id = $1 AND offered = FALSE \
         AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.group_id = groups.id AND grants.role_id = $2) \
         ORDER BY display_name_key, id LIMIT $3")
    .bind(organization)
    .bind(role)
    .bind(limit)
    .all::<(GroupId, String)>(tx)
    .await?;
    Ok(rows.into_iter().map(|(id, name)| GroupRef { id, name }).collect())
}
