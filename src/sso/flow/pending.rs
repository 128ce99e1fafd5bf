//! Sign-ins that this browser has begun: kept in its session, each good for one answer.

use serde::{Deserialize, Serialize};
use time::Duration;
use tower_sessions::Session;

use crate::error::Result;
use crate::id::ConnectionId;
use crate::sessions::{ReturnTo, lost};
use crate::time::Timestamp;
use crate::vault;

const KEY: &str = "pending_sign_ins";
/// Long enough for a second factor that has to be found first.
const LIFETIME: Duration = Duration::minutes(15);
/// Tabs that one person may have open at the provider.
const AT_MOST: usize = 5;

/// What must be known again when the answer comes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pending {
    pub connection: ConnectionId,
    pub state: String,
    pub nonce: String,
    pub code_verifier: String,
    pub return_to: Option<String>,
    #[serde(default)]
    pub purpose: Purpose,
    pub started_at: Timestamp,
}

/// What the answer is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    #[default]
    SignIn,
    /// An admin looks at what the provider says; nobody is signed in by it.
    Test,
}

impl Pending {
    /// A new one, with secrets that nobody can guess.
    pub fn new(connection: ConnectionId, return_to: Option<&ReturnTo>, purpose: Purpose, now: Timestamp) -> Self {
        // RFC 7636 4.1: 43 to 128 characters of the unreserved ones.
        let secret = || vault::random_text(vault::BASE62, 48);
        Self {
            connection,
            state: secret(),
            nonce: secret(),
            code_verifier: secret(),
            return_to: return_to.map(|path| path.as_str().to_string()),
            purpose,
            started_at: now,
        }
    }

    pub async fn remember(self, session: &Session) -> Result<()> {
        let mut all = begun(session).await?;
        all.push(self);
        let surplus = all.len().saturating_sub(AT_MOST);
        all.drain(..surplus);
        session.insert(KEY, all).await.map_err(lost)
    }

    /// The one with this state, once. It is gone from the session before anything else happens: no state is used twice.
    pub async fn take(session: &Session, state: &str, now: &Timestamp) -> Result<Option<Self>> {
        let mut all = begun(session).await?;
        let Some(at) = all.iter().position(|one| vault::same(&one.state, state)) else { return Ok(None) };
        let taken = all.remove(at);
        session.insert(KEY, all).await.map_err(lost)?;
        session.save().await.map_err(lost)?;
        Ok(Some(taken).filter(|one| one.started_at.until(now) <= LIFETIME))
    }
}

async fn begun(session: &Session) -> Result<Vec<Pending>> {
    Ok(session.get(KEY).await.map_err(lost)?.unwrap_or_default())
}
