//! What we decide about a person, whatever the identity provider says: the level, and whether access is suspended.

mod level;
mod store;
mod suspend;

pub use level::change_level;
pub use suspend::{lift_suspension, suspend};

use super::model::User;
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::Source;
use crate::error::{Error, Result};
use crate::id::{OrganizationId, UserId};

/// The person, while nobody else changes the standing of anybody in the organization.
async fn lock(tx: &mut Tx, organization: &OrganizationId, id: &UserId) -> Result<User> {
    store::lock_organization(tx, organization).await?;
    super::find(tx, organization, id).await?.ok_or(Error::NotFound("user"))
}

fn is_self(actor: &Actor, user: &User) -> bool {
    matches!(actor, Actor::Person { user: own, .. } if *own == user.id)
}

/// Refuses what would leave the organization without a break-glass owner: an active local owner who can sign in here.
async fn require_other_break_glass(tx: &mut Tx, user: &User) -> Result<()> {
    let breaks_glass = user.level == Level::Owner && user.source == Source::Local && user.may_sign_in();
    if !breaks_glass || !store::has_password(tx, &user.id).await? {
        return Ok(());
    }
    if store::other_break_glass_owners(tx, &user.organization_id, &user.id).await? > 0 {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "{} is the last active local owner who can sign in with a password: without one, nobody gets in when the identity \
         provider fails. Nothing was changed; make another local person an owner first.",
        user.display_name
    )))
}
