//! The end of every sign-in: it is written down, and the browser gets a session.

use serde_json::json;
use tower_sessions::Session;
use tower_sessions::session_store::Error::Backend;

use super::{Device, ReturnTo, lost, store};
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::users::User;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::ConnectionId;
use crate::organizations::Organization;

/// By what somebody proved who they are.
#[derive(Debug, Clone)]
pub enum How {
    Password,
    /// Through an identity provider: the connection and its name.
    Connection(ConnectionId, String),
}

/// Signs a person in who has been found, proven and allowed: records it, commits, then gives the browser a new session.
///
/// It takes the transaction whole because the session's row is written by the session store in one of its own, which on
/// SQLite would wait for this one for ever.
pub async fn sign_in(session: &Session, mut tx: Tx, user: &User, how: &How, device: Device) -> Result<()> {
    store::set_last_sign_in(&mut tx, &user.id).await?;
    let by = match how {
        How::Password => json!({ "by": "password" }),
        How::Connection(id, name) => json!({ "by": "connection", "connection": { "id": id, "name": name } }),
    };
    let event = NewEvent {
        organization: &user.organization_id,
        kind: "sign_in.succeeded",
        subject: Subject::user(&user.id, &user.display_name),
        before: None,
        after: Some(by),
    };
    events::record(&mut tx, &actor_of(user), event).await?;
    let now = tx.now();
    tx.commit().await?;
    open(session, user, how, device).await?;
    session.insert(store::SIGNED_IN_AT, now).await.map_err(lost)
}

/// What an id was known for before a sign-in, it is not known for afterwards (session fixation): a new id, empty.
async fn open(session: &Session, user: &User, how: &How, device: Device) -> Result<()> {
    session.cycle_id().await.map_err(lost)?;
    session.clear().await;
    session.insert(store::USER, &user.id).await.map_err(lost)?;
    session.insert(store::ORGANIZATION, &user.organization_id).await.map_err(lost)?;
    if let How::Connection(connection, _) = how {
        session.insert(store::CONNECTION, connection).await.map_err(lost)?;
    }
    session.insert(store::ADDRESS, device.address).await.map_err(lost)?;
    session.insert(store::USER_AGENT, device.user_agent).await.map_err(lost)?;
    // Now, not after the answer: whoever lost their access meanwhile is told so.
    let kept = session.save().await;
    if kept.is_err() {
        session.clear().await;
    }
    kept.map_err(refused_or_lost)
}

/// The store says in its own words that the person may not have a session any more.
fn refused_or_lost(error: tower_sessions::session::Error) -> Error {
    match &error {
        tower_sessions::session::Error::Store(Backend(text)) if text == store::NO_ACCESS => {
            Error::forbidden(store::NO_ACCESS)
        }
        _ => lost(error),
    }
}

pub(super) fn actor_of(user: &User) -> Actor {
    Actor::Person {
        user: user.id.clone(),
        organization: user.organization_id.clone(),
        level: user.level,
        name: user.display_name.clone(),
    }
}

/// Where a person goes after signing in: where they wanted to, else members to their account, others to the dashboard.
pub fn landing(user: &User, organization: &Organization, return_to: Option<&ReturnTo>) -> String {
    match (return_to, user.level) {
        (Some(wanted), _) => wanted.as_str().to_string(),
        (None, Level::Member) => "/me".to_string(),
        (None, Level::Admin | Level::Owner) => format!("/o/{}", organization.slug),
    }
}
