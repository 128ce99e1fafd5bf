//! Putting somebody into a group by hand.

use std::collections::{HashMap, VecDeque};

use super::effects::Effects;
use super::model::{Candidate, Target};
use super::{record, store};
use crate::access::levels;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::groups::MemberKind;
use crate::directory::groups::store::bump;
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId, UserId};
use crate::organizations;

/// Makes a user or a local group a member. The membership is ours: a directory whose group it is neither sees nor removes it.
///
/// # Errors
/// [`Error::NotFound`] for what is not this organization's; [`Error::Forbidden`] with the reason where the membership is not
/// ours to decide, and to all but owners where the group makes admins; [`Error::Conflict`] for members, and for a group that contains this one.
pub async fn add_member(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &GroupId,
    member: &str,
) -> Result<(Target, Candidate)> {
    actor.require_admin(organization)?;
    let member = UserId::parse(member).ok_or(Error::NotFound("user or group"))?;
    let member = store::candidate(tx, organization, member.as_str()).await?.ok_or(Error::NotFound("user or group"))?;
    // Two changes of the nesting at once could close a circle; the organization comes before groups, groups before people.
    if member.kind == MemberKind::Group {
        organizations::lock(tx, organization).await?;
    }
    let group = store::lock(tx, organization, id).await?.ok_or(Error::NotFound("group"))?;
    member.may_join(&group)?;
    levels::require_may_change(tx, actor, organization, id).await?;
    if member.kind == MemberKind::Group {
        require_no_circle(tx, &group, &member).await?;
    } else if !store::hold_user(tx, &member.id).await? {
        return Err(Error::NotFound("user"));
    }
    let effects = Effects::before_joining(tx, id, &member).await?;
    if !store::insert_member(tx, id, &member).await? {
        return Err(Error::conflict(format!("{} is in {} already. Nothing was changed.", member.name, group.name)));
    }
    // What SCIM shows of a managed group is as it was.
    if !group.source.is_managed() {
        bump(tx, id).await?;
    }
    let mut after = Some(member.told());
    effects.tell(tx, &mut after).await?;
    record(tx, actor, &group, "group.member_added", None, after).await?;
    Ok((group, member))
}

async fn require_no_circle(tx: &mut Tx, group: &Target, member: &Candidate) -> Result<()> {
    match way_down(tx, member, group.id.as_str()).await? {
        None => Ok(()),
        Some(way) => Err(Error::conflict(format!(
            "The group {} would contain itself: {}. Nothing was changed; take one of these groups out of the other first.",
            group.name,
            way.join(" contains ")
        ))),
    }
}

/// The names from a group down to another one that lies in it, or is the same.
async fn way_down(tx: &mut Tx, from: &Candidate, to: &str) -> Result<Option<Vec<String>>> {
    let mut above: HashMap<String, Option<String>> = HashMap::from([(from.id.clone(), None)]);
    let mut names = HashMap::from([(from.id.clone(), from.name.clone())]);
    let mut level = VecDeque::from([from.id.clone()]);
    while !level.is_empty() && !above.contains_key(to) {
        let asked: Vec<String> = level.drain(..).collect();
        for (group, child, name) in store::nested(tx, &asked).await? {
            if !above.contains_key(&child) {
                above.insert(child.clone(), Some(group));
                names.insert(child.clone(), name);
                level.push_back(child);
            }
        }
    }
    if !above.contains_key(to) {
        return Ok(None);
    }
    let mut way = Vec::new();
    let mut at = Some(to.to_string());
    while let Some(id) = at {
        way.extend(names.get(&id).map(|name| format!("“{name}”")));
        at = above.get(&id).cloned().flatten();
    }
    way.reverse();
    Ok(Some(way))
}
