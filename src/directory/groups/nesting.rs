//! What joins and leaves with a group: everybody in it, told as a whole on the event of the one membership.

use std::collections::HashMap;

use serde_json::Value;

use crate::access::levels::Below;
use crate::access::roles::effects::{Affected, Without, roles_through, through_group};
use crate::db::Tx;
use crate::error::Result;
use crate::id::GroupId;

/// A group that is about to join or leave another, and how the levels of its people are.
pub(super) struct Moving {
    group: GroupId,
    gained: Affected,
    levels: Below,
}

/// Before the groups join: what their people will gain.
pub(super) async fn before_joining(tx: &mut Tx, container: &GroupId, groups: &[GroupId]) -> Result<Vec<Moving>> {
    let roles = if groups.is_empty() { Vec::new() } else { roles_through(tx, container).await? };
    let mut moving = Vec::with_capacity(groups.len());
    for group in groups {
        let gained = through_group(tx, group, &roles, Without::Nothing).await?;
        let levels = Below::of(tx, group, container).await?;
        moving.push(Moving { group: group.clone(), gained, levels });
    }
    Ok(moving)
}

/// After they have joined: what the event of each says.
pub(super) async fn joined(tx: &mut Tx, moving: Vec<Moving>) -> Result<HashMap<String, Option<Value>>> {
    let mut told = HashMap::new();
    for Moving { group, gained, levels } in moving {
        let mut after = None;
        gained.tell_gained(&mut after);
        levels.settle(tx, &mut after).await?;
        told.insert(group.to_string(), after);
    }
    Ok(told)
}

/// Before the groups leave.
pub(super) async fn before_leaving(tx: &mut Tx, container: &GroupId, groups: Vec<GroupId>) -> Result<Vec<Moving>> {
    let mut moving = Vec::with_capacity(groups.len());
    for group in groups {
        let levels = Below::of(tx, &group, container).await?;
        moving.push(Moving { group, gained: Affected::default(), levels });
    }
    Ok(moving)
}

/// After they have left: what their people would gain by joining again is what they have lost.
pub(super) async fn left(
    tx: &mut Tx,
    container: &GroupId,
    moving: Vec<Moving>,
) -> Result<HashMap<String, Option<Value>>> {
    let roles = if moving.is_empty() { Vec::new() } else { roles_through(tx, container).await? };
    let mut told = HashMap::new();
    for Moving { group, levels, .. } in moving {
        let mut after = None;
        through_group(tx, &group, &roles, Without::Nothing).await?.tell_lost(&mut after);
        levels.settle(tx, &mut after).await?;
        told.insert(group.to_string(), after);
    }
    Ok(told)
}
