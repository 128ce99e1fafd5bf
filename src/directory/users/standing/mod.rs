//! What we decide about a person, whatever the identity provider says: the level, and whether access is suspended.

mod level;
mod operator;
mod store;
mod suspend;

pub use level::change_level;
pub(in crate::directory) use operator::require_another as require_another_operator;
pub(super) use operator::restore as restore_operator;
pub use operator::{make_operator, unmake_operator};
pub use suspend::{lift_suspension, suspend};

use super::model::User;
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{OrganizationId, UserId};
use crate::organizations;

/// The person, while nobody else changes the standing of anybody in the organization.
async fn lock(tx: &mut Tx, organization: &OrganizationId, id: &UserId) -> Result<User> {
    organizations::lock(tx, organization).await?;
    super::find(tx, organization, id).await?.ok_or(Error::NotFound("user"))
}

pub(super) fn is_self(actor: &Actor, user: &User) -> bool {
    matches!(actor, Actor::Person { user: own, .. } if *own == user.id)
}

/// Admins decide about everybody below owner, owners about everybody.
pub(super) fn require_power_over(actor: &Actor, organization: &OrganizationId, user: &User) -> Result<()> {
    if user.level == Level::Owner { actor.require_owner(organization) } else { Ok(()) }
}
