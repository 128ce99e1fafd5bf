//! Ending what somebody is signed in with, all at once: sessions, sign-ins from a terminal and those under way.
//!
//! Called in the transaction of whatever takes the access away, so that there is no moment between the two. API keys end in
//! [`revoke_all`] too, and so will portal links, as soon as there are any.

mod store;

pub(super) use store::{delete_expired, was};

use serde_json::{Value, json};
use time::Duration;

use super::local::links;
use crate::api_keys;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{ConnectionId, SessionId, UserId};

/// What was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub sessions: u64,
    pub cli_tokens: u64,
    /// Invitations and other links that are good once: those for the person, and those that they made.
    pub links: u64,
    pub api_keys: u64,
    /// From the beginning of the transaction until everything was ended.
    pub took: Duration,
}

impl Ended {
    /// "2 sessions and 1 terminal"
    pub fn in_words(&self) -> String {
        let counts = [(self.cli_tokens, "terminal", "terminals"), (self.api_keys, "API key", "API keys")];
        let mut words = vec![counted(self.sessions, "session", "sessions")];
        words.extend(counts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(n, one, many)));
        match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => words.concat(),
        }
    }

    /// Says it in the `after` of an event.
    pub fn tell(&self, after: &mut Value) {
        after["sessions_ended"] = json!(self.sessions);
        after["cli_tokens_ended"] = json!(self.cli_tokens);
        after["links_ended"] = json!(self.links);
        after["api_keys_ended"] = json!(self.api_keys);
        after["took_ms"] = json!(self.took.whole_milliseconds() as i64);
    }
}

fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Ends everything that a person is signed in with, and the sign-ins from a terminal that they agreed to and that are still
/// under way. A sign-in through a browser that is under way finds no access at its end.
pub async fn end_sign_ins(tx: &mut Tx, user: &UserId) -> Result<Ended> {
    let sessions = store::end_sessions_of(tx, user).await?;
    let cli_tokens = store::end_cli_tokens_of(tx, user).await?;
    Ok(Ended { sessions, cli_tokens, links: 0, api_keys: 0, took: tx.elapsed() })
}

/// For whoever loses access: ends what they are signed in with and their API keys, and takes back the links for them and
/// those that they made; all of it for good.
pub async fn revoke_all(tx: &mut Tx, user: &UserId) -> Result<Ended> {
    let ended = end_sign_ins(tx, user).await?;
    let links = links::revoke(tx, user).await?;
    let api_keys = api_keys::revoke_all(tx, user).await?;
    Ok(Ended { links, api_keys, took: tx.elapsed(), ..ended })
}

/// Ends everything that came through a connection.
pub async fn revoke_connection(tx: &mut Tx, connection: &ConnectionId) -> Result<Ended> {
    let sessions = store::end_sessions_through(tx, connection).await?;
    let cli_tokens = store::end_cli_tokens_through(tx, connection).await?;
    Ok(Ended { sessions, cli_tokens, links: 0, api_keys: 0, took: tx.elapsed() })
}

/// Ends the sessions that the provider of a connection calls by this name (`sid`). Returns whose they were, one for each.
pub async fn end_provider_session(tx: &mut Tx, connection: &ConnectionId, sid: &str) -> Result<Vec<UserId>> {
    store::end_provider_session(tx, connection, sid).await
}

/// As [`end_sign_ins`], but for the session that asks for it.
pub(super) async fn revoke_others(tx: &mut Tx, user: &UserId, asking: &str) -> Result<Ended> {
    let sessions = store::end_other_sessions_of(tx, user, asking).await?;
    let cli_tokens = store::end_cli_tokens_of(tx, user).await?;
    Ok(Ended { sessions, cli_tokens, links: 0, api_keys: 0, took: tx.elapsed() })
}

/// Ends one session. `None` if the person has no such one.
pub(super) async fn revoke_one(tx: &mut Tx, user: &UserId, id: &SessionId) -> Result<Option<store::Gone>> {
    let Some(gone) = store::session(tx, user, id).await? else { return Ok(None) };
    store::end_session(tx, &gone.id_hash).await?;
    Ok(Some(gone))
}
