//! Taking somebody out of a group, whom an admin put there.

use super::effects::Effects;
use super::model::{Candidate, Target};
use super::{record, store};
use crate::access::levels;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::groups::store::bump;
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId, UserId};

/// Ends a membership of ours.
///
/// # Errors
/// [`Error::NotFound`] if there is no such membership, [`Error::Forbidden`] for one that an identity provider made, and to all
/// but owners where the group makes admins.
pub async fn remove_member(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &GroupId,
    member: &str,
) -> Result<(Target, Candidate)> {
    actor.require_admin(organization)?;
    let group = store::lock(tx, organization, id).await?.ok_or(Error::NotFound("group"))?;
    let member = UserId::parse(member).ok_or(Error::NotFound("member"))?;
    let member = store::candidate(tx, organization, member.as_str()).await?.ok_or(Error::NotFound("member"))?;
    let source = store::membership(tx, id, &member.id).await?.ok_or(Error::NotFound("member"))?;
    if source.is_managed() {
        return Err(Error::forbidden(format!(
            "An identity provider put {} into {}. Nothing was changed here; take them out there, and it arrives here.",
            member.name, group.name
        )));
    }
    levels::require_may_change(tx, actor, organization, id).await?;
    let effects = Effects::before_leaving(tx, id, &member).await?;
    store::delete_member(tx, id, &member.id).await?;
    if !group.source.is_managed() {
        bump(tx, id).await?;
    }
    let mut after = None;
    effects.tell(tx, &mut after).await?;
    record(tx, actor, &group, "group.member_removed", Some(member.told()), after).await?;
    Ok((group, member))
}
