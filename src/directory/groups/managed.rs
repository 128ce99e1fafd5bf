//! Groups that a directory pushes: a document, and memberships beside it.
//!
//! Every function acts for a directory and reaches its own groups only; others are not found. The members that an admin put
//! into such a group by hand are not the directory's: they are neither shown to it nor touched by it.

use std::collections::HashMap;

use muster_scim::members::MemberChange;
use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

use super::as_roles;
use super::members::{Moves, change};
use super::model::{Group, Member, MemberKind};
use super::{removal, store};
use crate::access::roles::{self, owned};
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::changes::changes;
use crate::directory::users::profile::require_short;
use crate::directory::{Clause, Realm, Selection, brake, values};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{GroupId, OrganizationId, UserId};

/// One group of the directory.
pub async fn find(tx: &mut Tx, actor: &Actor, id: &GroupId) -> Result<Option<Group>> {
    store::find(tx, &Realm::of(actor)?, id).await
}

/// As [`find`]; nobody else changes the group or its members until the transaction ends.
pub async fn lock(tx: &mut Tx, actor: &Actor, id: &GroupId) -> Result<Option<Group>> {
    let realm = Realm::of(actor)?;
    as_roles::await_turn(tx, &realm).await?;
    store::lock(tx, &realm, id).await
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
    as_roles::await_turn(tx, &realm).await?;
    require_free(tx, &realm, None, &name).await?;
    let id = store::insert(tx, &realm, &name, external_id(&document), &document).await?;
    values::require_unique(tx, &realm, kind, id.as_str(), &document).await?;
    values::save(tx, &realm, kind, id.as_str(), &document).await?;
    let after = changes(&Map::new(), &document).map_or(json!({}), |(_, after)| after);
    record(tx, actor, &realm.organization, "group.created", Subject::group(&id, &name), None, Some(after)).await?;
    as_roles::created(tx, actor, &realm, &id, &name).await?;
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
    let group = if group.offered { as_roles::claim(tx, actor, &realm, group).await? } else { group };
    let differing = changes(&group.document, &document);
    let name = display_name(&document)?;
    if differing.is_some() {
        require_free(tx, &realm, Some(&group.id), &name).await?;
        values::require_unique(tx, &realm, kind, group.id.as_str(), &document).await?;
        store::update(tx, &group.id, &name, external_id(&document), &document).await?;
        values::save(tx, &realm, kind, group.id.as_str(), &document).await?;
        as_roles::renamed(tx, actor, &realm, &group, &name).await?;
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
    as_roles::refuse_offered(group)?;
    store::lock_nesting(tx, &realm).await?;
    let members = store::count_members(tx, &realm, &group.id).await?;
    let left_without = roles::left_without(tx, &group.id, None).await?;
    brake::lost(tx, left_without).await?;
    let told = json!({
        "displayName": group.display_name, "externalId": group.external_id, "member_count": members,
    });
    removal::remove(tx, actor, &realm.organization, &group.id, &group.display_name, told).await?;
    as_roles::deleted(tx, actor, &realm, group).await
}

async fn carry_out(tx: &mut Tx, realm: &Realm, group: &Group, member_changes: &[MemberChange]) -> Result<Moves> {
    let mut moves = Moves::default();
    for member_change in member_changes {
        change(tx, realm, group, member_change, &mut moves).await?;
    }
    brake::lost_roles(tx, &moves.without_roles).await?;
    Ok(moves)
}

/// One event a member, so that the membership at any time can be computed from the log.
async fn record_moves(tx: &mut Tx, actor: &Actor, group: &Group, moves: Moves) -> Result<()> {
    let Moves { joined, left, before, nested, .. } = moves;
    let effects = before.effects(tx).await?;
    let member_json =
        |member: &Member| json!({ "member": { "kind": member.kind.as_str(), "id": member.id, "name": member.name } });
    // What becomes of the person, or of the people in the group.
    let tell = |member: &Member, after: &mut Option<Value>| match UserId::parse(&member.id) {
        Some(user) if member.kind == MemberKind::User => effects.tell(&user, after),
        _ => {
            if let Some(Some(Value::Object(told))) = nested.get(&member.id) {
                let side = after.get_or_insert_with(|| json!({}));
                told.iter().for_each(|(key, value)| side[key.as_str()] = value.clone());
            }
        }
    };
    let subject = Subject::group(&group.id, &group.display_name);
    for member in &joined {
        let (kind, mut after) = ("group.member_added", Some(member_json(member)));
        tell(member, &mut after);
        record(tx, actor, &group.organization_id, kind, subject.clone(), None, after).await?;
    }
    for member in &left {
        let (kind, before, mut after) = ("group.member_removed", Some(member_json(member)), None);
        tell(member, &mut after);
        record(tx, actor, &group.organization_id, kind, subject.clone(), before, after).await?;
    }
    Ok(())
}

async fn require_free(tx: &mut Tx, realm: &Realm, own: Option<&GroupId>, name: &str) -> Result<()> {
    match store::find_by_name(tx, realm, name).await? {
        Some(other) if other.offered => Err(owned::name_taken(name)),
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
