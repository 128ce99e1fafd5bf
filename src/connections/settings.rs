//! A directory's own choices about how it answers, and its pause.

use serde::Deserialize;
use serde_json::{Value, json};

use super::model::{Connection, DirectoryState};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::DirectoryId;

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Settings {
    /// A create that means a deactivated person brings them back.
    pub restore_leavers: bool,
    /// Above this many members a group's PATCH is answered by 204.
    pub most_members_shown: i64,
    /// A PATCH's value path that matches nothing creates what it describes, also where it is no canonical value.
    pub create_unmatched: bool,
    /// Okta's entitlements flavour: `/Roles`.
    pub offers_roles: bool,
}

/// The form as it was typed; what is ticked is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    pub restore_leavers: Option<String>,
    pub most_members_shown: String,
    pub create_unmatched: Option<String>,
    pub offers_roles: Option<String>,
}

impl SettingsForm {
    fn read(&self) -> Result<Settings> {
        let number =
            self.most_members_shown.trim().parse::<i64>().ok().filter(|number| (0..=1_000_000).contains(number));
        Ok(Settings {
            restore_leavers: self.restore_leavers.is_some(),
            most_members_shown: number
                .ok_or_else(|| Error::invalid("most_members_shown", "Use a whole number from 0 to 1 000 000."))?,
            create_unmatched: self.create_unmatched.is_some(),
            offers_roles: self.offers_roles.is_some(),
        })
    }
}

impl Settings {
    fn told(&self) -> Value {
        json!({
            "restore_leavers": self.restore_leavers,
            "most_members_shown": self.most_members_shown,
            "create_unmatched": self.create_unmatched,
            "offers_roles": self.offers_roles,
        })
    }
}

/// The directory's choices.
pub async fn settings(tx: &mut Tx, directory: &DirectoryId) -> Result<Settings> {
    store::settings(tx, directory).await
}

/// Keeps other choices; what is as it was is no event.
///
/// # Errors
/// [`Error::Invalid`] for a number that is none.
pub async fn change_settings(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &DirectoryId,
    form: &SettingsForm,
) -> Result<()> {
    actor.require_admin(&connection.organization_id)?;
    let settings = form.read()?;
    let before = store::settings(tx, directory).await?;
    if before == settings {
        return Ok(());
    }
    store::save_settings(tx, directory, &settings).await?;
    record(tx, actor, connection, "directory.settings_changed", before.told(), settings.told()).await
}

/// Holds provisioning up, or lets it go on: a paused directory refuses every call and says so.
///
/// # Errors
/// [`Error::Conflict`] where SCIM is off.
pub async fn pause(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &DirectoryId,
    state: DirectoryState,
) -> Result<()> {
    actor.require_admin(&connection.organization_id)?;
    let before = store::directory(tx, &connection.id).await?.ok_or(Error::NotFound("directory"))?.state;
    if before == DirectoryState::Off {
        return Err(Error::conflict(
            "SCIM is off for this connection, so that there is nothing to hold up. Nothing was changed.",
        ));
    }
    if before == state {
        return Ok(());
    }
    store::save_directory_state(tx, directory, state).await?;
    let kind = if state == DirectoryState::Paused { "directory.paused" } else { "directory.resumed" };
    record(tx, actor, connection, kind, json!({ "state": before.as_str() }), json!({ "state": state.as_str() })).await
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    kind: &'static str,
    before: Value,
    after: Value,
) -> Result<()> {
    let subject = Subject::connection(&connection.id, &connection.name);
    let organization = &connection.organization_id;
    events::record(tx, actor, NewEvent { organization, kind, subject, before: Some(before), after: Some(after) }).await
}
