//! Deleting a role, and with it every grant of it.

use serde_json::json;

use super::holding::holders;
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, RoleId};

/// Deletes the role; whoever held it holds it no more. Returns the name it had.
///
/// # Errors
/// [`Error::NotFound`] for another organization's role; what [`Actor::require_admin`] says.
pub async fn delete(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &RoleId) -> Result<String> {
    actor.require_admin(organization)?;
    store::lock_organization(tx, organization).await?;
    let role = store::find(tx, organization, id).await?.ok_or(Error::NotFound("role"))?;
    let people = holders(tx, id, 1).await?.active;
    let groups: Vec<_> = store::groups_of_role(tx, id).await?.into_iter().map(|attached| attached.group.name).collect();
    store::delete(tx, id).await?;
    let event = NewEvent {
        organization,
        kind: "role.deleted",
        subject: Subject::role(id, &role.name),
        before: Some(json!({
            "name": role.name, "key": role.key, "description": role.description, "permissions": role.permissions,
            "groups": groups, "people": people,
        })),
        after: None,
    };
    events::record(tx, actor, event).await?;
    Ok(role.name)
}
