//! Making members admins and owners, and back.

use serde_json::json;

use super::{is_self, lock, operator, store};
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::users::{User, break_glass, find};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};
use crate::sessions;
use crate::sessions::local::links as once;
use crate::sso::links;

/// Gives the person this level of their own; what a group gives them stays. The same level again is no event. Above member, the sign-in link no longer follows externalId:
/// otherwise whoever holds a SCIM token could write their own subject onto an admin.
///
/// # Errors
/// [`Error::Forbidden`] for all but owners and for one's own level, [`Error::Conflict`] for service accounts and
/// for the last operator who is an owner, [`Error::LastBreakGlassOwner`].
pub async fn change_level(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
    level: Level,
) -> Result<User> {
    actor.require_owner(organization)?;
    let user = lock(tx, organization, id).await?;
    if user.own_level == level {
        return Ok(user);
    }
    if user.is_service() {
        return Err(Error::conflict(format!(
            "{} is a service account, a program that no level lets in. Nothing was changed; give it roles and API keys instead.",
            user.display_name
        )));
    }
    if is_self(actor, &user) {
        return Err(Error::forbidden("Nobody changes their own level. Nothing was changed; ask another owner."));
    }
    if level < Level::Owner {
        break_glass::require_another(tx, &user).await?;
        operator::require_another(tx, &user).await?;
    }
    store::set_level(tx, id, level).await?;
    // An admin's link for a member must not open an owner's account; and who was an admin leaves no links behind.
    if level > user.own_level {
        once::revoke_for(tx, id).await?
    } else {
        once::revoke(tx, id).await?
    };
    if level > Level::Member {
        links::pin(tx, id).await?;
    }
    // Nothing that was opened at the former level goes on at the new one: the person signs in again, under a new id.
    let ended = sessions::end_sign_ins(tx, id).await?;
    let mut after = json!({ "level": level.as_str() });
    ended.tell(&mut after);
    let event = NewEvent {
        organization,
        kind: "user.level_changed",
        subject: Subject::user(id, &user.display_name),
        before: Some(json!({ "level": user.own_level.as_str() })),
        after: Some(after),
    };
    events::record(tx, actor, event).await?;
    if user.operator && level == Level::Member {
        operator::end(tx, actor, &user).await?;
    }
    find(tx, organization, id).await?.ok_or(Error::NotFound("user"))
}
