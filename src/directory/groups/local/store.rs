//! Rows of local groups, and of memberships that admins made.

use serde_json::json;

use super::model::{Candidate, Target};
use crate::db::{Sql, Tx, like_literal, sql};
use crate::directory::Source;
use crate::directory::groups::MemberKind;
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId};
use crate::text;

/// How many ids one statement lists at most.
const CHUNK: usize = 500;
/// How many people, and how many groups, a search shows.
pub(super) const FOUND: i64 = 20;

fn parse_source(text: &str) -> Result<Source> {
    Source::parse(text).ok_or_else(|| Error::internal("a source cannot be read"))
}

async fn one(tx: &mut Tx, organization: &OrganizationId, id: &GroupId, lock: &str) -> Result<Option<Target>> {
    let row: Option<(GroupId, String, String)> =
        sql("SELECT id, display_name, source FROM groups WHERE organization_id = $1 AND id = $2")
            .push(lock)
            .bind(organization)
            .bind(id)
            .optional(tx)
            .await?;
    let target = |(id, name, source): (GroupId, String, String)| {
        Ok(Target { id, organization: organization.clone(), name, source: parse_source(&source)? })
    };
    row.map(target).transpose()
}

pub(super) async fn find(tx: &mut Tx, organization: &OrganizationId, id: &GroupId) -> Result<Option<Target>> {
    one(tx, organization, id, "").await
}

/// As [`find`]; nobody else changes the group or its members until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, organization: &OrganizationId, id: &GroupId) -> Result<Option<Target>> {
    let lock = tx.dialect().for_update();
    one(tx, organization, id, lock).await
}

pub(super) async fn find_by_name(
    tx: &mut Tx,
    organization: &OrganizationId,
    name: &str,
) -> Result<Option<(GroupId, String)>> {
    sql("SELECT id, display_name FROM groups WHERE organization_id = $1 AND source = 'local' AND display_name_key = $2")
        .bind(organization)
        .bind(muster_scim::compare::fold(name))
        .optional(tx)
        .await
}

fn document(name: &str) -> serde_json::Value {
    json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name })
}

pub(super) async fn insert(tx: &mut Tx, organization: &OrganizationId, name: &str) -> Result<GroupId> {
    let id = GroupId::new();
    let now = tx.now();
    sql("INSERT INTO groups (id, organization_id, source, display_name, display_name_key, document, version, created_at, \
         updated_at) VALUES ($1, $2, 'local', $3, $4, $5, 1, $6, $6)")
    .bind(&id)
    .bind(organization)
    .bind(name)
    .bind(muster_scim::compare::fold(name))
    .bind(&document(name))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(id)
}

pub(super) async fn rename(tx: &mut Tx, id: &GroupId, name: &str) -> Result<()> {
    let now = tx.now();
    sql("UPDATE groups SET display_name = $2, display_name_key = $3, document = $4, version = version + 1, updated_at = $5 \
         WHERE id = $1")
    .bind(id)
    .bind(name)
    .bind(muster_scim::compare::fold(name))
    .bind(&document(name))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn count_members(tx: &mut Tx, id: &GroupId) -> Result<i64> {
    sql("SELECT COUNT(*) FROM memberships WHERE group_id = $1").bind(id).count(tx).await
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    detail: String,
    is_service: bool,
    source: String,
    is_member: bool,
}

fn candidate_of(kind: MemberKind, row: Row) -> Result<Candidate> {
    let source = parse_source(&row.source)?;
    let Row { id, name, detail, is_service, is_member, .. } = row;
    Ok(Candidate { id, kind, name, detail, is_service, source, is_member })
}

/// `group` may be no group's id: then nobody is a member.
fn people(group: &str) -> Sql {
    sql("SELECT id, display_name AS name, user_name AS detail, kind = 'service' AS is_service, source, \
         EXISTS (SELECT 1 FROM memberships WHERE group_id = $1 AND member_id = users.id) AS is_member FROM users \
         WHERE deleted_at IS NULL AND organization_id = ")
    .bind(group)
}

fn groups(group: &str) -> Sql {
    sql("SELECT id, display_name AS name, '' AS detail, 1 = 0 AS is_service, source, \
         EXISTS (SELECT 1 FROM memberships WHERE group_id = $1 AND member_id = groups.id) AS is_member FROM groups \
         WHERE organization_id = ")
    .bind(group)
}

/// The user or group of that id.
pub(super) async fn candidate(tx: &mut Tx, organization: &OrganizationId, id: &str) -> Result<Option<Candidate>> {
    let user = people("").push_bind(organization).push(" AND id = ").push_bind(id).optional::<Row>(tx).await?;
    if let Some(user) = user {
        return candidate_of(MemberKind::User, user).map(Some);
    }
    let group = groups("").push_bind(organization).push(" AND id = ").push_bind(id).optional::<Row>(tx).await?;
    group.map(|group| candidate_of(MemberKind::Group, group)).transpose()
}

/// Users and local groups that have `q` in their names, as far as they may become members of this group.
pub(super) async fn search(tx: &mut Tx, group: &Target, q: &str) -> Result<Vec<Candidate>> {
    let pattern = format!("%{}%", like_literal(&text::fold(q.trim())));
    // Into a group of an identity provider an admin puts local users only.
    let only_local = if group.source.is_managed() { " AND source = 'local'" } else { "" };
    let users = people(group.id.as_str())
        .push_bind(&group.organization)
        .push(only_local)
        .push(" AND search_key LIKE ")
        .push_bind(&pattern)
        .push(" ESCAPE '\\' ORDER BY search_key, id LIMIT ")
        .push_bind(FOUND)
        .all::<Row>(tx)
        .await?;
    let mut found: Vec<_> = users.into_iter().map(|row| candidate_of(MemberKind::User, row)).collect::<Result<_>>()?;
    if !group.source.is_managed() {
        let nested = groups(group.id.as_str())
            .push_bind(&group.organization)
            .push(" AND source = 'local' AND id <> ")
            .push_bind(&group.id)
            .push(" AND display_name_key LIKE ")
            .push_bind(&pattern)
            .push(" ESCAPE '\\' ORDER BY display_name_key, id LIMIT ")
            .push_bind(FOUND)
            .all::<Row>(tx)
            .await?;
        for row in nested {
            found.push(candidate_of(MemberKind::Group, row)?);
        }
    }
    Ok(found)
}

/// Whether the user is there still; nobody deletes them until the transaction ends.
pub(super) async fn hold_user(tx: &mut Tx, id: &str) -> Result<bool> {
    let lock = tx.dialect().for_share();
    let row = sql("SELECT id FROM users WHERE id = $1 AND deleted_at IS NULL").push(lock).bind(id);
    Ok(row.optional::<(String,)>(tx).await?.is_some())
}

/// False for whoever is a member already, whoever's the membership is.
pub(super) async fn insert_member(tx: &mut Tx, group: &GroupId, member: &Candidate) -> Result<bool> {
    let now = tx.now();
    let inserted = sql("INSERT INTO memberships (group_id, member_id, member_kind, source, created_at) \
         VALUES ($1, $2, $3, 'local', $4) ON CONFLICT (group_id, member_id) DO NOTHING")
    .bind(group)
    .bind(&member.id)
    .bind(member.kind.as_str())
    .bind(&now);
    Ok(inserted.run(tx).await? == 1)
}

/// Whose the membership is, if there is one.
pub(super) async fn membership(tx: &mut Tx, group: &GroupId, member: &str) -> Result<Option<Source>> {
    let row = sql("SELECT source FROM memberships WHERE group_id = $1 AND member_id = $2").bind(group).bind(member);
    row.optional::<(String,)>(tx).await?.map(|(source,)| parse_source(&source)).transpose()
}

pub(super) async fn delete_member(tx: &mut Tx, group: &GroupId, member: &str) -> Result<()> {
    sql("DELETE FROM memberships WHERE group_id = $1 AND member_id = $2 AND source = 'local'")
        .bind(group)
        .bind(member)
        .run(tx)
        .await?;
    Ok(())
}

/// The groups that are members of these: the group, the member, and the member's name.
pub(super) async fn nested(tx: &mut Tx, groups: &[String]) -> Result<Vec<(String, String, String)>> {
    let mut found = Vec::new();
    for chunk in groups.chunks(CHUNK) {
        let rows: Vec<(String, String, String)> = sql(
            "SELECT m.group_id, m.member_id, g.display_name FROM memberships m JOIN groups g ON g.id = m.member_id \
                 WHERE m.member_kind = 'group' AND m.group_id IN ",
        )
        .push_list(chunk)
        .push(" ORDER BY g.display_name_key, g.id, m.group_id")
        .all(tx)
        .await?;
        found.extend(rows);
    }
    Ok(found)
}
