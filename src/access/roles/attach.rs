//! Giving a role to a group, and taking it away: everybody in the group, and in groups within it, holds the role.

use serde_json::{Value, json};

use super::model::{GroupRef, Role};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{GrantId, GroupId, OrganizationId, RoleId};

/// What was attached or detached, for the word about it.
#[derive(Debug)]
pub struct Attachment {
    pub role: Role,
    pub group: GroupRef,
}

/// Gives the role to the group.
///
/// # Errors
/// [`Error::NotFound`] when one of them is not this organization's, [`Error::Conflict`] when the group has the role.
pub async fn attach_to_group(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    role: &RoleId,
    group: &GroupId,
) -> Result<Attachment> {
    let attachment = load(tx, actor, organization, role, group).await?;
    let Some(grant) = store::insert_group_grant(tx, organization, role, group, actor.name()).await? else {
        return Err(Error::conflict(format!(
            "{} has the role {} already. Nothing was changed.",
            attachment.group.name, attachment.role.name
        )));
    };
    let event = NewEvent {
        organization,
        kind: "group.role_attached",
        subject: Subject::group(group, &attachment.group.name),
        before: None,
        after: Some(grant_json(&grant, &attachment.role)),
    };
    events::record(tx, actor, event).await?;
    Ok(attachment)
}

/// Takes the role from the group; whoever holds it otherwise keeps it.
///
/// # Errors
/// [`Error::NotFound`] when one of them is not this organization's, [`Error::Conflict`] when the group has it not.
pub async fn detach_from_group(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    role: &RoleId,
    group: &GroupId,
) -> Result<Attachment> {
    let attachment = load(tx, actor, organization, role, group).await?;
    let Some(grant) = store::delete_group_grant(tx, role, group).await? else {
        return Err(Error::conflict(format!(
            "{} does not have the role {} any more. Nothing was changed.",
            attachment.group.name, attachment.role.name
        )));
    };
    let event = NewEvent {
        organization,
        kind: "group.role_detached",
        subject: Subject::group(group, &attachment.group.name),
        before: Some(grant_json(&grant, &attachment.role)),
        after: None,
    };
    events::record(tx, actor, event).await?;
    Ok(attachment)
}

async fn load(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    role: &RoleId,
    group: &GroupId,
) -> Result<Attachment> {
    actor.require_admin(organization)?;
    let role = store::find(tx, organization, role).await?.ok_or(Error::NotFound("role"))?;
    let group = store::find_group(tx, organization, group).await?.ok_or(Error::NotFound("group"))?;
    Ok(Attachment { role, group })
}

fn grant_json(grant: &GrantId, role: &Role) -> Value {
    json!({ "grant_id": grant, "origin": "group", "role": { "id": role.id, "key": role.key, "name": role.name } })
}
