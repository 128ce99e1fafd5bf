//! Nobody locks everybody out by removing the connection through which they come in.

use super::{People, Sources, store};
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::Source;
use crate::directory::users;
use crate::error::{Error, Result};
use crate::id::OrganizationId;

/// Refuses a removal that takes access from whoever asks for it, or leaves no owner who can sign in.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Conflict`].
pub(super) async fn require_a_way_in(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    sources: &Sources,
    people: People,
) -> Result<()> {
    if people != People::Local && is_among(tx, actor, organization, sources).await? {
        return Err(Error::forbidden(
            "You are one of these people yourself, and nobody suspends or deletes themselves. Nothing was changed; make them local, or ask another owner.",
        ));
    }
    require_owner_left(tx, organization, sources, people).await
}

/// # Errors
/// [`Error::Conflict`] if no owner could sign in without the connection.
pub(super) async fn require_owner_left(
    tx: &mut Tx,
    organization: &OrganizationId,
    sources: &Sources,
    people: People,
) -> Result<()> {
    if store::owners_who_get_in(tx, organization, sources, people).await? == 0 {
        return Err(Error::conflict(
            "Without this connection no owner could sign in any more. Nothing was changed; invite a local owner first, and let them choose a password.",
        ));
    }
    Ok(())
}

async fn is_among(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, sources: &Sources) -> Result<bool> {
    let Actor::Person { user, .. } = actor else { return Ok(false) };
    let own = users::find(tx, organization, user).await?.map(|own| own.source);
    Ok(match own {
        Some(Source::Directory(directory)) => directory == sources.directory,
        Some(Source::SignIn(connection)) => connection == sources.connection,
        Some(Source::Local) | None => false,
    })
}
