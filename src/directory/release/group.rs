//! Releasing one group.

use serde_json::{Value, json};

use super::choices::free_name;
use super::{Groups, store};
use crate::access::levels;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::groups::{self, as_roles};
use crate::directory::{Source, origins, values};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{GroupId, OrganizationId};
use crate::organizations;

/// A group as far as its release goes.
#[derive(Debug, Clone)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    pub source: Source,
    pub external_id: Option<String>,
}

/// Makes a group ours, together with the groups that it is nested with (nesting stays within one source), or removes it.
/// Returns the groups that were released.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] for local groups; [`Error::Forbidden`] to members, and to all but owners where the
/// group makes admins.
pub async fn release_group(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &GroupId,
    choice: Groups,
) -> Result<Vec<Group>> {
    actor.require_admin(organization)?;
    // Its role, if it owns one, becomes one of the organization's own.
    organizations::lock(tx, organization).await?;
    let group = store::lock_group(tx, organization, id).await?.ok_or(Error::NotFound("group"))?;
    levels::require_may_change(tx, actor, organization, id).await?;
    if !group.source.is_managed() {
        return Err(Error::conflict(format!("{} is local already. Nothing was changed.", group.name)));
    }
    let from = origins(tx, organization).await?.name(&group.source).to_string();
    let together = match choice {
        Groups::Local => store::nested_with(tx, organization, &group).await?,
        Groups::Deleted => vec![group],
    };
    for group in &together {
        match choice {
            Groups::Local => {
                store::localize_memberships_in(tx, group).await?;
                to_local(tx, actor, organization, group, &from).await?;
            }
            Groups::Deleted => delete(tx, actor, organization, group, &from).await?,
        }
    }
    // A role that a group owned is local now, and may be shown to other directories.
    as_roles::bring_up_to_date(tx, organization).await?;
    Ok(together)
}

/// The group becomes local, with a name that is free there; its memberships are the caller's.
pub(super) async fn to_local(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    group: &Group,
    from: &str,
) -> Result<()> {
    let taken = store::local_group_names_like(tx, organization, &group.name).await?;
    let name = free_name(&group.name, &taken, muster_scim::compare::fold);
    store::make_group_local(tx, &group.id, &name).await?;
    values::remove(tx, group.id.as_str()).await?;
    let mut before = json!({ "source": group.source.to_string(), "externalId": group.external_id, "from": from });
    let mut after = json!({ "source": "local" });
    if name != group.name {
        before["displayName"] = json!(group.name);
        after["displayName"] = json!(name);
    }
    record(tx, actor, organization, "group.released", Subject::group(&group.id, name), before, Some(after)).await
}

/// Removes the group: memberships and grants go with it, its members stay.
pub(super) async fn delete(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    group: &Group,
    from: &str,
) -> Result<()> {
    let members = store::count_members(tx, &group.id).await?;
    let told = json!({
        "displayName": group.name, "externalId": group.external_id, "member_count": members, "from": from,
    });
    groups::remove(tx, actor, organization, &group.id, &group.name, told).await
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    kind: &'static str,
    subject: Subject,
    before: Value,
    after: Option<Value>,
) -> Result<()> {
    events::record(tx, actor, NewEvent { organization, kind, subject, before: Some(before), after }).await
}
