//! Giving a role to somebody.

use super::expire::sweep_user;
use super::model::{Grant, Terms};
use super::store;
use crate::access::roles;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent};
use crate::id::{OrganizationId, RoleId, UserId};
use crate::organizations;

/// Gives the person the role, for good or until a moment. Whoever may not sign in now is given it too, and holds it when they
/// may again. Admins give roles to themselves as well: the event says who it was.
///
/// # Errors
/// [`Error::NotFound`] when one of them is not this organization's, [`Error::Conflict`] when the role was given before.
pub async fn give(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    user: &UserId,
    role: &RoleId,
    terms: &Terms,
) -> Result<Grant> {
    actor.require_admin(organization)?;
    // Neither goes meanwhile: the role's deletion would not tell of this grant, and the person's would leave it behind.
    organizations::lock(tx, organization).await?;
    let person = users::lock(tx, organization, user).await?.ok_or(Error::NotFound("user"))?;
    let found = roles::find(tx, organization, role).await?.ok_or(Error::NotFound("role"))?;
    // What has ended without anybody noticing is in nobody's way.
    sweep_user(tx, user, role).await?;
    let Some(id) = store::insert(tx, organization, user, role, terms, actor.name()).await? else {
        return Err(Error::conflict(format!(
            "{} was given the role {} already. Nothing was changed; extend that grant, or end it.",
            person.display_name, found.name
        )));
    };
    let grant = store::find(tx, organization, &id).await?.ok_or_else(|| Error::internal("a new grant is gone"))?;
    let after = Some(grant.told());
    let event = NewEvent { organization, kind: "role.granted", subject: grant.subject(), before: None, after };
    events::record(tx, actor, event).await?;
    Ok(grant)
}
