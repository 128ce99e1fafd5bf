//! People that a directory pushes: their SCIM document decides the profile, and a leaver's access ends with it.
//!
//! Every function acts for a directory and reaches its own people, and the local ones that it may take over; others are not
//! found.

use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

use super::model::User;
use super::profile::Profile;
use super::{adoption, aliases, arrival, break_glass, removal, store, take_over};
use crate::access::roles;
use crate::access::roles::effects::Before;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::changes::changes;
use crate::directory::{Clause, Realm, Selection, brake, groups, values};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::UserId;
use crate::sessions;
use crate::sso::links;

/// One person whom the directory sees.
pub async fn find(tx: &mut Tx, actor: &Actor, id: &UserId) -> Result<Option<User>> {
    store::find_visible(tx, &Realm::of(actor)?, id).await
}

/// As [`find`]; nobody else changes the person until the transaction ends.
pub async fn lock(tx: &mut Tx, actor: &Actor, id: &UserId) -> Result<Option<User>> {
    store::lock_visible(tx, &Realm::of(actor)?, id).await
}

/// How many of the people whom the directory sees satisfy the clause.
pub async fn count(tx: &mut Tx, actor: &Actor, narrow: Clause<'_>) -> Result<u64> {
    store::count_visible(tx, &Realm::of(actor)?, narrow).await
}

/// The people whom the directory sees and who are selected.
pub async fn page(tx: &mut Tx, actor: &Actor, selection: &Selection<'_>) -> Result<Vec<User>> {
    store::page_visible(tx, &Realm::of(actor)?, selection).await
}

/// Writes the rows of values of the selected people again; returns the last one's id.
pub async fn reindex(
    tx: &mut Tx,
    actor: &Actor,
    kind: &ResourceType,
    selection: &Selection<'_>,
) -> Result<Option<String>> {
    let realm = Realm::of(actor)?;
    let people = store::page_managed(tx, &realm, selection).await?;
    for user in &people {
        store::save_display_name_key(tx, user).await?;
        values::save(tx, &realm, kind, user.id.as_str(), &user.document).await?;
    }
    Ok(people.last().map(|user| user.id.to_string()))
}

/// What a create means that names a deactivated person: a setting of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leavers {
    /// They come back under their old id.
    Return,
    /// They are in the way like anybody else.
    StayAway,
}

/// Takes a person in. Where leavers return, a deactivated one of the same externalId, or of the same userName where one side has no externalId,
/// comes back instead, under the same id. Somebody who was moved here, who came by signing in or who is local and may be taken
/// over keeps the id too.
///
/// # Errors
/// [`Error::Conflict`] if the userName or the externalId belongs to somebody else of this directory;
/// [`Error::AdoptionWaits`] for a local person whom nobody has given the directory.
pub async fn create(
    tx: &mut Tx,
    actor: &Actor,
    kind: &ResourceType,
    mut document: Map<String, Value>,
    leavers: Leavers,
) -> Result<User> {
    let realm = Realm::of(actor)?;
    // Okta "reactivates" again and again whoever does not come back with active: true.
    document.entry("active").or_insert(Value::Bool(true));
    let profile = Profile::of(&document)?;
    let expected = arrival::expected(tx, &realm, &profile).await?;
    if let Some(moved) = expected.moved(tx, &realm).await? {
        store::clear_moved(tx, &moved.id).await?;
        return replace(tx, actor, kind, moved, document).await;
    }
    if let Some(leaver) = returning(tx, &realm, &profile).await? {
        return match leavers {
            Leavers::Return => replace(tx, actor, kind, leaver, document).await,
            Leavers::StayAway => Err(user_name_taken(&leaver)),
        };
    }
    if let Some(person) = expected.signed_in(tx, &realm).await? {
        return take_over::take_over(tx, actor, ("user.taken_over", kind), person, document, Map::new()).await;
    }
    if let Some(person) = expected.local(tx, &realm, &profile).await? {
        return adoption::adopt(tx, actor, kind, person, document).await;
    }
    insert(tx, actor, &realm, kind, &profile, &document).await
}

/// Somebody new; a deleted person whom they seem to be is noted, for the history.
async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    realm: &Realm,
    kind: &ResourceType,
    profile: &Profile,
    document: &Map<String, Value>,
) -> Result<User> {
    let former = store::former(tx, realm, profile).await?;
    let id = store::insert_managed(tx, realm, profile, document).await?;
    values::require_unique(tx, realm, kind, id.as_str(), document).await?;
    values::save(tx, realm, kind, id.as_str(), document).await?;
    let mut after = changes(&Map::new(), document).map_or(json!({}), |(_, after)| after);
    if let Some(former) = former {
        store::set_formerly(tx, &id, &former).await?;
        after["formerly"] = json!(former);
    }
    record(tx, actor, realm, "user.created", Subject::user(&id, &profile.display_name), None, Some(after)).await?;
    follow_external_id(tx, realm, &id, profile.external_id.as_deref()).await?;
    roles::follow_idp(tx, actor, &id, &profile.display_name, document).await?;
    aliases::follow(tx, actor, realm, kind, &id, &profile.display_name, document).await?;
    reload(tx, realm, &id).await
}

/// Puts a document in the place of a person's present one. Without a difference nothing is touched, the version neither. A
/// local person becomes the directory's by it.
///
/// # Errors
/// [`Error::Conflict`] if the new userName or externalId belongs to somebody else of this directory;
/// [`Error::AdoptionWaits`] for a local person whom nobody has given the directory.
pub async fn replace(
    tx: &mut Tx,
    actor: &Actor,
    kind: &ResourceType,
    user: User,
    document: Map<String, Value>,
) -> Result<User> {
    if !user.source.is_managed() {
        return adoption::adopt(tx, actor, kind, user, document).await;
    }
    let realm = Realm::of(actor)?;
    let Some((mut before, mut after)) = changes(&user.document, &document) else {
        return Ok(user);
    };
    let mut profile = Profile::of(&document)?;
    // A document that does not speak of `active` leaves it as it is: nobody is let in again by an omission.
    if !document.contains_key("active") {
        profile.active = user.idp_active;
    }
    require_free(tx, &realm, &user, &profile).await?;
    let held = match user.idp_active == profile.active {
        true => Before::default(),
        false => Before::of(tx, std::slice::from_ref(&user.id)).await?,
    };
    values::require_unique(tx, &realm, kind, user.id.as_str(), &document).await?;
    store::update_managed(tx, &user.id, &profile, &document).await?;
    values::save(tx, &realm, kind, user.id.as_str(), &document).await?;
    let subject = Subject::user(&user.id, &profile.display_name);
    for side in [&mut before, &mut after].into_iter().filter_map(Value::as_object_mut) {
        side.shift_remove("active");
    }
    if before != after {
        record(tx, actor, &realm, "user.updated", subject, Some(before), Some(after)).await?;
    }
    if user.document.get("roles") != document.get("roles") {
        let held = brake::holds_a_role(tx, &user.id).await?;
        roles::follow_idp(tx, actor, &user.id, &profile.display_name, &document).await?;
        if held && !brake::holds_a_role(tx, &user.id).await? {
            brake::lost(tx, [user.id.clone()]).await?;
        }
    }
    aliases::follow(tx, actor, &realm, kind, &user.id, &profile.display_name, &document).await?;
    if user.external_id != profile.external_id {
        follow_external_id(tx, &realm, &user.id, profile.external_id.as_deref()).await?;
    }
    follow_active(tx, actor, &realm, &user, &profile, held).await?;
    reload(tx, &realm, &user.id).await
}

/// Takes access from a person, or gives it back, as the provider says; `held` is what they held before it said so.
///
/// # Errors
/// [`Error::LastBreakGlassOwner`].
pub(super) async fn follow_active(
    tx: &mut Tx,
    actor: &Actor,
    realm: &Realm,
    user: &User,
    profile: &Profile,
    held: Before,
) -> Result<()> {
    let subject = Subject::user(&user.id, &profile.display_name);
    let (before, after) = (json!({ "active": user.idp_active }), json!({ "active": profile.active }));
    let (kind, mut after) = match (user.idp_active, profile.active) {
        (true, false) => {
            break_glass::require_another(tx, user).await?;
            brake::lost(tx, [user.id.clone()]).await?;
            let mut after = after;
            sessions::revoke_all(tx, &user.id).await?.tell(&mut after);
            ("user.deactivated", Some(after))
        }
        (false, true) => {
            brake::came_back(tx, &user.id).await?;
            ("user.reactivated", Some(after))
        }
        _ => return Ok(()),
    };
    held.effects(tx).await?.tell(&user.id, &mut after);
    record(tx, actor, realm, kind, subject, Some(before), after).await
}

/// As [`lock`], with the groups that the person is in. Groups first: the order in which a change of members takes them.
pub async fn lock_to_delete(tx: &mut Tx, actor: &Actor, id: &UserId) -> Result<Option<User>> {
    if find(tx, actor, id).await?.is_some_and(|user| user.source.is_managed()) {
        groups::lock_groups_of(tx, id.as_str()).await?;
    }
    lock(tx, actor, id).await
}

/// Removes a person for good, who is locked with their groups: sessions, sign-in links, memberships and grants go with them,
/// and their names are free again. The row stays, for the history; its id is never used again.
///
/// # Errors
/// [`Error::Forbidden`] for local people.
pub async fn delete(tx: &mut Tx, actor: &Actor, user: &User) -> Result<()> {
    if !user.source.is_managed() {
        return Err(adoption::not_to_be_deleted(user));
    }
    Realm::of(actor)?;
    if user.idp_active {
        brake::lost(tx, [user.id.clone()]).await?;
    }
    removal::remove(tx, actor, user, Map::new()).await?;
    Ok(())
}

/// The deactivated person whom a create means.
async fn returning(tx: &mut Tx, realm: &Realm, profile: &Profile) -> Result<Option<User>> {
    let by_external_id = match &profile.external_id {
        Some(external_id) => store::find_by_external_id(tx, realm, external_id).await?,
        None => None,
    };
    let by_user_name = store::find_by_user_name(tx, realm, &profile.user_name).await?;
    match (by_external_id, by_user_name) {
        (Some(found), Some(other)) if found.id != other.id => Err(user_name_taken(&other)),
        (Some(found), _) if found.idp_active => Err(external_id_taken(&found)),
        (Some(found), _) => Ok(Some(found)),
        (None, Some(found)) if found.idp_active => Err(user_name_taken(&found)),
        (None, Some(found)) if profile.external_id.is_some() && found.external_id.is_some() => {
            Err(user_name_taken(&found))
        }
        (None, found) => Ok(found),
    }
}

pub(super) async fn require_free(tx: &mut Tx, realm: &Realm, user: &User, profile: &Profile) -> Result<()> {
    if let Some(other) = store::find_by_user_name(tx, realm, &profile.user_name).await?
        && other.id != user.id
    {
        return Err(user_name_taken(&other));
    }
    if let Some(external_id) = &profile.external_id
        && let Some(other) = store::find_by_external_id(tx, realm, external_id).await?
        && other.id != user.id
    {
        return Err(external_id_taken(&other));
    }
    Ok(())
}

fn user_name_taken(other: &User) -> Error {
    let whose = if other.idp_active { "a user" } else { "a deactivated user" };
    Error::conflict(format!(
        "the userName \"{}\" belongs to {whose} of this directory already (id {}): link to that user, or send another userName",
        other.user_name, other.id
    ))
}

fn external_id_taken(other: &User) -> Error {
    Error::conflict(format!(
        "the externalId \"{}\" belongs to \"{}\" of this directory already (id {}): link to that user, or send another externalId",
        other.external_id.as_deref().unwrap_or_default(),
        other.user_name,
        other.id
    ))
}

pub(super) async fn follow_external_id(
    tx: &mut Tx,
    realm: &Realm,
    id: &UserId,
    external_id: Option<&str>,
) -> Result<()> {
    let connection = store::connection_of(tx, &realm.directory).await?;
    links::follow_external_id(tx, id, &connection, external_id).await
}

pub(super) async fn reload(tx: &mut Tx, realm: &Realm, id: &UserId) -> Result<User> {
    store::find(tx, &realm.organization, id)
        .await?
        .ok_or_else(|| Error::internal("a user is gone in its own transaction"))
}

pub(super) async fn record(
    tx: &mut Tx,
    actor: &Actor,
    realm: &Realm,
    kind: &'static str,
    subject: Subject,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    events::record(tx, actor, NewEvent { organization: &realm.organization, kind, subject, before, after }).await
}
