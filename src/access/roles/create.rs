//! Making a role.

use serde_json::json;

use super::model::{Draft, free_key, key_stem};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, RoleId};
use crate::text;

/// Adds a role that nobody holds yet.
///
/// # Errors
/// [`Error::Invalid`] at `name` when a role of this organization has it; what [`Actor::require_admin`] says.
pub async fn create(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, draft: &Draft) -> Result<RoleId> {
    actor.require_admin(organization)?;
    store::lock_organization(tx, organization).await?;
    if store::name_taken(tx, organization, &text::fold(&draft.name), None).await? {
        return Err(name_taken(&draft.name));
    }
    let stem = key_stem(&draft.name);
    let key = free_key(&stem, &store::keys_like(tx, organization, &stem).await?);
    let id = store::insert(tx, organization, &key, draft).await?;
    let event = NewEvent {
        organization,
        kind: "role.created",
        subject: Subject::role(&id, &draft.name),
        before: None,
        after: Some(json!({
            "name": draft.name, "key": key, "description": draft.description, "permissions": draft.permissions,
        })),
    };
    events::record(tx, actor, event).await?;
    Ok(id)
}

pub(super) fn name_taken(name: &str) -> Error {
    Error::invalid("name", format!("There is a role named “{name}” already. Choose another name, or change that role."))
}
