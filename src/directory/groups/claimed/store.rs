//! Rows of groups and memberships whose source is a sign-in.

use serde_json::json;

use crate::db::{Tx, sql};
use crate::directory::Source;
use crate::error::Result;
use crate::id::{GroupId, OrganizationId, UserId};

/// The groups that the person is in by this source, with their names.
pub(super) async fn joined(tx: &mut Tx, source: &Source, user: &UserId) -> Result<Vec<(GroupId, String)>> {
    sql("SELECT g.id, g.display_name FROM memberships m JOIN groups g ON g.id = m.group_id \
         WHERE m.member_id = $1 AND m.source = $2 ORDER BY g.id")
    .bind(user)
    .bind(source.to_string())
    .all(tx)
    .await
}

pub(super) async fn find(
    tx: &mut Tx,
    organization: &OrganizationId,
    source: &Source,
    name: &str,
) -> Result<Option<(GroupId, String)>> {
    sql("SELECT id, display_name FROM groups WHERE organization_id = $1 AND source = $2 AND display_name_key = $3")
        .bind(organization)
        .bind(source.to_string())
        .bind(muster_scim::compare::fold(name))
        .optional(tx)
        .await
}

pub(super) async fn insert(tx: &mut Tx, organization: &OrganizationId, source: &Source, name: &str) -> Result<GroupId> {
    let id = GroupId::new();
    let now = tx.now();
    let document = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name });
    sql("INSERT INTO groups (id, organization_id, source, display_name, display_name_key, document, version, created_at, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)")
    .bind(&id)
    .bind(organization)
    .bind(source.to_string())
    .bind(name)
    .bind(muster_scim::compare::fold(name))
    .bind(&document)
    .bind(&now)
    .run(tx)
    .await?;
    Ok(id)
}

/// A membership that an admin made becomes the sign-in's.
pub(super) async fn join(tx: &mut Tx, source: &Source, group: &GroupId, user: &UserId) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO memberships (group_id, member_id, member_kind, source, created_at) VALUES ($1, $2, 'user', $3, $4) \
         ON CONFLICT (group_id, member_id) DO UPDATE SET source = excluded.source")
    .bind(group)
    .bind(user)
    .bind(source.to_string())
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn leave(tx: &mut Tx, source: &Source, group: &GroupId, user: &UserId) -> Result<()> {
    sql("DELETE FROM memberships WHERE group_id = $1 AND member_id = $2 AND source = $3")
        .bind(group)
        .bind(user)
        .bind(source.to_string())
        .run(tx)
        .await?;
    Ok(())
}
