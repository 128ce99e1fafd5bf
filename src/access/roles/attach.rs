//! Giving a role to a group, and taking it away: everybody in the group, and in groups within it, holds the role.

use super::effects::{Without, through_group};
use super::model::{GroupRef, Role};
use super::store;
use crate::access::grants::{self, Grant};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent};
use crate::id::{GrantId, GroupId, OrganizationId, RoleId};
use crate::organizations;
use crate::time::Timestamp;

/// What was attached or detached, for the word about it.
#[derive(Debug)]
pub struct Attachment {
    pub role: Role,
    pub group: GroupRef,
}

/// Gives the role to the group, for good.
///
/// # Errors
/// As [`attach_until`].
pub async fn attach_to_group(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    role: &RoleId,
    group: &GroupId,
) -> Result<Attachment> {
    attach_until(tx, actor, organization, role, group, None).await
}

/// Gives the role to the group, for good or until a moment.
///
/// # Errors
/// [`Error::NotFound`] when one of them is not this organization's, [`Error::Conflict`] when the group has the role.
pub async fn attach_until(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    role: &RoleId,
    group: &GroupId,
    until: Option<&Timestamp>,
) -> Result<Attachment> {
    let attachment = load(tx, actor, organization, role, group).await?;
    grant(tx, actor, organization, &attachment, until).await?;
    Ok(attachment)
}

/// Takes the role from the group; whoever holds it otherwise keeps it.
///
/// # Errors
/// [`Error::NotFound`] when one of them is not this organization's, [`Error::Conflict`] when the group has it not, or when it
/// owns the role.
pub async fn detach_from_group(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    role: &RoleId,
    group: &GroupId,
) -> Result<Attachment> {
    let attachment = load(tx, actor, organization, role, group).await?;
    if store::owner_of(tx, role).await?.is_some_and(|owner| owner.id == *group) {
        return Err(Error::conflict(format!(
            "The group {} is the role {}: whoever is in it holds the role. Nothing was changed; change its members.",
            attachment.group.name, attachment.role.name
        )));
    }
    let Some(id) = store::group_grant(tx, role, group).await? else {
        return Err(Error::conflict(format!(
            "{} does not have the role {} any more. Nothing was changed.",
            attachment.group.name, attachment.role.name
        )));
    };
    let gone = find(tx, organization, &id).await?;
    store::delete_group_grant(tx, role, group).await?;
    let lost = through_group(tx, group, std::slice::from_ref(role), Without::Nothing).await?;
    let mut after = None;
    if !gone.has_ended(&tx.now()) {
        lost.tell_lost(&mut after);
    }
    let before = Some(gone.told());
    let event = NewEvent { organization, kind: "group.role_detached", subject: gone.subject(), before, after };
    events::record(tx, actor, event).await?;
    Ok(attachment)
}

/// The grant and its event, once both are found and the actor may.
pub(super) async fn grant(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    attachment: &Attachment,
    until: Option<&Timestamp>,
) -> Result<()> {
    let (role, group) = (&attachment.role.id, &attachment.group.id);
    // What has ended without anybody noticing is in nobody's way.
    grants::sweep_group(tx, group, role).await?;
    let Some(id) = store::insert_group_grant(tx, organization, role, group, until, actor.name()).await? else {
        return Err(Error::conflict(format!(
            "{} has the role {} already. Nothing was changed.",
            attachment.group.name, attachment.role.name
        )));
    };
    let granted = find(tx, organization, &id).await?;
    let mut after = Some(granted.told());
    let gained = through_group(tx, group, std::slice::from_ref(role), Without::Grant(&id)).await?;
    gained.tell_gained(&mut after);
    let event = NewEvent { organization, kind: "group.role_attached", subject: granted.subject(), before: None, after };
    events::record(tx, actor, event).await
}

async fn find(tx: &mut Tx, organization: &OrganizationId, id: &GrantId) -> Result<Grant> {
    grants::find(tx, organization, id).await?.ok_or_else(|| Error::internal("a grant is gone in its own transaction"))
}

async fn load(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    role: &RoleId,
    group: &GroupId,
) -> Result<Attachment> {
    actor.require_admin(organization)?;
    // Whoever deletes the role meanwhile tells who loses it, and by which groups.
    organizations::lock(tx, organization).await?;
    let role = store::find(tx, organization, role).await?.ok_or(Error::NotFound("role"))?;
    let group = store::lock_group(tx, organization, group).await?.ok_or(Error::NotFound("group"))?;
    Ok(Attachment { role, group })
}
