//! Making a connection: provider and name are enough.

use serde::Deserialize;
use serde_json::json;

use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Problems, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{ConnectionId, OrganizationId};
use crate::sso::Provider;
use crate::vault;

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct NewConnectionForm {
    #[serde(default)]
    pub provider: String,
    #[serde(default)]
    pub name: String,
    /// The last part of the SCIM base URL; empty for a random one.
    #[serde(default)]
    pub label: String,
}

/// The same, checked.
#[derive(Debug, Clone)]
pub struct NewConnection {
    pub provider: Provider,
    pub name: String,
    pub label: Option<String>,
}

/// Labels that would be mistaken for something else.
const RESERVED: [&str; 8] = ["admin", "api", "bulk", "me", "schemas", "scim", "v1", "v2"];

impl NewConnection {
    /// # Errors
    /// [`Error::Invalid`] with the problems at their fields.
    pub fn parse(form: &NewConnectionForm) -> Result<Self> {
        let mut problems = Problems::default();
        let provider = Provider::parse(&form.provider);
        if provider.is_none() {
            problems.add("provider", "Choose Okta, Microsoft Entra ID or another provider.");
        }
        let name = form.name.trim();
        if name.is_empty() {
            problems.add("name", "Give the connection a name, such as \"Acme Okta\".");
        } else if name.chars().count() > 100 {
            problems.add("name", "Use at most 100 characters.");
        }
        let label = form.label.trim().to_lowercase();
        if let Some(problem) = label_problem(&label) {
            problems.add("label", problem);
        }
        match provider {
            Some(provider) if problems.is_empty() => {
                let label = Some(label).filter(|label| !label.is_empty());
                Ok(Self { provider, name: name.to_string(), label })
            }
            _ => Err(Error::Invalid(problems)),
        }
    }
}

fn label_problem(label: &str) -> Option<&'static str> {
    if label.is_empty() {
        return None;
    }
    if label.contains('_') {
        return Some("Okta refuses base URLs with an underscore: use letters, digits and hyphens.");
    }
    if !label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Some("Use letters, digits and hyphens only.");
    }
    if label.len() < 3 || label.len() > 40 || label.starts_with('-') || label.ends_with('-') {
        return Some("Use 3 to 40 characters, with a letter or digit first and last.");
    }
    RESERVED.contains(&label).then_some("This word is reserved. Choose another, such as the customer's name.")
}

/// Makes the connection, with both halves off and the directory's label taken.
///
/// # Errors
/// [`Error::Invalid`] when the name or the label is in use.
pub async fn add(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    new: &NewConnection,
) -> Result<ConnectionId> {
    actor.require_admin(organization)?;
    if store::name_is_taken(tx, organization, &new.name).await? {
        return Err(Error::invalid("name", "Another connection has this name already. Choose a different one."));
    }
    let label = match &new.label {
        Some(label) if store::label_is_taken(tx, label).await? => {
            return Err(Error::invalid(
                "label",
                "This label is in use. Choose another, or leave it empty for a random one.",
            ));
        }
        Some(label) => label.clone(),
        None => vault::random_text(b"abcdefghjkmnpqrstuvwxyz23456789", 10),
    };
    let id = ConnectionId::new();
    store::insert(tx, &id, organization, new.provider, &new.name).await?;
    store::insert_directory(tx, organization, &id, &label).await?;
    let after = json!({ "provider": new.provider.as_str(), "name": new.name, "label": label });
    let subject = Subject::connection(&id, &new.name);
    let event = NewEvent { organization, kind: "connection.created", subject, before: None, after: Some(after) };
    events::record(tx, actor, event).await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(label: &str) -> NewConnectionForm {
        NewConnectionForm { provider: "okta".into(), name: "Acme Okta".into(), label: label.into() }
    }

    #[test]
    fn okta_refuses_underscores_so_we_do() {
        let Err(Error::Invalid(problems)) = NewConnection::parse(&form("acme_okta")) else { panic!("accepted") };
        assert!(problems.of("label").unwrap().contains("underscore"));
        assert_eq!(NewConnection::parse(&form("Acme-Okta")).unwrap().label.as_deref(), Some("acme-okta"));
        assert_eq!(NewConnection::parse(&form("")).unwrap().label, None);
        assert!(NewConnection::parse(&form("api")).is_err());
    }
}
