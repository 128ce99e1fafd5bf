//! What a person is signed in with, for themselves at `/me` and for admins on the person's page, and ending it there.

mod end;
mod store;
mod view;

pub use end::{end_all, end_cli_token, end_others, end_session};
pub use view::{session_list, terminal_list};

use super::lifetimes;
use crate::db::Tx;
use crate::directory::users::User;
use crate::error::Result;
use crate::id::{CliTokenId, SessionId};
use crate::time::Timestamp;

/// An open session. Its id opens nothing; the cookie's value, or its hash, never leaves the store.
#[derive(Debug, Clone)]
pub struct Open {
    pub id: SessionId,
    pub device: String,
    pub address: Option<String>,
    /// The name of the connection; `None` for a password.
    pub connection: Option<String>,
    pub since: Timestamp,
    pub last_seen: Timestamp,
    /// The one that is asking.
    pub this: bool,
}

/// A sign-in from a terminal that is good still.
#[derive(Debug, Clone)]
pub struct Terminal {
    pub id: CliTokenId,
    /// What the machine calls itself.
    pub device: String,
    pub address: Option<String>,
    pub connection: Option<String>,
    pub since: Timestamp,
    pub last_used: Option<Timestamp>,
    pub expires: Timestamp,
}

/// The person's open sessions, the one that was used last first; `asking` is the hash of the id of the one that asks.
pub async fn open_sessions(tx: &mut Tx, user: &User, asking: Option<&str>) -> Result<Vec<Open>> {
    let lifetime = lifetimes::lifetimes(tx, &user.organization_id).await?.of(user.level);
    store::sessions(tx, &user.id, lifetime, asking).await
}

/// The person's terminals, the newest first.
pub async fn terminals(tx: &mut Tx, user: &User) -> Result<Vec<Terminal>> {
    store::terminals(tx, &user.id).await
}
