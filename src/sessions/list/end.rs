//! Ending what somebody is signed in with: one's own, or as an admin another person's.

use serde_json::{Value, json};

use super::store;
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::users::{self, User};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{CliTokenId, OrganizationId, SessionId, UserId};
use crate::sessions::device;
use crate::sessions::ending::{self, Ended};

/// Ends one session.
///
/// # Errors
/// [`Error::NotFound`] if the person has no such one; [`Error::Forbidden`] to members for others, to admins for owners.
pub async fn end_session(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    user: &UserId,
    id: &str,
) -> Result<()> {
    let user = require_power(tx, actor, organization, user).await?;
    let id = SessionId::parse(id).ok_or(Error::NotFound("session"))?;
    let gone = ending::revoke_one(tx, &user.id, &id).await?.ok_or(Error::NotFound("session"))?;
    let device = device::describe_or_unknown(gone.user_agent.as_deref());
    let before = json!({ "session": id, "device": device, "address": gone.address });
    let mut after = json!({});
    Ended { sessions: 1, cli_tokens: 0, links: 0, api_keys: 0, took: tx.elapsed() }.tell(&mut after);
    record(tx, actor, &user, "session.ended", Some(before), Some(after)).await
}

/// Ends one sign-in from a terminal.
///
/// # Errors
/// As [`end_session`].
pub async fn end_cli_token(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    user: &UserId,
    id: &str,
) -> Result<()> {
    let user = require_power(tx, actor, organization, user).await?;
    let missing = || Error::NotFound("sign-in from a terminal");
    let id = CliTokenId::parse(id).ok_or_else(missing)?;
    let gone = store::terminal(tx, &user.id, &id).await?.ok_or_else(missing)?;
    store::end_terminal(tx, &id).await?;
    let before = json!({ "cli_token": id, "device": gone.device, "address": gone.address });
    record(tx, actor, &user, "cli.revoked", Some(before), None).await
}

/// Ends everything that a person is signed in with.
///
/// # Errors
/// As [`end_session`].
pub async fn end_all(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, user: &UserId) -> Result<Ended> {
    let user = require_power(tx, actor, organization, user).await?;
    let ended = ending::end_sign_ins(tx, &user.id).await?;
    record_all(tx, actor, &user, ended).await
}

/// Ends everything that a person is signed in with but the session that asks, told by the hash of its id.
///
/// # Errors
/// As [`end_session`].
pub async fn end_others(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    user: &UserId,
    asking: &str,
) -> Result<Ended> {
    let user = require_power(tx, actor, organization, user).await?;
    let ended = ending::revoke_others(tx, &user.id, asking).await?;
    record_all(tx, actor, &user, ended).await
}

/// Everybody decides about their own, admins about everybody's below owner, owners about everybody's.
async fn require_power(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &UserId) -> Result<User> {
    let own = matches!(actor, Actor::Person { user, organization: home, .. } if user == id && home == organization);
    if !own {
        actor.require_admin(organization)?;
    }
    let user = users::find(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
    if !own && user.level == Level::Owner {
        actor.require_owner(organization)?;
    }
    Ok(user)
}

/// Where nothing was open, nothing happened.
async fn record_all(tx: &mut Tx, actor: &Actor, user: &User, ended: Ended) -> Result<Ended> {
    if ended.sessions + ended.cli_tokens > 0 {
        let mut after = json!({});
        ended.tell(&mut after);
        record(tx, actor, user, "session.all_ended", None, Some(after)).await?;
    }
    Ok(ended)
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    user: &User,
    kind: &'static str,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let subject = Subject::user(&user.id, &user.display_name);
    events::record(tx, actor, NewEvent { organization: &user.organization_id, kind, subject, before, after }).await
}
