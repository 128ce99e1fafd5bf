//! A directory's own choices about how it answers, and its pause.

use serde::Deserialize;
use serde_json::{Value, json};

use super::model::{Connection, DirectoryState};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::aliases;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::DirectoryId;
use crate::provisioning::schemas;

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
    /// The URN of the extension by which identity aliases come.
    pub alias_schema: String,
}

/// The form as it was typed; what is ticked is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    pub restore_leavers: Option<String>,
    pub most_members_shown: String,
    pub create_unmatched: Option<String>,
    pub offers_roles: Option<String>,
    pub alias_schema: String,
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
            alias_schema: alias_schema(&self.alias_schema)?,
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
            "alias_schema": self.alias_schema,
        })
    }
}

/// A URN that is no standard's; an empty field means Muster's own.
fn alias_schema(typed: &str) -> Result<String> {
    let urn = typed.trim();
    if urn.is_empty() || urn.eq_ignore_ascii_case(aliases::SCHEMA) {
        return Ok(aliases::SCHEMA.to_string());
    }
    let wrong = |text: &str| Err(Error::invalid("alias_schema", text));
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '<' | '>' | ',' | '[' | ']');
    let parts: Vec<_> = urn.split(':').collect();
    let is_urn = parts.len() >= 3 && parts[0].eq_ignore_ascii_case("urn") && parts.iter().all(|part| !part.is_empty());
    if !is_urn || urn.len() > 200 || !urn.chars().all(plain) {
        return wrong(
            "Enter a URN of at most 200 characters, such as urn:example:params:scim:schemas:extension:2.0:User.",
        );
    }
    // RFC 7643 section 10 keeps this space for standards.
    if urn.to_ascii_lowercase().starts_with("urn:ietf:") {
        return wrong("This URN lies in the space of the standard. Enter the one that your provider sends.");
    }
    Ok(urn.to_string())
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
    if before.alias_schema != settings.alias_schema {
        if schemas::defines(tx, &connection.organization_id, &settings.alias_schema).await? {
            return Err(Error::invalid(
                "alias_schema",
                "A schema of your own has this URN. Nothing was changed; choose another.",
            ));
        }
        aliases::rename_schema(tx, directory, &before.alias_schema, &settings.alias_schema).await?;
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
