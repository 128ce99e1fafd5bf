//! People that a directory pushes: their SCIM document decides the profile, and a leaver's access ends with it.
//!
//! Every function acts for a directory and reaches its own people only; others are not found.

use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

use super::model::User;
use super::profile::Profile;
use super::{aliases, break_glass, store};
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

/// One person of the directory.
pub async fn find(tx: &mut Tx, actor: &Actor, id: &UserId) -> Result<Option<User>> {
    store::find_managed(tx, &Realm::of(actor)?, id).await
}

/// As [`find`]; nobody else changes the person until the transaction ends.
pub async fn lock(tx: &mut Tx, actor: &Actor, id: &UserId) -> Result<Option<User>> {
    store::lock_managed(tx, &Realm::of(actor)?, id).await
}

/// How many people of the directory satisfy the clause.
pub async fn count(tx: &mut Tx, actor: &Actor, narrow: Clause<'_>) -> Result<u64> {
    store::count_managed(tx, &Realm::of(actor)?, narrow).await
}

/// The people of the directory that are selected.
pub async fn page(tx: &mut Tx, actor: &Actor, selection: &Selection<'_>) -> Result<Vec<User>> {
    store::page_managed(tx, &Realm::of(actor)?, selection).await
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
/// comes back instead, under the same id.
///
/// # Errors
/// [`Error::Conflict`] if the userName or the externalId belongs to somebody else of this directory.
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
    if let Some(leaver) = returning(tx, &realm, &profile).await? {
        return match leavers {
            Leavers::Return => replace(tx, actor, kind, leaver, document).await,
            Leavers::StayAway => Err(user_name_taken(&leaver)),
        };
    }
    let id = store::insert_managed(tx, &realm, &profile, &document).await?;
    values::require_unique(tx, &realm, kind, id.as_str(), &document).await?;
    values::save(tx, &realm, kind, id.as_str(), &document).await?;
    let after = Some(changes(&Map::new(), &document).map_or(json!({}), |(_, after)| after));
    record(tx, actor, &realm, "user.created", Subject::user(&id, &profile.display_name), None, after).await?;
    follow_external_id(tx, &realm, &id, profile.external_id.as_deref()).await?;
    roles::follow_idp(tx, actor, &id, &profile.display_name, &document).await?;
    aliases::follow(tx, actor, &realm, kind, &id, &profile.display_name, &document).await?;
    reload(tx, &realm, &id).await
}

/// Puts a document in the place of a person's present one. Without a difference nothing is touched, the version neither.
///
/// # Errors
/// [`Error::Conflict`] if the new userName or externalId belongs to somebody else of this directory.
pub async fn replace(
    tx: &mut Tx,
    actor: &Actor,
    kind: &ResourceType,
    user: User,
    document: Map<String, Value>,
) -> Result<User> {
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
        record(tx, actor, &realm, "user.updated", subject.clone(), Some(before), Some(after)).await?;
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
    match (user.idp_active, profile.active) {
        (true, false) => {
            break_glass::require_another(tx, &user).await?;
            brake::lost(tx, [user.id.clone()]).await?;
            let mut after = json!({ "active": false });
            sessions::revoke_all(tx, &user.id).await?.tell(&mut after);
            let mut after = Some(after);
            held.effects(tx).await?.tell(&user.id, &mut after);
            record(tx, actor, &realm, "user.deactivated", subject, Some(json!({ "active": true })), after).await?;
        }
        (false, true) => {
            brake::came_back(tx, &user.id).await?;
            let (before, mut after) = (json!({ "active": false }), Some(json!({ "active": true })));
            held.effects(tx).await?.tell(&user.id, &mut after);
            record(tx, actor, &realm, "user.reactivated", subject, Some(before), after).await?;
        }
        _ => {}
    }
    reload(tx, &realm, &user.id).await
}

/// Removes a person for good: sessions, sign-in links, memberships and grants go with them, and their names are free again.
/// The row stays, for the history; its id is never used again.
pub async fn delete(tx: &mut Tx, actor: &Actor, user: &User) -> Result<()> {
    let realm = Realm::of(actor)?;
    // Groups first, then the person: the order in which a change of members takes them.
    groups::managed::lock_groups_of(tx, user.id.as_str()).await?;
    let user = store::lock_managed(tx, &realm, &user.id).await?.ok_or(Error::NotFound("user"))?;
    break_glass::require_another(tx, &user).await?;
    let held = Before::of(tx, std::slice::from_ref(&user.id)).await?;
    if user.idp_active {
        brake::lost(tx, [user.id.clone()]).await?;
    }
    let memberships = groups::managed::leave_all(tx, actor, user.id.as_str(), &user.display_name).await?;
    let grants = store::remove_grants(tx, &user.id).await?;
    let ended = sessions::revoke_all(tx, &user.id).await?;
    links::remove_all(tx, &user.id).await?;
    values::remove(tx, user.id.as_str()).await?;
    let aliases = aliases::forget(tx, &user.id).await?;
    store::mark_deleted(tx, &user.id).await?;
    let before = json!({
        "userName": user.user_name, "externalId": user.external_id, "active": user.idp_active, "roles": grants,
        "aliases": aliases,
    });
    let mut after = json!({ "memberships_removed": memberships, "grants_removed": grants.len() });
    ended.tell(&mut after);
    let mut after = Some(after);
    held.effects(tx).await?.tell_roles(&user.id, &mut after);
    let subject = Subject::user(&user.id, &user.display_name);
    record(tx, actor, &realm, "user.deleted", subject, Some(before), after).await
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

async fn require_free(tx: &mut Tx, realm: &Realm, user: &User, profile: &Profile) -> Result<()> {
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

async fn follow_external_id(tx: &mut Tx, realm: &Realm, id: &UserId, external_id: Option<&str>) -> Result<()> {
    let connection = store::connection_of(tx, &realm.directory).await?;
    links::follow_external_id(tx, id, &connection, external_id).await
}

async fn reload(tx: &mut Tx, realm: &Realm, id: &UserId) -> Result<User> {
    store::find_managed(tx, realm, id).await?.ok_or_else(|| Error::internal("a user is gone in its own transaction"))
}

async fn record(
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
