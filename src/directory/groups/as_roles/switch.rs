//! Turning this on and off for one directory.

use serde_json::{Value, json};

use super::offers::{bring_up_to_date, realm, withdraw};
use super::plan::{Plan, plan};
use super::store;
use crate::access::roles::{self, owned};
use crate::actor::Actor;
use crate::connections::Connection;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::DirectoryId;
use crate::organizations;

/// What a switch did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Switched {
    pub linked: usize,
    pub made: usize,
    /// Roles that were groups and are local now.
    pub released: u64,
}

/// Makes each group that the directory has pushed a role, and shows it the roles that no group owns.
///
/// # Errors
/// [`Error::Conflict`] where it is on already, and where another group owns the role of a group's name.
pub async fn turn_on(tx: &mut Tx, actor: &Actor, connection: &Connection, directory: &DirectoryId) -> Result<Switched> {
    let organization = &connection.organization_id;
    actor.require_admin(organization)?;
    store::lock_directory(tx, directory).await?;
    organizations::lock(tx, organization).await?;
    if store::is_on(tx, directory).await? {
        return Err(Error::conflict("Every pushed group is a role already. Nothing was changed."));
    }
    let plan = look(tx, connection, directory).await?;
    plan.require_possible()?;
    store::set_on(tx, directory, true).await?;
    for (group, role) in &plan.linked {
        store::set_role(tx, &group.id, Some(&role.id)).await?;
        owned::give_to_group(tx, actor, organization, role, group).await?;
        // From now on the name is the group's, as it is written there.
        owned::rename_with_group(tx, actor, organization, &role.id, &group.name).await?;
    }
    for group in &plan.made {
        let role = owned::create_for_group(tx, actor, organization, group).await?;
        store::set_role(tx, &group.id, Some(&role.id)).await?;
    }
    bring_up_to_date(tx, organization).await?;
    let switched = Switched { linked: plan.linked.len(), made: plan.made.len(), released: 0 };
    let after = json!({ "groups_are_roles": true, "roles_linked": switched.linked, "roles_made": switched.made });
    record(tx, actor, connection, false, after).await?;
    Ok(switched)
}

/// The roles become local, and the groups keep their grants: nobody gains or loses a role.
///
/// # Errors
/// [`Error::Conflict`] where it is off already.
pub async fn turn_off(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &DirectoryId,
) -> Result<Switched> {
    let organization = &connection.organization_id;
    actor.require_admin(organization)?;
    store::lock_directory(tx, directory).await?;
    organizations::lock(tx, organization).await?;
    if !store::is_on(tx, directory).await? {
        return Err(Error::conflict("Pushed groups are no roles of their own. Nothing was changed."));
    }
    store::set_on(tx, directory, false).await?;
    withdraw(tx, organization, directory).await?;
    let released = store::release_roles(tx, &realm(organization, directory)).await?;
    // Another directory may show them from now on.
    bring_up_to_date(tx, organization).await?;
    record(tx, actor, connection, true, json!({ "groups_are_roles": false, "roles_released": released })).await?;
    Ok(Switched { released, ..Switched::default() })
}

/// What turning it on would do to the groups that are there.
pub(super) async fn look(tx: &mut Tx, connection: &Connection, directory: &DirectoryId) -> Result<Plan> {
    let organization = &connection.organization_id;
    let groups = store::without_role(tx, &realm(organization, directory)).await?;
    let roles = roles::all(tx, organization).await?;
    let owners = store::owners(tx, organization).await?;
    Ok(plan(groups, roles, &owners))
}

async fn record(tx: &mut Tx, actor: &Actor, connection: &Connection, was: bool, after: Value) -> Result<()> {
    let event = NewEvent {
        organization: &connection.organization_id,
        kind: "directory.groups_are_roles_changed",
        subject: Subject::connection(&connection.id, &connection.name),
        before: Some(json!({ "groups_are_roles": was })),
        after: Some(after),
    };
    events::record(tx, actor, event).await
}
