//! Roles that are pushed groups: the group's name is the role's, and whoever is in the group holds it.
//!
//! Called by [`crate::directory::groups::as_roles`], for a directory or for an admin who turns this on.

use serde_json::json;

use super::attach::{Attachment, grant};
use super::effects::holders_of;
use super::idp;
use super::model::{Draft, GroupRef, Role, free_key, key_stem};
use super::store;
use crate::access::grants;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, RoleId};
use crate::text;

/// The role of that name, however it is written.
pub async fn find_by_name(tx: &mut Tx, organization: &OrganizationId, name: &str) -> Result<Option<Role>> {
    store::by_name(tx, organization, &text::fold(name.trim())).await
}

/// Makes a role of the group's name and gives it to the group.
///
/// # Errors
/// [`Error::NotFound`] for whoever is neither the organization's directory nor its admin.
pub async fn create_for_group(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    group: &GroupRef,
) -> Result<Role> {
    require_directory_or_admin(actor, organization)?;
    let name = group.name.trim().to_string();
    let stem = key_stem(&name);
    let key = free_key(&stem, &store::keys_like(tx, organization, &stem).await?);
    let draft = Draft { name, description: String::new(), permissions: Vec::new(), idp_assignable: false };
    let id = store::insert(tx, organization, &key, &draft).await?;
    let after = json!({
        "name": draft.name, "key": key, "description": "", "permissions": [], "idp_assignable": false,
        "owned_by": { "id": group.id, "name": group.name },
    });
    record(tx, actor, organization, "role.created", Subject::role(&id, &draft.name), None, Some(after)).await?;
    let role = store::find(tx, organization, &id).await?.ok_or_else(|| Error::internal("a new role is gone"))?;
    give_to_group(tx, actor, organization, &role, group).await?;
    Ok(role)
}

/// Gives the role to the group for good; a grant that has an end loses it, and one that is there already stays.
///
/// # Errors
/// As [`create_for_group`].
pub async fn give_to_group(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    role: &Role,
    group: &GroupRef,
) -> Result<()> {
    require_directory_or_admin(actor, organization)?;
    grants::sweep_group(tx, &group.id, &role.id).await?;
    match store::group_grant(tx, &role.id, &group.id).await? {
        Some(id) => grants::keep(tx, actor, organization, &id).await,
        None => {
            let attachment = Attachment { role: role.clone(), group: group.clone() };
            grant(tx, actor, organization, &attachment, None).await
        }
    }
}

/// The group was renamed, and so is the role; its key stays.
///
/// # Errors
/// As [`create_for_group`]; [`Error::Conflict`] where another role has the name.
pub async fn rename_with_group(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &RoleId,
    name: &str,
) -> Result<()> {
    require_directory_or_admin(actor, organization)?;
    let role = store::find(tx, organization, id).await?.ok_or(Error::NotFound("role"))?;
    let name = name.trim();
    if role.name == name {
        return Ok(());
    }
    if store::name_taken(tx, organization, &text::fold(name), Some(id)).await? {
        return Err(name_taken(name));
    }
    let draft = Draft {
        name: name.to_string(),
        description: role.description,
        permissions: role.permissions,
        idp_assignable: role.idp_assignable,
    };
    store::update(tx, id, &draft).await?;
    let (before, after) = (json!({ "name": role.name }), json!({ "name": name }));
    record(tx, actor, organization, "role.updated", Subject::role(id, name), Some(before), Some(after)).await?;
    match role.idp_assignable {
        true => idp::follow_again(tx, actor, organization, id, [&role.name, &draft.name]).await,
        false => Ok(()),
    }
}

/// The group is gone, with its grant. The role goes too, unless it is held through another grant: then it becomes local.
///
/// # Errors
/// As [`create_for_group`].
pub async fn delete_with_group(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &RoleId) -> Result<()> {
    require_directory_or_admin(actor, organization)?;
    let Some(role) = store::find(tx, organization, id).await? else { return Ok(()) };
    store::lock_alone(tx, id).await?;
    if store::live_grants(tx, id).await? > 0 {
        return Ok(());
    }
    let people = holders_of(tx, id).await?.people;
    store::delete(tx, id).await?;
    let before = json!({
        "name": role.name, "key": role.key, "description": role.description, "permissions": role.permissions,
        "groups": [], "people": people,
    });
    record(tx, actor, organization, "role.deleted", Subject::role(id, &role.name), Some(before), None).await
}

/// What an identity provider hears that sends a name which a role has.
pub fn name_taken(name: &str) -> Error {
    Error::conflict(format!(
        "the displayName \"{name}\" is taken: a role of that name exists; refresh app groups and use Link Group, or send another \
         displayName. Nothing was changed"
    ))
}

fn require_directory_or_admin(actor: &Actor, organization: &OrganizationId) -> Result<()> {
    match actor {
        Actor::Directory { organization: own, .. } if own == organization => Ok(()),
        other => other.require_admin(organization),
    }
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    kind: &'static str,
    subject: Subject,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> Result<()> {
    events::record(tx, actor, NewEvent { organization, kind, subject, before, after }).await
}
