//! How people are synced: by SCIM, at sign-in, or not at all.

use serde_json::json;

use super::model::{Connection, DirectoryState, SyncMode};
use super::{store, tokens};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};

/// Turns the SCIM half on, or off with its tokens revoked; people stay as they are.
pub async fn choose_sync(tx: &mut Tx, actor: &Actor, connection: &Connection, mode: SyncMode) -> Result<()> {
    let organization = &connection.organization_id;
    actor.require_admin(organization)?;
    if connection.sync_mode == mode {
        return Ok(());
    }
    let directory = store::directory(tx, &connection.id).await?.ok_or(Error::NotFound("directory"))?;
    let revoked = match mode {
        SyncMode::Scim => {
            store::save_directory_state(tx, &directory.id, DirectoryState::On).await?;
            0
        }
        SyncMode::OnSignIn | SyncMode::None => {
            store::save_directory_state(tx, &directory.id, DirectoryState::Off).await?;
            tokens::revoke_all(tx, &directory.id).await?
        }
    };
    store::save_sync_mode(tx, &connection.id, mode).await?;
    let event = NewEvent {
        organization,
        kind: "connection.sync_changed",
        subject: Subject::connection(&connection.id, &connection.name),
        before: Some(json!({ "sync_mode": connection.sync_mode.as_str() })),
        after: Some(json!({ "sync_mode": mode.as_str(), "tokens_revoked": revoked })),
    };
    events::record(tx, actor, event).await
}
