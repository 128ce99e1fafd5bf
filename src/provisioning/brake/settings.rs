//! A directory's own limits, or none.

use serde::Deserialize;
use serde_json::{Value, json};

use super::limits::Limits;
use super::store;
use crate::actor::Actor;
use crate::connections::Connection;
use crate::db::Tx;
use crate::error::{Error, Problems, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::DirectoryId;

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    pub is_on: bool,
    pub limits: Limits,
}

/// The form as it was typed; what is ticked is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BrakeForm {
    pub brake: Option<String>,
    pub brake_least: String,
    pub brake_percent: String,
}

impl From<Settings> for BrakeForm {
    fn from(settings: Settings) -> Self {
        Self {
            brake: settings.is_on.then(|| "on".to_string()),
            brake_least: settings.limits.least.to_string(),
            brake_percent: settings.limits.percent.to_string(),
        }
    }
}

impl BrakeForm {
    /// All that is wrong is told at once.
    fn read(&self) -> Result<Settings> {
        let mut problems = Problems::default();
        let mut number = |field, typed: &str, most: i64, told: &str| match typed.trim().parse() {
            Ok(number) if (0..=most).contains(&number) => number,
            _ => {
                problems.add(field, told);
                0
            }
        };
        let limits = Limits {
            least: number("brake_least", &self.brake_least, 1_000_000, "Use a whole number from 0 to 1 000 000."),
            percent: number("brake_percent", &self.brake_percent, 100, "Use a whole number from 0 to 100."),
        };
        problems.into_result()?;
        Ok(Settings { is_on: self.brake.is_some(), limits })
    }
}

impl Settings {
    fn told(self) -> Value {
        json!({ "brake": self.is_on, "brake_least": self.limits.least, "brake_percent": self.limits.percent })
    }
}

/// The directory's choices.
pub async fn settings(tx: &mut Tx, directory: &DirectoryId) -> Result<Settings> {
    let present = store::find(tx, directory).await?;
    Ok(Settings { is_on: present.is_on, limits: present.limits })
}

/// Keeps other choices; what is as it was is no event. Owners only, as with opening it: whoever could turn it off would need
/// nobody's release.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong, [`Error::Conflict`] while the brake is closed.
pub async fn change_settings(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &DirectoryId,
    form: &BrakeForm,
) -> Result<()> {
    actor.require_owner(&connection.organization_id)?;
    let settings = form.read()?;
    let present = store::lock(tx, directory).await?;
    let before = Settings { is_on: present.is_on, limits: present.limits };
    if before == settings {
        return Ok(());
    }
    if present.closed.is_some() {
        return Err(Error::conflict(
            "The brake is closed. Nothing was changed; release or keep what waits there, then change its limits.",
        ));
    }
    store::save_settings(tx, directory, settings.is_on, settings.limits).await?;
    let event = NewEvent {
        organization: &connection.organization_id,
        kind: "brake.settings_changed",
        subject: Subject::connection(&connection.id, &connection.name),
        before: Some(before.told()),
        after: Some(settings.told()),
    };
    events::record(tx, actor, event).await
}
