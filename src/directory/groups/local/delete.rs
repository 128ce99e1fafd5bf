//! Deleting a local group: its memberships and the grants to it go with it, its members stay.

use serde_json::json;

use super::model::Target;
use super::store;
use crate::access::levels;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::groups::removal;
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId};
use crate::organizations;

/// Deletes the group. Returns what it was.
///
/// # Errors
/// [`Error::Forbidden`] for groups that an identity provider manages and, to all but owners, for those that make admins; what [`Actor::require_admin`] says.
pub async fn delete(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &GroupId) -> Result<Target> {
    actor.require_admin(organization)?;
    // The organization first: nesting changes one at a time.
    organizations::lock(tx, organization).await?;
    let group = store::lock(tx, organization, id).await?.ok_or(Error::NotFound("group"))?;
    group.require_local()?;
    levels::require_may_change(tx, actor, organization, id).await?;
    let members = store::count_members(tx, id).await?;
    let told = json!({ "displayName": group.name, "member_count": members, "source": "local" });
    removal::remove(tx, actor, organization, id, &group.name, told).await?;
    Ok(group)
}
