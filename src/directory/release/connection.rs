//! Removing a connection for good: everything that it sent is released or goes with it.

use serde::Deserialize;
use serde_json::{Map, json};

use super::group::{delete, to_local};
use super::person::{self, revoke_scim_roles};
use super::{Groups, People, Sources, guard, store};
use crate::actor::Actor;
use crate::connections;
use crate::db::Tx;
use crate::directory::groups::{as_roles, lock_groups_of};
use crate::directory::users::{self, removal};
use crate::error::{Error, Problems, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{ConnectionId, OrganizationId};
use crate::organizations;
use crate::sessions::{self, Ended};

/// How many people or groups are looked up at a time.
const CHUNK: i64 = 500;

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RemovalForm {
    pub people: String,
    pub groups: String,
    pub name: String,
}

/// What a removal came to.
#[derive(Debug, Clone)]
pub struct Removed {
    pub name: String,
    pub people: usize,
    pub groups: usize,
    pub ended: Ended,
}

/// Removes the connection, in one transaction.
///
/// # Errors
/// [`Error::Invalid`] with the problems at their fields; [`Error::Forbidden`] to all but owners, and for those who would take
/// access from themselves; [`Error::Conflict`] if no owner could sign in any more.
pub async fn remove_connection(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &ConnectionId,
    form: &RemovalForm,
) -> Result<Removed> {
    actor.require_owner(organization)?;
    let connection = connections::find(tx, organization, id).await?;
    let directory = connections::directory(tx, id).await?.ok_or(Error::NotFound("directory"))?;
    // Where pushed groups are roles, a push has the directory before it waits for the organization.
    if as_roles::is_on(tx, &directory.id).await? {
        as_roles::lock_directory(tx, &directory.id).await?;
    }
    organizations::lock(tx, organization).await?;
    let (people, groups) = read(form, &connection.name)?;
    let sources = Sources { connection: id.clone(), directory: directory.id };
    guard::require_a_way_in(tx, actor, organization, &sources, people).await?;

    if as_roles::is_on(tx, &sources.directory).await? {
        as_roles::turn_off(tx, actor, &connection, &sources.directory).await?;
    }
    let mut roles = revoke_scim_roles(tx, actor, organization, &sources, None).await?;
    let ended = sessions::revoke_connection(tx, id).await?;
    let released_groups = every_group(tx, actor, organization, &sources, groups, &connection.name).await?;
    let released_people = everybody(tx, actor, organization, &sources, people, &connection.name).await?;
    // What came while the last people were still being released.
    roles += revoke_scim_roles(tx, actor, organization, &sources, None).await?;
    store::localize_memberships(tx, organization, &sources).await?;
    store::delete_connection(tx, &sources).await?;
    require_nobody_left(tx, organization, &sources).await?;

    let mut after = json!({
        "people": people.as_str(), "people_count": released_people, "groups": groups.as_str(),
        "group_count": released_groups, "scim_roles_revoked": roles,
    });
    ended.tell(&mut after);
    let before = json!({ "name": connection.name, "provider": connection.provider.as_str(), "label": directory.label });
    let event = NewEvent {
        organization,
        kind: "connection.deleted",
        subject: Subject::connection(id, &connection.name),
        before: Some(before),
        after: Some(after),
    };
    events::record(tx, actor, event).await?;
    Ok(Removed { name: connection.name, people: released_people, groups: released_groups, ended })
}

fn read(form: &RemovalForm, name: &str) -> Result<(People, Groups)> {
    let mut problems = Problems::default();
    let (people, groups) = (People::parse(&form.people), Groups::parse(&form.groups));
    if people.is_none() {
        problems.add("people", "Choose what becomes of the people.");
    }
    if groups.is_none() {
        problems.add("groups", "Choose what becomes of the groups.");
    }
    if form.name.trim() != name {
        problems.add("name", format!("Type the name of the connection as it stands here: {name}"));
    }
    match (people, groups) {
        (Some(people), Some(groups)) if problems.is_empty() => Ok((people, groups)),
        _ => Err(Error::Invalid(problems)),
    }
}

/// Whoever was being pushed, or was signing in for the first time, was waited for when the directory went.
async fn require_nobody_left(tx: &mut Tx, organization: &OrganizationId, sources: &Sources) -> Result<()> {
    let people = store::people_of(tx, organization, sources, 1).await?;
    let groups = store::groups_of(tx, organization, sources, 1).await?;
    match people.is_empty() && groups.is_empty() {
        true => Ok(()),
        false => Err(Error::conflict(
            "Somebody came through this connection in this moment. Nothing was changed; pause it, then try again.",
        )),
    }
}

async fn every_group(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    sources: &Sources,
    choice: Groups,
    from: &str,
) -> Result<usize> {
    let mut count = 0;
    loop {
        // Whoever was released is no longer of these sources.
        let groups = store::groups_of(tx, organization, sources, CHUNK).await?;
        if groups.is_empty() {
            return Ok(count);
        }
        for group in &groups {
            match choice {
                Groups::Local => to_local(tx, actor, organization, group, from).await?,
                Groups::Deleted => delete(tx, actor, organization, group, from).await?,
            }
        }
        count += groups.len();
    }
}

async fn everybody(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    sources: &Sources,
    choice: People,
    from: &str,
) -> Result<usize> {
    let mut count = 0;
    loop {
        let people = store::people_of(tx, organization, sources, CHUNK).await?;
        if people.is_empty() {
            return Ok(count);
        }
        for id in &people {
            // Groups first, then the person: the order in which a change of members takes them.
            if choice == People::Deleted {
                lock_groups_of(tx, id.as_str()).await?;
            }
            let user = users::lock(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
            if choice != People::Local {
                users::require_another_operator(tx, &user).await?;
            }
            match choice {
                People::Deleted => {
                    let told = Map::from_iter([("released_from".to_string(), json!(from))]);
                    removal::remove(tx, actor, &user, told).await?;
                }
                People::Local | People::Suspended => {
                    person::to_local(tx, actor, &user, choice, from).await?;
                }
            }
        }
        count += people.len();
    }
}
