//! Releasing one person.

use serde_json::{Map, json};

use super::choices::free_name;
use super::{People, Sources, store};
use crate::access::roles::effects::Before;
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::users::{self, User, local::document, removal};
use crate::directory::{Origins, groups, origins};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};
use crate::organizations;
use crate::sessions;

/// Makes a person whom their provider left behind ours, or removes them.
///
/// # Errors
/// [`Error::Conflict`] for local people and for those whom a provider still looks after; [`Error::Forbidden`] to members, for
/// oneself, and to admins for owners and for deleting another admin.
pub async fn release_person(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
    choice: People,
) -> Result<User> {
    actor.require_admin(organization)?;
    organizations::lock(tx, organization).await?;
    groups::lock_groups_of(tx, id.as_str()).await?;
    let user = users::lock(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
    let above = user.level == Level::Owner || (user.level > Level::Member && choice == People::Deleted);
    if above {
        actor.require_owner(organization)?;
    }
    if matches!(actor, Actor::Person { user: own, .. } if *own == user.id) {
        return Err(Error::forbidden("Nobody releases themselves. Nothing was changed; ask another admin."));
    }
    let origins = origins(tx, organization).await?;
    require_left_behind(&origins, &user)?;
    let from = origins.name(&user.source).to_string();
    if choice != People::Local {
        users::require_another_operator(tx, &user).await?;
    }
    if choice == People::Deleted {
        removal::remove(tx, actor, &user, Map::from_iter([("released_from".to_string(), json!(from))])).await?;
        return Ok(user);
    }
    if let Some(sources) = store::sources_of(tx, &user.source).await? {
        revoke_scim_roles(tx, actor, organization, &sources, Some(&user.id)).await?;
        store::delete_links(tx, &user.id, &sources.connection).await?;
    }
    store::localize_memberships_of(tx, &user.id, &user.source).await?;
    to_local(tx, actor, &user, choice, &from).await
}

/// Whether nobody else looks after the person any more: their provider is off or gone, or it has deactivated them.
pub(super) fn is_left_behind(origins: &Origins, user: &User) -> bool {
    origins.is_left_behind(&user.source) || (user.source.is_managed() && !user.idp_active)
}

fn require_left_behind(origins: &Origins, user: &User) -> Result<()> {
    if !user.source.is_managed() {
        return Err(Error::conflict(format!("{} is local already. Nothing was changed.", user.display_name)));
    }
    if is_left_behind(origins, user) {
        return Ok(());
    }
    let from = origins.name(&user.source);
    Err(Error::conflict(format!(
        "{from} still looks after {}: it would take them back at once. Nothing was changed; unassign them there, or turn off how {from} syncs people.",
        user.display_name
    )))
}

/// The person becomes local, with a userName that is free there. Whoever was deactivated is suspended instead: nobody else
/// could activate them again. Memberships, links and roles by SCIM are the caller's.
pub(super) async fn to_local(tx: &mut Tx, actor: &Actor, user: &User, choice: People, from: &str) -> Result<User> {
    let organization = &user.organization_id;
    let subject = || Subject::user(&user.id, &user.display_name);
    let suspend = user.suspension.is_none() && (choice == People::Suspended || !user.idp_active);
    let ended = match suspend {
        true => sessions::revoke_all(tx, &user.id).await?,
        false => sessions::end_sign_ins(tx, &user.id).await?,
    };
    if suspend {
        let held = Before::of(tx, std::slice::from_ref(&user.id)).await?;
        let reason = match user.idp_active {
            true => format!("Released from {from}"),
            false => format!("Was deactivated by {from}"),
        };
        store::suspend(tx, &user.id, actor.name(), &reason).await?;
        let (before, mut after) = (json!({ "suspended": false }), Some(json!({ "suspended": true, "reason": reason })));
        held.effects(tx).await?.tell(&user.id, &mut after);
        let event = NewEvent { organization, kind: "user.suspended", subject: subject(), before: Some(before), after };
        events::record(tx, actor, event).await?;
    }
    let user_name = free_user_name(tx, user).await?;
    store::make_local(tx, user, &user_name).await?;
    let released = users::find(tx, organization, &user.id).await?;
    let released = released.ok_or_else(|| Error::internal("a user is gone in its own transaction"))?;
    document::follow_columns(tx, &released).await?;

    let mut before = json!({ "source": user.source.to_string(), "externalId": user.external_id, "from": from });
    let mut after = json!({ "source": "local" });
    if user_name != user.user_name {
        before["userName"] = json!(user.user_name);
        after["userName"] = json!(user_name);
    }
    if !user.idp_active {
        before["active"] = json!(false);
        after["active"] = json!(true);
    }
    ended.tell(&mut after);
    let event =
        NewEvent { organization, kind: "user.released", subject: subject(), before: Some(before), after: Some(after) };
    events::record(tx, actor, event).await?;
    Ok(released)
}

async fn free_user_name(tx: &mut Tx, user: &User) -> Result<String> {
    let taken = store::local_user_names_like(tx, &user.organization_id, &user.user_name).await?;
    Ok(free_name(&user.user_name, &taken, muster_scim::compare::user_name_key))
}

/// Takes back the roles that only the directory could give; of one person or of all.
pub(super) async fn revoke_scim_roles(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    sources: &Sources,
    only: Option<&UserId>,
) -> Result<usize> {
    let origin = sources.scim_origin();
    let grants = store::grants_of_origin(tx, organization, &origin, only).await?;
    for grant in &grants {
        let before = json!({ "role": { "id": grant.role_id, "name": grant.role_name }, "origin": origin });
        let subject = Subject::user(&grant.user_id, &grant.user_name);
        let event = NewEvent { organization, kind: "role.revoked", subject, before: Some(before), after: None };
        events::record(tx, actor, event).await?;
    }
    store::delete_grants_of_origin(tx, organization, &origin, only).await?;
    Ok(grants.len())
}
