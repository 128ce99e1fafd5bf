//! One person who moves.

use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

use super::store;
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::changes::changes;
use crate::directory::groups::lock_groups_of;
use crate::directory::users::{self, User, aliases, profile::Profile};
use crate::directory::{Realm, Source, release, values};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{ConnectionId, DirectoryId, UserId};
use crate::sessions;

/// From where, and where to.
pub(super) struct Between {
    pub old_connection: ConnectionId,
    pub old_directory: DirectoryId,
    pub new_connection: ConnectionId,
    pub realm: Realm,
}

/// A person whom the new directory has not sent yet: the profile stays, the externalId goes, and they wait.
pub(super) async fn move_one(tx: &mut Tx, actor: &Actor, between: &Between, id: &UserId) -> Result<()> {
    let user = hold(tx, between, id).await?;
    let told = leave(tx, actor, between, &user).await?;
    let mut document = user.document.clone();
    document.shift_remove("externalId");
    store::set_waiting(tx, id, &between.realm.source, &document).await?;
    match user.source {
        Source::Directory(_) => store::hand_over_values(tx, id, &between.realm.directory).await?,
        // Nobody filtered by them before.
        _ => values::save(tx, &between.realm, &ResourceType::user(), id.as_str(), &document).await?,
    }
    let before = json!({ "source": user.source.to_string(), "externalId": user.external_id });
    let mut after = json!({ "source": between.realm.source.to_string() });
    after.as_object_mut().into_iter().for_each(|after| after.extend(told.clone()));
    record(tx, actor, &user, "user.moved", Some(before), Some(after)).await
}

/// The same person on both sides: the old id takes what the new one has, and the new one ends.
pub(super) async fn merge(tx: &mut Tx, actor: &Actor, between: &Between, old: &UserId, new: &UserId) -> Result<()> {
    lock_groups_of(tx, old.as_str()).await?;
    lock_groups_of(tx, new.as_str()).await?;
    let (old, new) = (hold(tx, between, old).await?, hold(tx, between, new).await?);
    if !new.may_sign_in() {
        users::require_another_operator(tx, &old).await?;
    }
    let told = leave(tx, actor, between, &old).await?;
    take_memberships(tx, actor, &old, &new).await?;
    take_grants(tx, actor, &old, &new).await?;
    aliases::take(tx, actor, &new, &old).await?;
    // Nobody above member gets a link that only a SCIM token stands for: it waits for a confirmation.
    match old.level {
        Level::Member => store::take_links(tx, &old.id, &new.id, &between.new_connection).await?,
        Level::Admin | Level::Owner => store::delete_links(tx, &new.id).await?,
    }
    let ended = sessions::revoke_all(tx, &new.id).await?;
    let roles = store::remove_grants(tx, &new.id).await?;
    store::take_values(tx, &old.id, &new.id).await?;
    store::mark_deleted(tx, &new.id).await?;
    let mut profile = Profile::of(&new.document)?;
    profile.active = new.idp_active;
    users::become_another(tx, &old.id, &between.realm.source, &profile, &new.document).await?;

    let before = json!({
        "userName": new.user_name, "externalId": new.external_id, "active": new.idp_active, "roles": roles,
    });
    let mut after = json!({ "merged_into": old.id });
    ended.tell(&mut after);
    record(tx, actor, &new, "user.deleted", Some(before), Some(after)).await?;

    let (mut before, mut after) = changes(&old.document, &new.document).unwrap_or((json!({}), json!({})));
    for side in [&mut before, &mut after].into_iter().filter_map(Value::as_object_mut) {
        side.shift_remove("active");
    }
    before["source"] = json!(old.source.to_string());
    after["source"] = json!(between.realm.source.to_string());
    after["merged"] = json!(new.id);
    after.as_object_mut().into_iter().for_each(|after| after.extend(told.clone()));
    record(tx, actor, &old, "user.moved", Some(before), Some(after)).await?;
    carry_standing(tx, actor, &old, &new).await
}

async fn hold(tx: &mut Tx, between: &Between, id: &UserId) -> Result<User> {
    users::lock(tx, &between.realm.organization, id).await?.ok_or(Error::NotFound("user"))
}

/// What the old connection gave ends: links, sessions, roles by SCIM.
async fn leave(tx: &mut Tx, actor: &Actor, between: &Between, user: &User) -> Result<Map<String, Value>> {
    let organization = &between.realm.organization;
    let (connection, directory) = (&between.old_connection, &between.old_directory);
    release::revoke_roles_of_directory(tx, actor, organization, connection, directory, &user.id).await?;
    store::delete_links_through(tx, &user.id, connection).await?;
    let mut told = json!({});
    sessions::end_sign_ins(tx, &user.id).await?.tell(&mut told);
    match told {
        Value::Object(told) => Ok(told),
        _ => Err(Error::internal("an event's text is no object")),
    }
}

async fn take_memberships(tx: &mut Tx, actor: &Actor, old: &User, new: &User) -> Result<()> {
    let told = |user: &User| json!({ "member": { "kind": "user", "id": user.id, "name": user.display_name } });
    for group in store::memberships(tx, &old.id, &new.id).await? {
        let organization = &old.organization_id;
        let subject = || Subject::group(&group.group_id, &group.group_name);
        let (kind, before) = ("group.member_removed", Some(told(new)));
        events::record(tx, actor, NewEvent { organization, kind, subject: subject(), before, after: None }).await?;
        if !group.both {
            let (kind, after) = ("group.member_added", Some(told(old)));
            events::record(tx, actor, NewEvent { organization, kind, subject: subject(), before: None, after }).await?;
        }
        store::bump_group(tx, &group.group_id).await?;
    }
    store::take_memberships(tx, &old.id, &new.id).await
}

async fn take_grants(tx: &mut Tx, actor: &Actor, old: &User, new: &User) -> Result<()> {
    for grant in store::grants_to_take(tx, &old.id, &new.id).await? {
        store::take_grant(tx, &grant.id, &old.id).await?;
        let after = json!({
            "grant_id": grant.id, "origin": grant.origin, "expires_at": grant.expires_at, "reason": grant.reason,
            "role": { "id": grant.role_id, "key": grant.role_key, "name": grant.role_name },
        });
        record(tx, actor, old, "role.granted", None, Some(after)).await?;
    }
    Ok(())
}

/// Whether the person may come in is what the new provider says; a suspension of either side stays.
async fn carry_standing(tx: &mut Tx, actor: &Actor, old: &User, new: &User) -> Result<()> {
    if let (None, Some(suspension)) = (&old.suspension, &new.suspension) {
        store::copy_suspension(tx, &old.id, &new.id).await?;
        let (before, after) =
            (json!({ "suspended": false }), json!({ "suspended": true, "reason": suspension.reason }));
        record(tx, actor, old, "user.suspended", Some(before), Some(after)).await?;
    }
    let (was, mut is) = (json!({ "active": old.idp_active }), json!({ "active": new.idp_active }));
    if old.idp_active && !new.idp_active {
        sessions::revoke_all(tx, &old.id).await?.tell(&mut is);
    }
    match (old.idp_active, new.idp_active) {
        (true, false) => record(tx, actor, old, "user.deactivated", Some(was), Some(is)).await,
        (false, true) => record(tx, actor, old, "user.reactivated", Some(was), Some(is)).await,
        _ => Ok(()),
    }
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    user: &User,
    kind: &'static str,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let (organization, subject) = (&user.organization_id, Subject::user(&user.id, &user.display_name));
    events::record(tx, actor, NewEvent { organization, kind, subject, before, after }).await
}
