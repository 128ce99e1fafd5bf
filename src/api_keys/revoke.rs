//! Ending keys, for good.

use super::create::told;
use super::model::ApiKey;
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::User;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{ApiKeyId, UserId};

/// Ends one key at once; one that was revoked before is no event.
///
/// # Errors
/// [`Error::NotFound`] if the account has no such key; what [`Actor::require_admin`] says.
pub async fn revoke(tx: &mut Tx, actor: &Actor, user: &User, id: &ApiKeyId) -> Result<ApiKey> {
    actor.require_admin(&user.organization_id)?;
    let key = store::find(tx, &user.id, id).await?.ok_or(Error::NotFound("API key"))?;
    if key.revoked_at.is_some() {
        return Ok(key);
    }
    store::revoke(tx, id).await?;
    let event = NewEvent {
        organization: &user.organization_id,
        kind: "api_key.revoked",
        subject: Subject::user(&user.id, &user.display_name),
        before: Some(told(&key)),
        after: None,
    };
    events::record(tx, actor, event).await?;
    Ok(key)
}

/// For whoever loses access: ends every key that is live. Returns how many there were; the caller's event says so.
pub async fn revoke_all(tx: &mut Tx, user: &UserId) -> Result<u64> {
    store::revoke_all(tx, user).await
}
