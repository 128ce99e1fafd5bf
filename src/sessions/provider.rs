//! What a session keeps of the identity provider that it came by, so that signing out can reach both.

use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::{lost, store};
use crate::error::Result;
use crate::id::ConnectionId;

const HINT: &str = "logout_hint";
const LEFT: &str = "left";

/// The provider that somebody has just left Muster by, but who still knows them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Left {
    pub connection: ConnectionId,
    /// Whom to sign out there: the name that they have there. The ID token is not kept for this.
    pub hint: Option<String>,
}

/// Keeps the provider's name for a session that was opened a moment ago, in the same request.
pub async fn remember_provider(session: &Session, sid: Option<&str>, hint: Option<&str>) -> Result<()> {
    session.insert(store::PROVIDER_SESSION, sid).await.map_err(lost)?;
    session.insert(HINT, hint).await.map_err(lost)
}

pub(super) async fn came_by(session: &Session) -> Result<Option<Left>> {
    let connection = session.get::<ConnectionId>(store::CONNECTION).await.map_err(lost)?;
    let hint = session.get::<Option<String>>(HINT).await.map_err(lost)?.flatten();
    Ok(connection.map(|connection| Left { connection, hint }))
}

/// After the end of the session: the next page may offer to sign out there too.
pub(super) async fn leave(session: &Session, left: &Left) -> Result<()> {
    session.insert(LEFT, left).await.map_err(lost)
}

/// What [`leave`] kept, once.
pub async fn just_left(session: &Session) -> Result<Option<Left>> {
    session.remove(LEFT).await.map_err(lost)
}
