//! Giving a temporary grant a later end.

use super::model::{Grant, Terms};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent};
use crate::id::{GrantId, OrganizationId};

/// Moves the end of a direct grant to a later moment, or takes the end away.
///
/// # Errors
/// [`Error::NotFound`] for another organization's grant and for one that is no direct one, [`Error::Conflict`] for one that has ended or has no end,
/// [`Error::Invalid`] at `lasts` for an earlier end.
pub async fn extend(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &GrantId,
    terms: &Terms,
) -> Result<Grant> {
    actor.require_admin(organization)?;
    store::lock(tx, id).await?;
    let grant = store::find(tx, organization, id).await?.filter(|grant| grant.origin == "direct");
    let grant = grant.ok_or(Error::NotFound("grant"))?;
    let Some(end) = &grant.expires_at else {
        return Err(Error::conflict("This grant has no end. Nothing was changed."));
    };
    if grant.has_ended(&tx.now()) {
        return Err(Error::conflict("This grant has ended meanwhile. Nothing was changed; give the role again."));
    }
    if terms.expires_at.as_ref().is_some_and(|later| later <= end) {
        return Err(Error::invalid("lasts", "It lasts longer than that already. Choose a later end, or end it now."));
    }
    store::set_end(tx, id, terms.expires_at.as_ref()).await?;
    let extended = Grant { expires_at: terms.expires_at.clone(), ..grant.clone() };
    let event = NewEvent {
        organization,
        kind: "role.extended",
        subject: grant.subject(),
        before: Some(grant.told()),
        after: Some(extended.told()),
    };
    events::record(tx, actor, event).await?;
    Ok(extended)
}

/// The grant of a group that becomes the role itself lasts as long as the group: an end that it had goes.
pub(in crate::access) async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &GrantId,
) -> Result<()> {
    let grant = store::find(tx, organization, id).await?.ok_or(Error::NotFound("grant"))?;
    if grant.expires_at.is_none() {
        return Ok(());
    }
    store::set_end(tx, id, None).await?;
    let kept = Grant { expires_at: None, ..grant.clone() };
    let (before, after) = (Some(grant.told()), Some(kept.told()));
    let event = NewEvent { organization, kind: "role.extended", subject: grant.subject(), before, after };
    events::record(tx, actor, event).await
}
