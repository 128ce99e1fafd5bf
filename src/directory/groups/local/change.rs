//! Renaming a local group.

use serde_json::json;

use super::create::require_free;
use super::model::{Target, read_name};
use super::{record, store};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId};

/// Gives the group another name; the same again is no event.
///
/// # Errors
/// [`Error::Invalid`] at `name`, [`Error::Forbidden`] for groups that an identity provider manages.
pub async fn rename(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &GroupId,
    typed_name: &str,
) -> Result<Target> {
    actor.require_admin(organization)?;
    let group = store::lock(tx, organization, id).await?.ok_or(Error::NotFound("group"))?;
    group.require_local()?;
    let name = read_name(typed_name)?;
    if name == group.name {
        return Ok(group);
    }
    require_free(tx, organization, Some(id), &name).await?;
    store::rename(tx, id, &name).await?;
    let (before, after) = (json!({ "displayName": group.name }), json!({ "displayName": name }));
    let group = Target { name, ..group };
    record(tx, actor, &group, "group.updated", Some(before), Some(after)).await?;
    Ok(group)
}
