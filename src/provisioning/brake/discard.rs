//! Keeping people as they are: everything that waits is forgotten.

use serde_json::json;

use super::pending::store::{self as pending, Totals};
use super::release::require_held;
use super::store;
use crate::actor::Actor;
use crate::app::App;
use crate::connections::Connection;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::id::DirectoryId;

/// How much was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discarded {
    pub changes: i64,
    /// Who keeps their access by that.
    pub people: i64,
    /// Came after the owner had looked: the brake stays closed.
    pub left: i64,
}

/// Forgets what waits up to the place that the owner has seen, and opens the brake if nothing else waits by then. Who lost access within the window still counts: if the identity provider repeats
/// what it asked, the brake closes again.
///
/// # Errors
/// [`crate::error::Error::Forbidden`] for all but owners, [`crate::error::Error::Conflict`] where nothing is held back.
pub async fn discard(
    app: &App,
    actor: &Actor,
    connection: &Connection,
    directory: &DirectoryId,
    seen: i64,
) -> Result<Discarded> {
    actor.require_owner(&connection.organization_id)?;
    require_held(app, directory).await?;
    let mut tx = app.db.write().await?;
    store::lock(&mut tx, directory).await?;
    let Totals { changes, people, .. } = pending::totals(&mut tx, directory, seen).await?;
    pending::remove_up_to(&mut tx, directory, seen).await?;
    let left = pending::count_behind(&mut tx, directory, seen).await?;
    if left == 0 {
        store::open(&mut tx, directory).await?;
    }
    let event = NewEvent {
        organization: &connection.organization_id,
        kind: "brake.kept",
        subject: Subject::connection(&connection.id, &connection.name),
        before: Some(json!({ "closed": true, "changes": changes, "people": people })),
        after: Some(json!({ "closed": left > 0, "left": left })),
    };
    events::record(&mut tx, actor, event).await?;
    tx.commit().await?;
    Ok(Discarded { changes, people, left })
}
