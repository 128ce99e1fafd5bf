//! Workload identity federation: which Entra tenant's assertions the directory takes in the place of a client secret.

mod store;

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::model::{Connection, Directory};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Problems, Result};
use crate::events::{self, NewEvent, Subject};
use crate::time::Timestamp;

pub use store::find;

/// What an assertion must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Federation {
    pub tenant_id: String,
    pub application_id: String,
    /// Exactly as it stands in the claim `aud`.
    pub audience: String,
    pub subject: String,
    pub last_used_at: Option<Timestamp>,
}

/// The two forms of the claim `aud`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceForm {
    /// `api://{application id}`
    Uri,
    /// The application id alone.
    Plain,
}

impl AudienceForm {
    pub const ALL: [Self; 2] = [Self::Uri, Self::Plain];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uri => "uri",
            Self::Plain => "plain",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Uri => "api://{application ID}",
            Self::Plain => "The application ID alone",
        }
    }

    fn of(self, application_id: &str) -> String {
        match self {
            Self::Uri => format!("api://{application_id}"),
            Self::Plain => application_id.to_string(),
        }
    }
}

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct FederationForm {
    #[serde(default)]
    pub tenant_id: String,
    #[serde(default)]
    pub application_id: String,
    #[serde(default)]
    pub audience: String,
    #[serde(default)]
    pub subject: String,
}

impl FederationForm {
    /// As it is stored, to be changed.
    pub fn of(federation: Option<&Federation>) -> Self {
        let Some(federation) = federation else {
            return Self { audience: AudienceForm::Uri.as_str().into(), ..Self::default() };
        };
        let plain = federation.audience == federation.application_id;
        Self {
            tenant_id: federation.tenant_id.clone(),
            application_id: federation.application_id.clone(),
            audience: if plain { AudienceForm::Plain } else { AudienceForm::Uri }.as_str().into(),
            subject: federation.subject.clone(),
        }
    }

    fn parse(&self) -> Result<Federation> {
        let mut problems = Problems::default();
        let mut uuid = |field: &'static str, text: &str, problem: &str| match Uuid::try_parse(text.trim()) {
            Ok(id) => id.hyphenated().to_string(),
            Err(_) => {
                problems.add(field, problem);
                String::new()
            }
        };
        let tenant_id = uuid("tenant_id", &self.tenant_id, "Enter the Directory (tenant) ID, such as 8f1f6b1c-0d43-…");
        let application_id =
            uuid("application_id", &self.application_id, "Enter the Application (client) ID, such as 8f1f6b1c-0d43-…");
        let form = AudienceForm::ALL.into_iter().find(|form| form.as_str() == self.audience);
        if form.is_none() {
            problems.add("audience", "Choose one of the two.");
        }
        let subject = self.subject.trim().to_string();
        if subject.is_empty() || subject.chars().count() > 255 {
            problems.add("subject", "Enter the subject of the assertions, up to 255 characters.");
        }
        problems.into_result()?;
        let audience = form.unwrap_or(AudienceForm::Uri).of(&application_id);
        Ok(Federation { tenant_id, application_id, audience, subject, last_used_at: None })
    }
}

/// Takes these assertions from now on, and these only: access tokens that others were exchanged for end.
///
/// # Errors
/// [`Error::Invalid`] with the problems at their fields.
pub async fn save(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &Directory,
    form: &FederationForm,
) -> Result<()> {
    actor.require_admin(&connection.organization_id)?;
    let wanted = form.parse()?;
    let present = find(tx, &directory.id).await?;
    let same = |present: &Federation| Federation { last_used_at: None, ..present.clone() } == wanted;
    if present.as_ref().is_some_and(same) {
        return Ok(());
    }
    store::save(tx, &directory.id, &wanted).await?;
    store::revoke_access_tokens(tx, &directory.id).await?;
    record(tx, actor, connection, "directory.federation_saved", present.as_ref(), Some(&wanted)).await
}

/// Takes no assertions any more; access tokens that were got by them end.
pub async fn remove(tx: &mut Tx, actor: &Actor, connection: &Connection, directory: &Directory) -> Result<()> {
    actor.require_admin(&connection.organization_id)?;
    let present = find(tx, &directory.id).await?.ok_or(Error::NotFound("federation"))?;
    store::delete(tx, &directory.id).await?;
    store::revoke_access_tokens(tx, &directory.id).await?;
    record(tx, actor, connection, "directory.federation_removed", Some(&present), None).await
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    kind: &'static str,
    before: Option<&Federation>,
    after: Option<&Federation>,
) -> Result<()> {
    let facts = |federation: &Federation| {
        json!({
            "tenant_id": federation.tenant_id, "application_id": federation.application_id,
            "audience": federation.audience, "subject": federation.subject,
        })
    };
    let organization = &connection.organization_id;
    let subject = Subject::connection(&connection.id, &connection.name);
    let event = NewEvent { organization, kind, subject, before: before.map(facts), after: after.map(facts) };
    events::record(tx, actor, event).await
}
