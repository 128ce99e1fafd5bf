//! Rows of groups and memberships.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::model::{Group, Member, MemberKind};
use crate::db::{Sql, Tx, sql};
use crate::directory::{Clause, Realm, Selection, Source};
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId, RoleId, UserId};
use crate::time::Timestamp;

/// How many values one statement lists at most: far below what either engine binds.
pub(super) const CHUNK: usize = 500;

#[derive(sqlx::FromRow)]
struct Row {
    id: GroupId,
    organization_id: OrganizationId,
    source: String,
    display_name: String,
    external_id: Option<String>,
    role_id: Option<RoleId>,
    offered: bool,
    document: String,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl TryFrom<Row> for Group {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let document = match serde_json::from_str(&row.document)? {
            Value::Object(document) => document,
            _ => return Err(Error::internal("a group's document is no JSON object")),
        };
        Ok(Self {
            source: Source::parse(&row.source).ok_or_else(|| Error::internal("a group's source cannot be read"))?,
            id: row.id,
            organization_id: row.organization_id,
            display_name: row.display_name,
            external_id: row.external_id,
            role_id: row.role_id,
            offered: row.offered,
            document,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    group_id: GroupId,
    member_id: String,
    member_kind: String,
    name: String,
}

impl MemberRow {
    fn member(self) -> Result<(GroupId, Member)> {
        let kind = MemberKind::parse(&self.member_kind)
            .ok_or_else(|| Error::internal("a member is neither a user nor a group"))?;
        Ok((self.group_id, Member { id: self.member_id, kind, name: self.name }))
    }
}

const SELECT: &str = "SELECT id, organization_id, source, display_name, external_id, role_id, offered, document, \
     version, created_at, updated_at FROM groups WHERE ";

const SELECT_MEMBERS: &str = "SELECT m.group_id, m.member_id, m.member_kind, \
     COALESCE(u.display_name, g.display_name, '') AS name FROM memberships m \
     LEFT JOIN users u ON m.member_kind = 'user' AND u.id = m.member_id \
     LEFT JOIN groups g ON m.member_kind = 'group' AND g.id = m.member_id WHERE ";

/// A directory's own groups, ready for ` AND …`.
fn within(sql: Sql, realm: &Realm) -> Sql {
    sql.push("organization_id = ")
        .push_bind(&realm.organization)
        .push(" AND source = ")
        .push_bind(realm.source.to_string())
}

pub(super) async fn find(tx: &mut Tx, realm: &Realm, id: &GroupId) -> Result<Option<Group>> {
    let row = within(sql(SELECT), realm).push(" AND id = ").push_bind(id).optional::<Row>(tx).await?;
    row.map(Group::try_from).transpose()
}

pub(super) async fn lock(tx: &mut Tx, realm: &Realm, id: &GroupId) -> Result<Option<Group>> {
    let lock = tx.dialect().for_update();
    let row = within(sql(SELECT), realm).push(" AND id = ").push_bind(id).push(lock).optional::<Row>(tx).await?;
    row.map(Group::try_from).transpose()
}

pub(super) async fn find_by_name(tx: &mut Tx, realm: &Realm, display_name: &str) -> Result<Option<Group>> {
    let key = muster_scim::compare::fold(display_name);
    let row = within(sql(SELECT), realm).push(" AND display_name_key = ").push_bind(key).optional::<Row>(tx).await?;
    row.map(Group::try_from).transpose()
}

pub(super) async fn count(tx: &mut Tx, realm: &Realm, narrow: Clause<'_>) -> Result<u64> {
    let all = within(sql("SELECT COUNT(*) FROM groups WHERE "), realm);
    Ok(narrow(all).count(tx).await?.unsigned_abs())
}

pub(super) async fn page(tx: &mut Tx, realm: &Realm, selection: &Selection<'_>) -> Result<Vec<Group>> {
    let rows = selection.complete(within(sql(SELECT), realm)).all::<Row>(tx).await?;
    rows.into_iter().map(Group::try_from).collect()
}

pub(super) async fn insert(
    tx: &mut Tx,
    realm: &Realm,
    display_name: &str,
    external_id: Option<&str>,
    document: &Map<String, Value>,
) -> Result<GroupId> {
    let id = GroupId::new();
    let now = tx.now();
    sql("INSERT INTO groups (id, organization_id, source, display_name, display_name_key, external_id, document, version, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)")
    .bind(&id)
    .bind(&realm.organization)
    .bind(realm.source.to_string())
    .bind(display_name)
    .bind(muster_scim::compare::fold(display_name))
    .bind(external_id)
    .bind(&Value::Object(document.clone()))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(id)
}

pub(super) async fn update(
    tx: &mut Tx,
    id: &GroupId,
    display_name: &str,
    external_id: Option<&str>,
    document: &Map<String, Value>,
) -> Result<()> {
    sql("UPDATE groups SET display_name = $1, display_name_key = $2, external_id = $3, document = $4 WHERE id = $5")
        .bind(display_name)
        .bind(muster_scim::compare::fold(display_name))
        .bind(external_id)
        .bind(&Value::Object(document.clone()))
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

/// A change of the document or of the members is a new version.
pub(super) async fn bump(tx: &mut Tx, id: &GroupId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE groups SET version = version + 1, updated_at = $1 WHERE id = $2").bind(&now).bind(id).run(tx).await?;
    Ok(())
}

/// Memberships in it and grants to it go with it.
pub(super) async fn delete(tx: &mut Tx, id: &GroupId) -> Result<()> {
    sql("DELETE FROM groups WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}

pub(super) async fn granted_roles(tx: &mut Tx, id: &GroupId) -> Result<Vec<RoleId>> {
    let roles: Vec<(RoleId,)> =
        sql("SELECT role_id FROM grants WHERE group_id = $1 ORDER BY id").bind(id).all(tx).await?;
    Ok(roles.into_iter().map(|(role,)| role).collect())
}

/// Held while the nesting of a directory's groups changes: two changes at once could close a circle.
pub(super) async fn lock_nesting(tx: &mut Tx, realm: &Realm) -> Result<()> {
    let lock = tx.dialect().for_update();
    sql("SELECT id FROM directories WHERE id = $1").bind(&realm.directory).push(lock).optional::<(String,)>(tx).await?;
    Ok(())
}

/// How many of the group's members the directory put there.
pub(super) async fn count_members(tx: &mut Tx, realm: &Realm, id: &GroupId) -> Result<u64> {
    let count = sql("SELECT COUNT(*) FROM memberships WHERE group_id = $1 AND source = $2");
    Ok(count.bind(id).bind(realm.source.to_string()).count(tx).await?.unsigned_abs())
}

/// The members that the directory put into each of the groups, in one query for a page of them.
pub(super) async fn members(tx: &mut Tx, realm: &Realm, groups: &[GroupId]) -> Result<HashMap<GroupId, Vec<Member>>> {
    let mut found: HashMap<GroupId, Vec<Member>> = HashMap::new();
    for chunk in groups.chunks(CHUNK) {
        let rows = sql(SELECT_MEMBERS)
            .push("m.source = ")
            .push_bind(realm.source.to_string())
            .push(" AND m.group_id IN ")
            .push_list(chunk)
            .push(" ORDER BY m.group_id, m.member_id")
            .all::<MemberRow>(tx)
            .await?;
        for row in rows {
            let (group, member) = row.member()?;
            found.entry(group).or_default().push(member);
        }
    }
    Ok(found)
}

/// Which of the ids the directory has put into the group, as members.
pub(super) async fn members_among(tx: &mut Tx, realm: &Realm, id: &GroupId, ids: &[String]) -> Result<Vec<Member>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let rows = sql(SELECT_MEMBERS)
            .push("m.source = ")
            .push_bind(realm.source.to_string())
            .push(" AND m.group_id = ")
            .push_bind(id)
            .push(" AND m.member_id IN ")
            .push_list(chunk)
            .all::<MemberRow>(tx)
            .await?;
        for row in rows {
            found.push(row.member()?.1);
        }
    }
    Ok(found)
}

/// The ids of all that the directory has put into the group.
pub(super) async fn member_ids(tx: &mut Tx, realm: &Realm, id: &GroupId) -> Result<HashSet<String>> {
    let rows: Vec<(String,)> = sql("SELECT member_id FROM memberships WHERE group_id = $1 AND source = $2")
        .bind(id)
        .bind(realm.source.to_string())
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Which of the ids are users or groups of the directory. The users among them stay until the transaction ends.
pub(super) async fn resolve(tx: &mut Tx, realm: &Realm, ids: &[String]) -> Result<Vec<Member>> {
    let lock = tx.dialect().for_share();
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let users = within(sql("SELECT id, display_name FROM users WHERE deleted_at IS NULL AND "), realm)
            .push(" AND id IN ")
            .push_list(chunk)
            .push(lock)
            .all::<(String, String)>(tx)
            .await?;
        let complete = users.len() == chunk.len();
        found.extend(users.into_iter().map(|(id, name)| Member { id, kind: MemberKind::User, name }));
        if complete {
            continue;
        }
        let groups = within(sql("SELECT id, display_name FROM groups WHERE offered = FALSE AND "), realm)
            .push(" AND id IN ")
            .push_list(chunk)
            .all::<(String, String)>(tx)
            .await?;
        found.extend(groups.into_iter().map(|(id, name)| Member { id, kind: MemberKind::Group, name }));
    }
    Ok(found)
}

/// Whether the group is one of these, or lies somewhere below them.
pub(super) async fn lies_below(tx: &mut Tx, id: &GroupId, above: &[String]) -> Result<bool> {
    for chunk in above.chunks(CHUNK) {
        let found = sql("WITH RECURSIVE below (id) AS (SELECT id FROM groups WHERE id IN ")
            .push_list(chunk)
            .push(
                " UNION SELECT m.member_id FROM memberships m JOIN below ON m.group_id = below.id \
                 WHERE m.member_kind = 'group') SELECT COUNT(*) FROM below WHERE id = ",
            )
            .push_bind(id)
            .count(tx)
            .await?;
        if found > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One row a membership. A row that somebody else made becomes the directory's.
pub(super) async fn insert_members(tx: &mut Tx, realm: &Realm, id: &GroupId, members: &[Member]) -> Result<()> {
    let now = tx.now();
    for chunk in members.chunks(CHUNK) {
        let mut insert = sql("INSERT INTO memberships (group_id, member_id, member_kind, source, created_at) VALUES ");
        for (n, member) in chunk.iter().enumerate() {
            insert = insert
                .push(if n == 0 { "(" } else { ", (" })
                .push_bind(id)
                .push(", ")
                .push_bind(&member.id)
                .push(", ")
                .push_bind(member.kind.as_str())
                .push(", ")
                .push_bind(realm.source.to_string())
                .push(", ")
                .push_bind(&now)
                .push(")");
        }
        insert.push(" ON CONFLICT (group_id, member_id) DO UPDATE SET source = excluded.source").run(tx).await?;
    }
    Ok(())
}

/// Removes memberships that the directory made.
pub(super) async fn remove_members(tx: &mut Tx, realm: &Realm, id: &GroupId, members: &[Member]) -> Result<()> {
    for chunk in members.chunks(CHUNK) {
        sql("DELETE FROM memberships WHERE group_id = $1 AND source = $2 AND member_id IN ")
            .bind(id)
            .bind(realm.source.to_string())
            .push_list(chunk.iter().map(|member| &member.id))
            .run(tx)
            .await?;
    }
    Ok(())
}

/// The groups, whoever's, that somebody is a member of.
#[derive(sqlx::FromRow)]
pub(super) struct Joined {
    pub group_id: GroupId,
    pub group_name: String,
    pub member_kind: String,
    pub source: String,
}

/// Locks the groups that somebody is a member of, in the order of their ids.
pub(super) async fn lock_joined(tx: &mut Tx, member: &str) -> Result<()> {
    let lock = tx.dialect().for_update();
    sql("SELECT id FROM groups WHERE id IN (SELECT group_id FROM memberships WHERE member_id = $1) ORDER BY id")
        .bind(member)
        .push(lock)
        .all::<(GroupId,)>(tx)
        .await?;
    Ok(())
}

pub(super) async fn joined(tx: &mut Tx, member: &str) -> Result<Vec<Joined>> {
    sql("SELECT g.id AS group_id, g.display_name AS group_name, m.member_kind, m.source FROM memberships m \
         JOIN groups g ON g.id = m.group_id WHERE m.member_id = $1 ORDER BY g.id")
    .bind(member)
    .all(tx)
    .await
}

pub(super) async fn remove_from_all(tx: &mut Tx, member: &str) -> Result<()> {
    sql("DELETE FROM memberships WHERE member_id = $1").bind(member).run(tx).await?;
    Ok(())
}

/// The directory's groups that each of the people is in directly, in one query for a page of them.
pub(super) async fn groups_of(
    tx: &mut Tx,
    realm: &Realm,
    users: &[UserId],
) -> Result<HashMap<UserId, Vec<(GroupId, String)>>> {
    let mut found: HashMap<UserId, Vec<(GroupId, String)>> = HashMap::new();
    for chunk in users.chunks(CHUNK) {
        let rows: Vec<(UserId, GroupId, String)> =
            sql("SELECT m.member_id, g.id, g.display_name FROM memberships m JOIN groups g ON g.id = m.group_id \
                 WHERE m.source = $1 AND g.source = $1 AND m.member_id IN ")
            .bind(realm.source.to_string())
            .push_list(chunk)
            .push(" ORDER BY g.id")
            .all(tx)
            .await?;
        for (user, group, name) in rows {
            found.entry(user).or_default().push((group, name));
        }
    }
    Ok(found)
}

/// Whose the group is.
pub async fn source_of(tx: &mut Tx, organization: &OrganizationId, id: &GroupId) -> Result<Option<Source>> {
    let row = sql("SELECT source FROM groups WHERE organization_id = $1 AND id = $2").bind(organization).bind(id);
    Ok(row.optional::<(String,)>(tx).await?.and_then(|(source,)| Source::parse(&source)))
}
