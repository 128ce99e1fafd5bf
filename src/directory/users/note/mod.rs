//! A note about a user: ours, whoever manages them.

mod pages;
pub mod routes;
mod store;

pub(super) use pages::{NotePart, note_card};

use serde_json::json;

use super::{User, find};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};

const LIMIT: usize = 2000;

/// Puts this text in the place of the note; an empty one takes it away, and the same again is no event.
///
/// # Errors
/// [`Error::Invalid`] at `note`; what [`Actor::require_admin`] says.
pub async fn set_note(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
    typed: &str,
) -> Result<User> {
    actor.require_admin(organization)?;
    // Browsers send line ends as CR LF.
    let note = typed.replace("\r\n", "\n");
    let note = Some(note.trim()).filter(|note| !note.is_empty()).map(str::to_string);
    if note.as_ref().is_some_and(|note| note.chars().count() > LIMIT || note.contains('\0')) {
        return Err(Error::invalid("note", format!("At most {LIMIT} characters.")));
    }
    let user = find(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
    if user.note == note {
        return Ok(user);
    }
    store::set(tx, id, note.as_deref()).await?;
    let event = NewEvent {
        organization,
        kind: "user.note_changed",
        subject: Subject::user(id, &user.display_name),
        before: Some(json!({ "note": user.note })),
        after: Some(json!({ "note": note })),
    };
    events::record(tx, actor, event).await?;
    Ok(User { note, ..user })
}
