//! Suspending: ours to do and ours to lift. An identity provider's next PUT changes nothing about it.

use serde_json::json;

use super::{is_self, lock, operator, require_power_over, store};
use crate::access::roles::effects::Before;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::brake;
use crate::directory::users::{User, break_glass};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};
use crate::sessions::{self, Ended};

const REASON_LIMIT: usize = 500;

/// What a suspension did.
#[derive(Debug)]
pub struct Suspended {
    pub user: User,
    pub ended: Ended,
}

/// Takes access from the person until somebody lifts it: sessions end now, roles are not held, grants and memberships are kept.
///
/// # Errors
/// [`Error::Forbidden`] for oneself and, to admins, for owners; [`Error::Conflict`] for the suspended and for the last operator who is an owner;
/// [`Error::LastBreakGlassOwner`]; [`Error::Invalid`] at `reason`.
pub async fn suspend(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
    reason: &str,
) -> Result<Suspended> {
    actor.require_admin(organization)?;
    let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > REASON_LIMIT) {
        return Err(Error::invalid("reason", format!("At most {REASON_LIMIT} characters.")));
    }
    let user = lock(tx, organization, id).await?;
    require_power_over(actor, organization, &user)?;
    if is_self(actor, &user) {
        return Err(Error::forbidden("Nobody suspends themselves. Nothing was changed; ask another admin."));
    }
    if let Some(suspension) = &user.suspension {
        return Err(Error::conflict(format!(
            "{} was suspended by {} already. Nothing was changed.",
            user.display_name, suspension.by
        )));
    }
    break_glass::require_another(tx, &user).await?;
    operator::require_another(tx, &user).await?;
    let held = Before::of(tx, std::slice::from_ref(id)).await?;
    store::set_suspension(tx, id, actor.name(), reason).await?;
    let ended = sessions::revoke_all(tx, id).await?;
    let mut after = json!({ "suspended": true, "reason": reason });
    ended.tell(&mut after);
    let mut after = Some(after);
    held.effects(tx).await?.tell(id, &mut after);
    let event = NewEvent {
        organization,
        kind: "user.suspended",
        subject: Subject::user(id, &user.display_name),
        before: Some(json!({ "suspended": false })),
        after,
    };
    events::record(tx, actor, event).await?;
    Ok(Suspended { user, ended })
}

/// Gives access back, as far as the identity provider has not taken it too.
///
/// # Errors
/// [`Error::Forbidden`] to admins for owners, [`Error::Conflict`] for whoever is not suspended.
pub async fn lift_suspension(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &UserId) -> Result<User> {
    actor.require_admin(organization)?;
    let user = lock(tx, organization, id).await?;
    require_power_over(actor, organization, &user)?;
    let Some(suspension) = &user.suspension else {
        return Err(Error::conflict(format!("{} is not suspended any more. Nothing was changed.", user.display_name)));
    };
    let before = json!({ "suspended": true, "by": suspension.by, "reason": suspension.reason, "at": suspension.at });
    let held = Before::of(tx, std::slice::from_ref(id)).await?;
    store::clear_suspension(tx, id).await?;
    brake::came_back(tx, id).await?;
    let mut after = Some(json!({ "suspended": false }));
    held.effects(tx).await?.tell(id, &mut after);
    let event = NewEvent {
        organization,
        kind: "user.suspension_lifted",
        subject: Subject::user(id, &user.display_name),
        before: Some(before),
        after,
    };
    events::record(tx, actor, event).await?;
    Ok(User { suspension: None, ..user })
}
