//! Ending a direct grant before its time.

use super::model::Grant;
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent};
use crate::id::{GrantId, OrganizationId};

/// Takes a role from the person to whom it was given here; through groups they may hold it still.
///
/// # Errors
/// [`Error::NotFound`] for another organization's grant and for one that is no direct one; [`Error::Conflict`] for one that has
/// ended by itself.
pub async fn end(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &GrantId) -> Result<Grant> {
    actor.require_admin(organization)?;
    let grant = store::find(tx, organization, id).await?.filter(|grant| grant.origin == "direct");
    let grant = grant.ok_or(Error::NotFound("grant"))?;
    if grant.has_ended(&tx.now()) {
        return Err(Error::conflict("This grant has ended by itself meanwhile. Nothing was changed."));
    }
    if store::delete(tx, std::slice::from_ref(id)).await?.is_empty() {
        return Err(Error::NotFound("grant"));
    }
    let before = Some(grant.told());
    let event = NewEvent { organization, kind: "role.revoked", subject: grant.subject(), before, after: None };
    events::record(tx, actor, event).await?;
    Ok(grant)
}
