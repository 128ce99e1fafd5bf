//! A move, from the look at both sides to the last person.

use serde_json::json;

use super::one::{Between, merge, move_one};
use super::plan::{Plan, plan};
use super::store;
use crate::actor::Actor;
use crate::connections::{self, Connection, Directory, DirectoryState};
use crate::db::Tx;
use crate::directory::{Realm, Source, release};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{ConnectionId, OrganizationId};
use crate::organizations;

/// What a move came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    pub merged: usize,
    pub moved: usize,
    pub stayed: usize,
}

/// What a move to this connection would do; nothing is changed.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] for the same connection, and for one whose SCIM is off.
pub async fn prepare(
    tx: &mut Tx,
    organization: &OrganizationId,
    from: &ConnectionId,
    to: &ConnectionId,
) -> Result<Plan> {
    let (from, to) = (load(tx, organization, from).await?, load(tx, organization, to).await?);
    look(tx, organization, &from, &to).await
}

async fn load(tx: &mut Tx, organization: &OrganizationId, id: &ConnectionId) -> Result<(Connection, Directory)> {
    let connection = connections::find(tx, organization, id).await?;
    let directory = connections::directory(tx, id).await?.ok_or(Error::NotFound("directory"))?;
    Ok((connection, directory))
}

async fn look(
    tx: &mut Tx,
    organization: &OrganizationId,
    (from, old): &(Connection, Directory),
    (to, new): &(Connection, Directory),
) -> Result<Plan> {
    if from.id == to.id {
        return Err(Error::conflict("Nobody moves to where they are. Nothing was changed; choose another connection."));
    }
    if new.state == DirectoryState::Off {
        return Err(Error::conflict(format!(
            "SCIM is off for {}, so that nobody could arrive there. Nothing was changed; turn it on under Provisioning first.",
            to.name
        )));
    }
    let sources = [Source::Directory(old.id.clone()).to_string(), Source::SignIn(from.id.clone()).to_string()];
    let target = Source::Directory(new.id.clone()).to_string();
    let people = store::people(tx, organization, &sources).await?;
    let by_name = store::same_user_name(tx, organization, &sources, &target).await?;
    let by_email = store::same_email(tx, organization, &sources, &target).await?;
    Ok(plan(people, &by_name, &by_email))
}

/// Moves everybody who can be moved, in one transaction; who cannot be stays where they are.
///
/// # Errors
/// As [`prepare`]; [`Error::Forbidden`] to all but owners; [`Error::Conflict`] if no owner could sign in any more.
pub async fn move_people(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    from: &ConnectionId,
    to: &ConnectionId,
) -> Result<Moved> {
    actor.require_owner(organization)?;
    organizations::lock(tx, organization).await?;
    let (from, to) = (load(tx, organization, from).await?, load(tx, organization, to).await?);
    let plan = look(tx, organization, &from, &to).await?;
    release::require_a_way_in(tx, organization, &from.0.id, &from.1.id).await?;
    let between = Between {
        old_connection: from.0.id.clone(),
        old_directory: from.1.id.clone(),
        new_connection: to.0.id.clone(),
        realm: Realm {
            organization: organization.clone(),
            directory: to.1.id.clone(),
            source: Source::Directory(to.1.id.clone()),
        },
    };
    for found in &plan.merged {
        merge(tx, actor, &between, &found.person.id, &found.new).await?;
    }
    for person in &plan.moved {
        move_one(tx, actor, &between, &person.id).await?;
    }
    let moved = Moved { merged: plan.merged.len(), moved: plan.moved.len(), stayed: plan.conflicts.len() };
    let after = json!({
        "to": { "id": to.0.id, "name": to.0.name },
        "merged": moved.merged, "moved": moved.moved, "stayed": moved.stayed,
    });
    let event = NewEvent {
        organization,
        kind: "connection.people_moved",
        subject: Subject::connection(&from.0.id, &from.0.name),
        before: None,
        after: Some(after),
    };
    events::record(tx, actor, event).await?;
    Ok(moved)
}
