//! Rows of what is released.

use super::group::Group;
use super::{People, Sources};
use crate::db::{Sql, Tx, like_literal, sql};
use crate::directory::Source;
use crate::directory::users::User;
use crate::error::{Error, Result};
use crate::id::{ConnectionId, DirectoryId, GroupId, OrganizationId, RoleId, UserId};

/// The sources of the connection that a person or group comes from; `None` for what is local or whose connection is gone.
pub(super) async fn sources_of(tx: &mut Tx, source: &Source) -> Result<Option<Sources>> {
    let select = sql("SELECT directories.connection_id, directories.id FROM directories WHERE ");
    let row = match source {
        Source::Local => return Ok(None),
        Source::Directory(id) => select.push("directories.id = $1").bind(id),
        Source::SignIn(id) => select.push("directories.connection_id = $1").bind(id),
    };
    let row = row.optional::<(ConnectionId, DirectoryId)>(tx).await?;
    Ok(row.map(|(connection, directory)| Sources { connection, directory }))
}

/// How many owners could still sign in if the connection were gone: with a password, or through another connection.
pub(super) async fn owners_who_get_in(
    tx: &mut Tx,
    organization: &OrganizationId,
    sources: &Sources,
    people: People,
) -> Result<i64> {
    let owners = sql("SELECT COUNT(*) FROM users WHERE users.level = 'owner' AND users.idp_active = TRUE \
         AND users.suspended_at IS NULL AND users.deleted_at IS NULL AND users.organization_id = ")
    .push_bind(organization)
    .push(" AND ((users.source = 'local' AND EXISTS (SELECT 1 FROM passwords WHERE passwords.user_id = users.id)) ")
    .push("OR EXISTS (SELECT 1 FROM identities JOIN connections ON connections.id = identities.connection_id ")
    .push("WHERE identities.user_id = users.id AND connections.sign_in = 'on' AND connections.id <> ")
    .push_bind(&sources.connection)
    .push("))");
    let owners = match people {
        People::Local => owners,
        People::Suspended | People::Deleted => owners.push(" AND users.source NOT IN ").push_list(sources.all()),
    };
    owners.count(tx).await
}

pub(super) async fn people_of(
    tx: &mut Tx,
    organization: &OrganizationId,
    sources: &Sources,
    most: i64,
) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql("SELECT id FROM users WHERE deleted_at IS NULL AND organization_id = ")
        .push_bind(organization)
        .push(" AND source IN ")
        .push_list(sources.all())
        .push(" ORDER BY id LIMIT ")
        .push_bind(most)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The compared forms of the local people's userNames that begin like this one.
pub(super) async fn local_user_names_like(
    tx: &mut Tx,
    organization: &OrganizationId,
    name: &str,
) -> Result<Vec<String>> {
    let like = format!("{}%", like_literal(&muster_scim::compare::user_name_key(name)));
    let rows: Vec<(String,)> = sql("SELECT user_name_key FROM users WHERE organization_id = $1 AND source = 'local' \
                                    AND deleted_at IS NULL AND user_name_key LIKE $2 ESCAPE '\\'")
    .bind(organization)
    .bind(like)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// The person is ours: the profile stays, what the provider knew them by goes.
pub(super) async fn make_local(tx: &mut Tx, user: &User, user_name: &str) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET source = 'local', user_name = $2, user_name_key = $3, search_key = $4, external_id = NULL, \
         idp_active = TRUE, moved_at = NULL, updated_at = $5 WHERE id = $1")
    .bind(&user.id)
    .bind(user_name)
    .bind(muster_scim::compare::user_name_key(user_name))
    .bind(crate::directory::users::search_key(&user.display_name, user_name, user.email.as_deref()))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn suspend(tx: &mut Tx, id: &UserId, by: &str, reason: &str) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET suspended_at = $2, suspended_by = $3, suspended_reason = $4 WHERE id = $1")
        .bind(id)
        .bind(&now)
        .bind(by)
        .bind(reason)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn delete_links(tx: &mut Tx, user: &UserId, connection: &ConnectionId) -> Result<()> {
    sql("DELETE FROM identities WHERE user_id = $1 AND connection_id = $2").bind(user).bind(connection).run(tx).await?;
    Ok(())
}

pub(super) async fn localize_memberships_of(tx: &mut Tx, user: &UserId, source: &Source) -> Result<()> {
    sql("UPDATE memberships SET source = 'local' WHERE member_id = $1 AND source = $2")
        .bind(user)
        .bind(source.to_string())
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn localize_memberships_in(tx: &mut Tx, group: &Group) -> Result<()> {
    sql("UPDATE memberships SET source = 'local' WHERE group_id = $1 AND source = $2")
        .bind(&group.id)
        .bind(group.source.to_string())
        .run(tx)
        .await?;
    Ok(())
}

/// What the connection's sources put into groups that are there by now is ours.
pub(super) async fn localize_memberships(tx: &mut Tx, organization: &OrganizationId, sources: &Sources) -> Result<()> {
    sql("UPDATE memberships SET source = 'local' WHERE group_id IN (SELECT id FROM groups WHERE organization_id = ")
        .push_bind(organization)
        .push(") AND source IN ")
        .push_list(sources.all())
        .run(tx)
        .await?;
    Ok(())
}

/// A grant that a directory gave.
#[derive(sqlx::FromRow)]
pub(super) struct Granted {
    pub user_id: UserId,
    pub user_name: String,
    pub role_id: RoleId,
    pub role_name: String,
}

fn of_origin(statement: Sql, organization: &OrganizationId, origin: &str, only: Option<&UserId>) -> Sql {
    let statement = statement
        .push("grants.organization_id = ")
        .push_bind(organization)
        .push(" AND grants.origin = ")
        .push_bind(origin);
    match only {
        Some(user) => statement.push(" AND grants.user_id = ").push_bind(user),
        None => statement,
    }
}

pub(super) async fn grants_of_origin(
    tx: &mut Tx,
    organization: &OrganizationId,
    origin: &str,
    only: Option<&UserId>,
) -> Result<Vec<Granted>> {
    let select =
        sql("SELECT grants.user_id, users.display_name AS user_name, roles.id AS role_id, roles.name AS role_name \
         FROM grants JOIN users ON users.id = grants.user_id JOIN roles ON roles.id = grants.role_id WHERE ");
    of_origin(select, organization, origin, only).push(" ORDER BY grants.id").all(tx).await
}

pub(super) async fn delete_grants_of_origin(
    tx: &mut Tx,
    organization: &OrganizationId,
    origin: &str,
    only: Option<&UserId>,
) -> Result<()> {
    of_origin(sql("DELETE FROM grants WHERE "), organization, origin, only).run(tx).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct GroupRow {
    id: GroupId,
    display_name: String,
    source: String,
    external_id: Option<String>,
}

impl TryFrom<GroupRow> for Group {
    type Error = Error;

    fn try_from(row: GroupRow) -> Result<Self> {
        Ok(Self {
            source: Source::parse(&row.source).ok_or_else(|| Error::internal("a group's source cannot be read"))?,
            id: row.id,
            name: row.display_name,
            external_id: row.external_id,
        })
    }
}

/// Roles that a directory is offered as groups are no groups yet.
const GROUP: &str =
    "SELECT id, display_name, source, external_id FROM groups WHERE offered = FALSE AND organization_id = ";

async fn all_groups(tx: &mut Tx, statement: Sql) -> Result<Vec<Group>> {
    statement.all::<GroupRow>(tx).await?.into_iter().map(Group::try_from).collect()
}

pub(super) async fn group(tx: &mut Tx, organization: &OrganizationId, id: &GroupId) -> Result<Option<Group>> {
    let row = sql(GROUP).push_bind(organization).push(" AND id = ").push_bind(id);
    row.optional::<GroupRow>(tx).await?.map(Group::try_from).transpose()
}

/// One group, held until the transaction ends.
pub(super) async fn lock_group(tx: &mut Tx, organization: &OrganizationId, id: &GroupId) -> Result<Option<Group>> {
    let lock = tx.dialect().for_update();
    let row = sql(GROUP).push_bind(organization).push(" AND id = ").push_bind(id).push(lock);
    row.optional::<GroupRow>(tx).await?.map(Group::try_from).transpose()
}

pub(super) async fn groups_of(
    tx: &mut Tx,
    organization: &OrganizationId,
    sources: &Sources,
    most: i64,
) -> Result<Vec<Group>> {
    let statement = sql(GROUP).push_bind(organization).push(" AND source IN ").push_list(sources.all());
    all_groups(tx, statement.push(" ORDER BY id LIMIT ").push_bind(most)).await
}

/// The group with all that are nested with it, above and below, of the same source.
pub(super) async fn nested_with(tx: &mut Tx, organization: &OrganizationId, group: &Group) -> Result<Vec<Group>> {
    let near = sql("WITH RECURSIVE near (id) AS (SELECT id FROM groups WHERE id = ").push_bind(&group.id).push(
        " UNION SELECT CASE WHEN m.group_id = near.id THEN m.member_id ELSE m.group_id END FROM near \
         JOIN memberships m ON m.member_kind = 'group' AND (m.group_id = near.id OR m.member_id = near.id)) ",
    );
    let statement = near.push(GROUP).push_bind(organization).push(" AND source = ").push_bind(group.source.to_string());
    all_groups(tx, statement.push(" AND id IN (SELECT id FROM near) ORDER BY id")).await
}

/// The compared forms of the local groups' names that begin like this one.
pub(super) async fn local_group_names_like(
    tx: &mut Tx,
    organization: &OrganizationId,
    name: &str,
) -> Result<Vec<String>> {
    let like = format!("{}%", like_literal(&muster_scim::compare::fold(name)));
    let rows: Vec<(String,)> =
        sql("SELECT display_name_key FROM groups WHERE organization_id = $1 AND source = 'local' \
                                    AND display_name_key LIKE $2 ESCAPE '\\'")
        .bind(organization)
        .bind(like)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

pub(super) async fn make_group_local(tx: &mut Tx, id: &GroupId, name: &str) -> Result<()> {
    let now = tx.now();
    let document = serde_json::json!({ "schemas": [muster_scim::schema::GROUP], "displayName": name });
    sql("UPDATE groups SET source = 'local', display_name = $2, display_name_key = $3, external_id = NULL, document = $4, role_id = NULL, \
         version = version + 1, updated_at = $5 WHERE id = $1")
    .bind(id)
    .bind(name)
    .bind(muster_scim::compare::fold(name))
    .bind(&document)
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn count_members(tx: &mut Tx, id: &GroupId) -> Result<i64> {
    sql("SELECT COUNT(*) FROM memberships WHERE group_id = $1").bind(id).count(tx).await
}

pub(super) async fn count_roles(tx: &mut Tx, id: &GroupId) -> Result<i64> {
    sql("SELECT COUNT(*) FROM grants WHERE group_id = $1").bind(id).count(tx).await
}

/// Tokens, links and what the inspector kept go with it. The directory first: whoever is pushed points to it first.
pub(super) async fn delete_connection(tx: &mut Tx, sources: &Sources) -> Result<()> {
    sql("DELETE FROM directories WHERE id = $1").bind(&sources.directory).run(tx).await?;
    sql("DELETE FROM connections WHERE id = $1").bind(&sources.connection).run(tx).await?;
    Ok(())
}
