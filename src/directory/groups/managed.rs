//! Groups that a directory pushes: a document, and memberships beside it.
//!
//! Every function acts for a directory and reaches its own groups only; others are not found. The members that an admin put
//! into such a group by hand are not the directory's: they are neither shown to it nor touched by it.

use std::collections::HashMap;

use muster_scim::members::MemberChange;
use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

use super::members::{Moves, change};
use super::model::{Group, Member};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::changes::changes;
use crate::directory::users::profile::require_short;
use crate::directory::{Clause, Realm, Selection, values};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{GroupId, OrganizationId, UserId};

/// One group of the directory.
pub async fn find(tx: &mut Tx, actor: &Actor, id: &GroupId) -> Result<Option<Group>> {
    store::find(tx, &Realm::of(actor)?, id).await
}

/// As [`find`]; nobody else changes the group or its members until the transaction ends.
pub async fn lock(tx: &mut Tx, actor: &Actor, id: &GroupId) -> Result<Option<Group>> {
    store::lock(tx, &Realm::of(actor)?, id).await
}

/// How many groups of the directory satisfy the clause.
pub async fn count(tx: &mut Tx, actor: &Actor, narrow: Clause<'_>) -> Result<u64> {
    store::count(tx, &Realm::of(actor)?, narrow).await
}

/// The groups of the directory that are selected.
pub async fn page(tx: &mut Tx, actor: &Actor, selection: &Selection<'_>) -> Result<Vec<Group>> {
    store::page(tx, &Realm::of(actor)?, selection).await
}

/// The members of each of the groups that the directory put there.
pub async fn members(tx: &mut Tx, actor: &Actor, groups: &[GroupId]) -> Result<HashMap<GroupId, Vec<Member>>> {
    store::members(tx, &Realm::of(actor)?, groups).await
}

/// How many members the directory put into the group.
pub async fn count_members(tx: &mut Tx, actor: &Actor, group: &GroupId) -> Result<u64> {
    store::count_members(tx, &Realm::of(actor)?, group).await
}

/// The directory's groups that each of the people is in directly.
pub async fn groups_of(
    tx: &mut Tx,
    actor: &Actor,
    users: &[UserId],
) -> Result<HashMap<UserId, Vec<(GroupId, String)>>> {
    store::groups_of(tx, &Realm::of(actor)?, users).await
}

/// Writes the rows of values of the selected groups again; returns the last one's id.
pub async fn reindex(
    tx: &mut Tx,
    actor: &Actor,
    kind: &ResourceType,
    selection: &Selection<'_>,
) -> Result<Option<String>> {
    let realm = Realm::of(actor)?;
    let page = store::page(tx, &realm, selection).await?;
    for group in &page {
        values::save(tx, &realm, kind, group.id.as_str(), &group.document).await?;
    }
    Ok(page.last().map(|group| group.id.to_string()))
}

/// Takes a group in, with its members.
///
/// # Errors
/// [`Error::Conflict`] if the directory has a group of that name; [`Error::Invalid`] for unknown members.
pub async fn create(
    tx: &mut Tx,
    actor: &Actor,
    kind: &ResourceType,
    document: Map<String, Value>,
    members: &MemberChange,
) -> Result<Group> {
    let realm = Realm::of(actor)?;
    let name = display_name(&document)?;
    require_free(tx, &realm, None, &name).await?;
    let id = store::insert(tx, &realm, &name, external_id(&document), &document).await?;
    values::require_unique(tx, &realm, kind, id.as_str(), &document).await?;
    values::save(tx, &realm, kind, id.as_str(), &document).await?;
    let after = changes(&Map::new(), &document).map_or(json!({}), |(_, after)| after);
    record(tx, actor, &realm.organization, "group.created", Subject::group(&id, &name), None, Some(after)).await?;
    let group = reload(tx, &realm, &id).await?;
    let moves = carry_out(tx, &realm, &group, std::slice::from_ref(members)).await?;
    record_moves(tx, actor, &group, moves).await?;
    Ok(group)
}

/// Puts a document in the place of the group's present one and changes its members, in order. `group` is locked. Without
/// a difference nothing is touched, the version neither.
///
/// # Errors
/// As [`create`]; then nothing of it is to be kept.
pub async fn save(
    tx: &mut Tx,
    actor: &Actor,
    kind: &ResourceType,
    group: Group,
    document: Map<String, Value>,
    member_changes: &[MemberChange],
) -> Result<Group> {
    let realm = Realm::of(actor)?;
    let differing = changes(&group.document, &document);
    let name = display_name(&document)?;
    if differing.is_some() {
        require_free(tx, &realm, Some(&group.id), &name).await?;
        values::require_unique(tx, &realm, kind, group.id.as_str(), &document).await?;
        store::update(tx, &group.id, &name, external_id(&document), &document).await?;
        values::save(tx, &realm, kind, group.id.as_str(), &document).await?;
    }
    let moves = carry_out(tx, &realm, &group, member_changes).await?;
    if differing.is_none() && moves.is_empty() {
        return Ok(group);
    }
    store::bump(tx, &group.id).await?;
    let group = reload(tx, &realm, &group.id).await?;
    if let Some((before, after)) = differing {
        let subject = Subject::group(&group.id, &name);
        record(tx, actor, &realm.organization, "group.updated", subject, Some(before), Some(after)).await?;
    }
    record_moves(tx, actor, &group, moves).await?;
    Ok(group)
}

/// Removes a group: its memberships and the grants to it go with it, its members stay.
pub async fn delete(tx: &mut Tx, actor: &Actor, group: &Group) -> Result<()> {
    let realm = Realm::of(actor)?;
    store::lock_nesting(tx, &realm).await?;
    let members = store::count_members(tx, &realm, &group.id).await?;
    let roles = store::granted_roles(tx, &group.id).await?;
    leave_all(tx, actor, &realm.organization, group.id.as_str(), &group.display_name).await?;
    values::remove(tx, group.id.as_str()).await?;
    store::delete(tx, &group.id).await?;
    let before = json!({
        "displayName": group.display_name, "externalId": group.external_id, "member_count": members, "roles": roles,
    });
    let subject = Subject::group(&group.id, &group.display_name);
    record(tx, actor, &realm.organization, "group.deleted", subject, Some(before), None).await
}

/// Locks the groups that somebody is a member of, before whoever it is gets locked themselves.
pub(in crate::directory) async fn lock_groups_of(tx: &mut Tx, member: &str) -> Result<()> {
    store::lock_joined(tx, member).await
}

/// Takes somebody who is going out of every group, also out of those that are not the directory's. Returns how many.
pub(in crate::directory) async fn leave_all(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    member: &str,
    name: &str,
) -> Result<usize> {
    let joined = store::joined(tx, member).await?;
    store::remove_from_all(tx, member).await?;
    for group in &joined {
        store::bump(tx, &group.group_id).await?;
        let before = json!({ "member": { "kind": group.member_kind, "id": member, "name": name } });
        let subject = Subject::group(&group.group_id, &group.group_name);
        record(tx, actor, organization, "group.member_removed", subject, Some(before), None).await?;
    }
    Ok(joined.len())
}

async fn carry_out(tx: &mut Tx, realm: &Realm, group: &Group, member_changes: &[MemberChange]) -> Result<Moves> {
    let mut moves = Moves::default();
    for member_change in member_changes {
        change(tx, realm, group, member_change, &mut moves).await?;
    }
    Ok(moves)
}

/// One event a member, so that the membership at any time can be computed from the log.
async fn record_moves(tx: &mut Tx, actor: &Actor, group: &Group, moves: Moves) -> Result<()> {
    let told =
        |member: &Member| json!({ "member": { "kind": member.kind.as_str(), "id": member.id, "name": member.name } });
    let subject = Subject::group(&group.id, &group.display_name);
    for member in &moves.joined {
        let (kind, after) = ("group.member_added", Some(told(member)));
        record(tx, actor, &group.organization_id, kind, subject.clone(), None, after).await?;
    }
    for member in &moves.left {
        let (kind, before) = ("group.member_removed", Some(told(member)));
        record(tx, actor, &group.organization_id, kind, subject.clone(), before, None).await?;
    }
    Ok(())
}

async fn require_free(tx: &mut Tx, realm: &Realm, own: Option<&GroupId>, name: &str) -> Result<()> {
    match store::find_by_name(tx, realm, name).await? {
        Some(other) if own != Some(&other.id) => Err(Error::conflict(format!(
            "the displayName \"{}\" belongs to a group of this directory already (id {}): link to that group, or send another displayName",
            other.display_name, other.id
        ))),
        _ => Ok(()),
    }
}

fn display_name(document: &Map<String, Value>) -> Result<String> {
    let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_string);
    let name = text("displayName").filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| Error::invalid("displayName", "is required and must not be empty"))?;
    require_short("displayName", Some(&name))?;
    require_short("externalId", &text("externalId"))?;
    Ok(name)
}

fn external_id(document: &Map<String, Value>) -> Option<&str> {
    document.get("externalId").and_then(Value::as_str)
}

async fn reload(tx: &mut Tx, realm: &Realm, id: &GroupId) -> Result<Group> {
    store::find(tx, realm, id).await?.ok_or_else(|| Error::internal("a group is gone in its own transaction"))
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    kind: &'static str,
    subject: Subject,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    events::record(tx, actor, NewEvent { organization, kind, subject, before, after }).await
}
