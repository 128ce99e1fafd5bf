//! Mapping a group to *admin*, and releasing it.

use serde_json::json;

use super::settle::settle;
use super::{Mapping, store};
use crate::access::roles;
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{GroupId, OrganizationId, UserId};

/// How many people an event names.
const NAMED: usize = 100;

/// Makes everybody in the group, and in groups within it, an admin. Returns how many became one.
///
/// # Errors
/// [`Error::Forbidden`] for all but owners, [`Error::NotFound`] for another organization's group, [`Error::Conflict`] for a
/// group that is mapped.
pub async fn map(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    group: &GroupId,
) -> Result<(Mapping, usize)> {
    actor.require_owner(organization)?;
    let found = roles::lock_group(tx, organization, group).await?.ok_or(Error::NotFound("group"))?;
    if store::of_group(tx, organization, group).await?.is_some() {
        return Err(Error::conflict(format!("{} is mapped to admin already. Nothing was changed.", found.name)));
    }
    let people = store::list_concerned(tx, group, None).await?;
    store::insert(tx, organization, group, Level::Admin, actor.name()).await?;
    let mapping = store::of_group(tx, organization, group).await?;
    let mapping = mapping.ok_or_else(|| Error::internal("a new mapping is gone"))?;
    settle_all(tx, &people, true).await?;
    let event = NewEvent {
        organization,
        kind: "group.level_mapped",
        subject: Subject::group(group, &found.name),
        before: None,
        after: Some(json!({ "level": mapping.level.as_str(), "level_gained_by": told(&people) })),
    };
    events::record(tx, actor, event).await?;
    Ok((mapping, people.len()))
}

/// Takes the level from whoever has it through this group alone. Returns how many they were.
///
/// # Errors
/// As [`map`]; [`Error::Conflict`] for a group that is not mapped.
pub async fn release(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    group: &GroupId,
) -> Result<(Mapping, usize)> {
    actor.require_owner(organization)?;
    let found = roles::lock_group(tx, organization, group).await?.ok_or(Error::NotFound("group"))?;
    let Some(mapping) = store::of_group(tx, organization, group).await? else {
        return Err(Error::conflict(format!("{} is not mapped any more. Nothing was changed.", found.name)));
    };
    let people = store::list_concerned(tx, group, None).await?;
    store::delete(tx, group).await?;
    settle_all(tx, &people, false).await?;
    let event = NewEvent {
        organization,
        kind: "group.level_released",
        subject: Subject::group(group, &found.name),
        before: Some(json!({ "level": mapping.level.as_str() })),
        after: Some(json!({ "level_lost_by": told(&people) })),
    };
    events::record(tx, actor, event).await?;
    Ok((mapping, people.len()))
}

async fn settle_all(tx: &mut Tx, people: &[(UserId, String)], gained: bool) -> Result<()> {
    for (user, _) in people {
        settle(tx, user, gained).await?;
    }
    Ok(())
}

fn told(people: &[(UserId, String)]) -> serde_json::Value {
    let first: Vec<_> = people.iter().take(NAMED).map(|(id, name)| json!({ "id": id, "name": name })).collect();
    json!({ "people": people.len(), "first": first })
}
