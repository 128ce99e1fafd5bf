//! Deleting a role, and with it every grant of it.

use serde_json::json;

use super::effects::holders_of;
use super::model::GroupRef;
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::groups::as_roles;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, RoleId};
use crate::organizations;

/// Deletes the role; whoever held it holds it no more. Returns the name it had.
///
/// # Errors
/// [`Error::NotFound`] for another organization's role, [`Error::Conflict`] for one that a group owns; what [`Actor::require_admin`] says.
pub async fn delete(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &RoleId) -> Result<String> {
    actor.require_admin(organization)?;
    organizations::lock(tx, organization).await?;
    let role = store::find(tx, organization, id).await?.ok_or(Error::NotFound("role"))?;
    if let Some(owner) = store::owner_of(tx, id).await? {
        return Err(owned(&role.name, &owner));
    }
    store::lock_alone(tx, id).await?;
    let lost = holders_of(tx, id).await?;
    let groups: Vec<_> = store::groups_of_role(tx, id).await?.into_iter().map(|attached| attached.group.name).collect();
    store::delete(tx, id).await?;
    let mut after = None;
    lost.tell_lost(&mut after);
    let event = NewEvent {
        organization,
        kind: "role.deleted",
        subject: Subject::role(id, &role.name),
        before: Some(json!({
            "name": role.name, "key": role.key, "description": role.description, "permissions": role.permissions,
            "groups": groups, "people": lost.people,
        })),
        after,
    };
    events::record(tx, actor, event).await?;
    as_roles::bring_up_to_date(tx, organization).await?;
    Ok(role.name)
}

/// A role that is a group changes where the group does.
pub(super) fn owned(role: &str, owner: &GroupRef) -> Error {
    Error::conflict(format!(
        "The role {role} is the group {}, which an identity provider pushes: its name and its end come from there. Nothing was \
         changed; rename or delete the group there.",
        owner.name
    ))
}
