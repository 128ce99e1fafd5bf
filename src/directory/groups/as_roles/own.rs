//! What happens to a role when its group is pushed, renamed, deleted, or linked.

use serde_json::json;

use super::{bring_up_to_date, store};
use crate::access::roles::{GroupRef, owned};
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::Realm;
use crate::directory::groups::Group;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::GroupId;
use crate::organizations;

/// Where groups are roles, a change of a group is one of the organization's roles: it waits its turn, before the group or its
/// name is held that an admin who has the organization may ask for. The switch stays where it is until this ends: whoever
/// turns it has the directory alone first, and then the organization, in this order.
pub(in crate::directory::groups) async fn await_turn(tx: &mut Tx, realm: &Realm) -> Result<()> {
    match store::hold(tx, &realm.directory).await? {
        true => organizations::lock(tx, &realm.organization).await,
        false => Ok(()),
    }
}

/// A group was pushed: where this is on, it becomes a role.
pub(in crate::directory::groups) async fn created(
    tx: &mut Tx,
    actor: &Actor,
    realm: &Realm,
    id: &GroupId,
    name: &str,
) -> Result<()> {
    if !store::is_on(tx, &realm.directory).await? {
        return Ok(());
    }
    organizations::lock(tx, &realm.organization).await?;
    if owned::find_by_name(tx, &realm.organization, name).await?.is_some() {
        return Err(owned::name_taken(name));
    }
    let group = GroupRef { id: id.clone(), name: name.to_string() };
    let role = owned::create_for_group(tx, actor, &realm.organization, &group).await?;
    store::set_role(tx, id, Some(&role.id)).await
}

/// The first PUT or PATCH of an offered group: from now on it is the directory's, and owns the role.
pub(in crate::directory::groups) async fn claim(
    tx: &mut Tx,
    actor: &Actor,
    realm: &Realm,
    group: Group,
) -> Result<Group> {
    organizations::lock(tx, &realm.organization).await?;
    let id = group.role_id.as_ref().ok_or(Error::NotFound("group"))?;
    let role = crate::access::roles::find(tx, &realm.organization, id).await?.ok_or(Error::NotFound("role"))?;
    if let Some(owner) = crate::access::roles::owner_of(tx, id).await? {
        return Err(Error::conflict(format!(
            "the role \"{}\" belongs to the group \"{}\" of another directory by now. Nothing was changed; refresh app groups",
            role.name, owner.name
        )));
    }
    store::accept(tx, &group.id).await?;
    let after = json!({
        "displayName": group.display_name,
        "linked_role": { "id": role.id, "key": role.key, "name": role.name },
    });
    let event = NewEvent {
        organization: &realm.organization,
        kind: "group.created",
        subject: Subject::group(&group.id, &group.display_name),
        before: None,
        after: Some(after),
    };
    events::record(tx, actor, event).await?;
    let reference = GroupRef { id: group.id.clone(), name: group.display_name.clone() };
    owned::give_to_group(tx, actor, &realm.organization, &role, &reference).await?;
    bring_up_to_date(tx, &realm.organization).await?;
    Ok(Group { offered: false, ..group })
}

/// A group got another name, and with it the role that it owns.
pub(in crate::directory::groups) async fn renamed(
    tx: &mut Tx,
    actor: &Actor,
    realm: &Realm,
    group: &Group,
    name: &str,
) -> Result<()> {
    let Some(role) = group.role_id.as_ref().filter(|_| group.display_name != name) else { return Ok(()) };
    organizations::lock(tx, &realm.organization).await?;
    owned::rename_with_group(tx, actor, &realm.organization, role, name).await
}

/// A group is gone: its role goes with it, or becomes local and is offered anew under another id.
pub(in crate::directory::groups) async fn deleted(
    tx: &mut Tx,
    actor: &Actor,
    realm: &Realm,
    group: &Group,
) -> Result<()> {
    let Some(role) = &group.role_id else { return Ok(()) };
    organizations::lock(tx, &realm.organization).await?;
    owned::delete_with_group(tx, actor, &realm.organization, role).await?;
    bring_up_to_date(tx, &realm.organization).await
}

/// # Errors
/// [`Error::Forbidden`] for a role that is only shown as a group.
pub(in crate::directory::groups) fn refuse_offered(group: &Group) -> Result<()> {
    match group.offered {
        false => Ok(()),
        true => Err(Error::forbidden(format!(
            "\"{}\" is a role of Muster's that is shown as a group to be linked: it is not this directory's to delete. Nothing was \
             changed; delete the role in Muster",
            group.display_name
        ))),
    }
}
