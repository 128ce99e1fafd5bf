//! Deleting a local group: its memberships and the grants to it go with it, its members stay.

use serde_json::json;

use super::model::Target;
use super::{record, store};
use crate::access::levels::{self, Below};
use crate::access::roles::effects::{self, Without};
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::groups::leaving::leave_all;
use crate::directory::groups::store as rows;
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId};

/// Deletes the group. Returns what it was.
///
/// # Errors
/// [`Error::Forbidden`] for groups that an identity provider manages and, to all but owners, for those that make admins; what [`Actor::require_admin`] says.
pub async fn delete(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &GroupId) -> Result<Target> {
    actor.require_admin(organization)?;
    // The organization first: nesting changes one at a time.
    store::lock_organization(tx, organization).await?;
    let group = store::lock(tx, organization, id).await?.ok_or(Error::NotFound("group"))?;
    group.require_local()?;
    levels::require_may_change(tx, actor, organization, id).await?;
    let members = store::count_members(tx, id).await?;
    let roles = rows::granted_roles(tx, id).await?;
    let given = effects::roles_through(tx, id).await?;
    let lost = effects::through_group(tx, id, &given, Without::Group(id)).await?;
    let below = Below::of(tx, id, id).await?;
    leave_all(tx, actor, organization, id.as_str(), &group.name).await?;
    rows::delete(tx, id).await?;
    let before = json!({ "displayName": group.name, "member_count": members, "roles": roles, "source": "local" });
    let mut after = None;
    lost.tell_lost(&mut after);
    below.settle(tx, &mut after).await?;
    record(tx, actor, &group, "group.deleted", Some(before), after).await?;
    Ok(group)
}
