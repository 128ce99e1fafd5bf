//! Making a local group.

use serde_json::json;

use super::model::{Target, read_name};
use super::{record, store};
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::Source;
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId};

/// Makes a group of that name, with nobody in it.
///
/// # Errors
/// [`Error::Invalid`] at `name`, one that another local group has among them; what [`Actor::require_admin`] says.
pub async fn create(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, typed_name: &str) -> Result<Target> {
    actor.require_admin(organization)?;
    let name = read_name(typed_name)?;
    require_free(tx, organization, None, &name).await?;
    let id = store::insert(tx, organization, &name).await?;
    let group = Target { id, organization: organization.clone(), name, source: Source::Local };
    let after = Some(json!({ "displayName": group.name, "source": "local" }));
    record(tx, actor, &group, "group.created", None, after).await?;
    Ok(group)
}

pub(super) async fn require_free(
    tx: &mut Tx,
    organization: &OrganizationId,
    own: Option<&GroupId>,
    name: &str,
) -> Result<()> {
    match store::find_by_name(tx, organization, name).await? {
        Some((id, taken)) if own != Some(&id) => {
            Err(Error::invalid("name", format!("There is a local group “{taken}” already. Nothing was changed.")))
        }
        _ => Ok(()),
    }
}
