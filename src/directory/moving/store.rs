//! Rows of those who move.

use serde_json::{Map, Value};

use super::plan::{Match, Stay};
use crate::actor::Level;
use crate::db::{Tx, sql};
use crate::directory::Source;
use crate::error::{Error, Result};
use crate::id::{ConnectionId, DirectoryId, GrantId, GroupId, OrganizationId, RoleId, UserId};
use crate::time::Timestamp;

fn level(text: &str) -> Result<Level> {
    Level::parse(text).ok_or_else(|| Error::internal("a user's level cannot be read"))
}

/// Everybody of these sources, by name.
pub(super) async fn people(tx: &mut Tx, organization: &OrganizationId, sources: &[String; 2]) -> Result<Vec<Stay>> {
    let rows: Vec<(UserId, String, String, String, String)> =
        sql("SELECT id, display_name, user_name, user_name_key, level FROM users \
             WHERE deleted_at IS NULL AND organization_id = ")
        .push_bind(organization)
        .push(" AND source IN ")
        .push_list(sources)
        .push(" ORDER BY search_key, id")
        .all(tx)
        .await?;
    let stay = |(id, name, user_name, user_name_key, own): (UserId, String, String, String, String)| {
        Ok(Stay { id, name, user_name, user_name_key, level: level(&own)? })
    };
    rows.into_iter().map(stay).collect()
}

pub(super) async fn same_user_name(
    tx: &mut Tx,
    organization: &OrganizationId,
    sources: &[String; 2],
    target: &str,
) -> Result<Vec<Match>> {
    matches(tx, organization, sources, target, "n.user_name_key = o.user_name_key").await
}

pub(super) async fn same_email(
    tx: &mut Tx,
    organization: &OrganizationId,
    sources: &[String; 2],
    target: &str,
) -> Result<Vec<Match>> {
    matches(tx, organization, sources, target, "n.email_key = o.email_key").await
}

async fn matches(
    tx: &mut Tx,
    organization: &OrganizationId,
    sources: &[String; 2],
    target: &str,
    condition: &str,
) -> Result<Vec<Match>> {
    let rows: Vec<(UserId, UserId, String, String, bool)> =
        sql("SELECT o.id, n.id, n.user_name, n.level, n.operator FROM users o \
         JOIN users n ON n.organization_id = o.organization_id AND n.deleted_at IS NULL AND n.source = ")
        .push_bind(target)
        .push(" AND ")
        .push(condition)
        .push(" WHERE o.deleted_at IS NULL AND o.organization_id = ")
        .push_bind(organization)
        .push(" AND o.source IN ")
        .push_list(sources)
        .push(" ORDER BY o.id, n.id")
        .all(tx)
        .await?;
    let found = |(old, new, new_user_name, of_new, new_operator): (UserId, UserId, String, String, bool)| {
        Ok(Match { old, new, new_user_name, new_level: level(&of_new)?, new_operator })
    };
    rows.into_iter().map(found).collect()
}

/// The person is the new directory's, and waits to be sent by it.
pub(super) async fn set_waiting(
    tx: &mut Tx,
    id: &UserId,
    source: &Source,
    document: &Map<String, Value>,
) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET source = $2, external_id = NULL, document = $3, moved_at = $4, version = version + 1, \
         updated_at = $4 WHERE id = $1")
    .bind(id)
    .bind(source.to_string())
    .bind(&Value::Object(document.clone()))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

/// The rows of values are the new directory's, but for the externalId.
pub(super) async fn hand_over_values(tx: &mut Tx, id: &UserId, directory: &DirectoryId) -> Result<()> {
    sql("DELETE FROM attribute_values WHERE resource_id = $1 AND path = 'externalId'").bind(id).run(tx).await?;
    sql("UPDATE attribute_values SET directory_id = $2 WHERE resource_id = $1")
        .bind(id)
        .bind(directory)
        .run(tx)
        .await?;
    Ok(())
}

/// The rows of values of one resource are another's.
pub(super) async fn take_values(tx: &mut Tx, old: &UserId, new: &UserId) -> Result<()> {
    sql("DELETE FROM attribute_values WHERE resource_id = $1").bind(old).run(tx).await?;
    sql("UPDATE attribute_values SET resource_id = $1 WHERE resource_id = $2").bind(old).bind(new).run(tx).await?;
    Ok(())
}

pub(super) async fn mark_deleted(tx: &mut Tx, id: &UserId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET deleted_at = $2, updated_at = $2, version = version + 1 WHERE id = $1")
        .bind(id)
        .bind(&now)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn copy_suspension(tx: &mut Tx, to: &UserId, from: &UserId) -> Result<()> {
    sql("UPDATE users SET suspended_at = (SELECT o.suspended_at FROM users o WHERE o.id = $2), \
         suspended_by = (SELECT o.suspended_by FROM users o WHERE o.id = $2), \
         suspended_reason = (SELECT o.suspended_reason FROM users o WHERE o.id = $2) WHERE id = $1")
    .bind(to)
    .bind(from)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn delete_links_through(tx: &mut Tx, user: &UserId, connection: &ConnectionId) -> Result<()> {
    sql("DELETE FROM identities WHERE user_id = $1 AND connection_id = $2").bind(user).bind(connection).run(tx).await?;
    Ok(())
}

pub(super) async fn delete_links(tx: &mut Tx, user: &UserId) -> Result<()> {
    sql("DELETE FROM identities WHERE user_id = $1").bind(user).run(tx).await?;
    Ok(())
}

/// The new one's links at the new connection become the old one's; a link that the old one had there goes.
pub(super) async fn take_links(tx: &mut Tx, old: &UserId, new: &UserId, connection: &ConnectionId) -> Result<()> {
    delete_links_through(tx, old, connection).await?;
    sql("UPDATE identities SET user_id = $1 WHERE user_id = $2").bind(old).bind(new).run(tx).await?;
    Ok(())
}

/// A group that the new one is in.
#[derive(sqlx::FromRow)]
pub(super) struct Joined {
    pub group_id: GroupId,
    pub group_name: String,
    /// Whether the old one is in it too.
    pub both: bool,
}

pub(super) async fn memberships(tx: &mut Tx, old: &UserId, new: &UserId) -> Result<Vec<Joined>> {
    sql("SELECT groups.id AS group_id, groups.display_name AS group_name, \
         EXISTS (SELECT 1 FROM memberships o WHERE o.group_id = groups.id AND o.member_id = $1) AS both \
         FROM memberships JOIN groups ON groups.id = memberships.group_id WHERE memberships.member_id = $2 \
         ORDER BY groups.id")
    .bind(old)
    .bind(new)
    .all(tx)
    .await
}

pub(super) async fn take_memberships(tx: &mut Tx, old: &UserId, new: &UserId) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO memberships (group_id, member_id, member_kind, source, created_at) \
         SELECT group_id, $1, member_kind, source, $3 FROM memberships WHERE member_id = $2 \
         ON CONFLICT (group_id, member_id) DO UPDATE SET source = excluded.source")
    .bind(old)
    .bind(new)
    .bind(&now)
    .run(tx)
    .await?;
    sql("DELETE FROM memberships WHERE member_id = $1").bind(new).run(tx).await?;
    Ok(())
}

pub(super) async fn bump_group(tx: &mut Tx, id: &GroupId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE groups SET version = version + 1, updated_at = $2 WHERE id = $1").bind(id).bind(&now).run(tx).await?;
    Ok(())
}

/// A grant of the new one that the old one has not.
#[derive(sqlx::FromRow)]
pub(super) struct Grant {
    pub id: GrantId,
    pub origin: String,
    pub expires_at: Option<Timestamp>,
    pub reason: Option<String>,
    pub role_id: RoleId,
    pub role_key: String,
    pub role_name: String,
}

pub(super) async fn grants_to_take(tx: &mut Tx, old: &UserId, new: &UserId) -> Result<Vec<Grant>> {
    sql("SELECT grants.id, grants.origin, grants.expires_at, grants.reason, roles.id AS role_id, roles.key AS role_key, \
         roles.name AS role_name FROM grants JOIN roles ON roles.id = grants.role_id WHERE grants.user_id = $2 \
         AND NOT EXISTS (SELECT 1 FROM grants o WHERE o.user_id = $1 AND o.role_id = grants.role_id \
         AND o.origin = grants.origin) ORDER BY grants.id")
    .bind(old)
    .bind(new)
    .all(tx)
    .await
}

pub(super) async fn take_grant(tx: &mut Tx, id: &GrantId, user: &UserId) -> Result<()> {
    sql("UPDATE grants SET user_id = $2 WHERE id = $1").bind(id).bind(user).run(tx).await?;
    Ok(())
}

/// What is left of the new one's grants goes; returns the roles.
pub(super) async fn remove_grants(tx: &mut Tx, user: &UserId) -> Result<Vec<RoleId>> {
    let roles: Vec<(RoleId,)> =
        sql("SELECT role_id FROM grants WHERE user_id = $1 ORDER BY id").bind(user).all(tx).await?;
    sql("DELETE FROM grants WHERE user_id = $1").bind(user).run(tx).await?;
    Ok(roles.into_iter().map(|(id,)| id).collect())
}
