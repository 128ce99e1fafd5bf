//! Whether a directory sees the local members and admins of its organization, and may take them over.

use serde_json::json;

use super::model::{Connection, Directory};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::id::DirectoryId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalPeople {
    /// A provider finds, links and imports them.
    Offered,
    /// For the provider there are none.
    Hidden,
}

impl LocalPeople {
    /// A checkbox as it was sent.
    pub fn of(tick: Option<&str>) -> Self {
        if tick.is_some() { Self::Offered } else { Self::Hidden }
    }

    pub fn are_offered(self) -> bool {
        self == Self::Offered
    }
}

/// What the directory sees of local people.
pub async fn local_people(tx: &mut Tx, directory: &DirectoryId) -> Result<LocalPeople> {
    store::local_people(tx, directory).await
}

/// Chooses what the directory sees; what is as it was is no event.
pub async fn offer_local_people(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &Directory,
    choice: LocalPeople,
) -> Result<()> {
    let organization = &connection.organization_id;
    actor.require_admin(organization)?;
    let before = store::local_people(tx, &directory.id).await?;
    if before == choice {
        return Ok(());
    }
    store::save_local_people(tx, &directory.id, choice).await?;
    let event = NewEvent {
        organization,
        kind: "directory.settings_changed",
        subject: Subject::connection(&connection.id, &connection.name),
        before: Some(json!({ "take_over_local": before.are_offered() })),
        after: Some(json!({ "take_over_local": choice.are_offered() })),
    };
    events::record(tx, actor, event).await
}
