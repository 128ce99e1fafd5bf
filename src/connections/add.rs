//! Making a connection: provider and name are enough.

use serde::Deserialize;
use serde_json::json;

use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::local::document;
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

/// Labels that would be mistaken for something else.
const RESERVED: [&str; 8] = ["admin", "api", "bulk", "me", "schemas", "scim", "v1", "v2"];

/// Makes the connection, with both halves off and the directory's label taken.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong with the form, at its fields.
pub async fn add(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    form: &NewConnectionForm,
) -> Result<ConnectionId> {
    actor.require_admin(organization)?;
    let NewConnection { provider, name, label } = check(tx, organization, form).await?;
    let id = ConnectionId::new();
    store::insert(tx, &id, organization, provider, &name).await?;
    let directory = store::insert_directory(tx, organization, &id, &label).await?;
    document::show_to(tx, organization, &directory).await?;
    let after = json!({ "provider": provider.as_str(), "name": name, "label": label });
    let subject = Subject::connection(&id, &name);
    let event = NewEvent { organization, kind: "connection.created", subject, before: None, after: Some(after) };
    events::record(tx, actor, event).await?;
    Ok(id)
}

/// The form, found good.
struct NewConnection {
    provider: Provider,
    name: String,
    label: String,
}

/// Reads the form and asks what is taken in one go: nobody corrects a label only to hear that the name is taken.
async fn check(tx: &mut Tx, organization: &OrganizationId, form: &NewConnectionForm) -> Result<NewConnection> {
    let mut problems = Problems::default();
    let provider = Provider::parse(&form.provider);
    if provider.is_none() {
        problems.add("provider", "Choose Okta, Microsoft Entra ID or another provider.");
    }
    let name = form.name.trim();
    if let Some(problem) = name_problem(name) {
        problems.add("name", problem);
    } else if store::name_is_taken(tx, organization, name).await? {
        problems.add("name", "Another connection has this name already. Choose a different one.");
    }
    let label = match form.label.trim().to_lowercase() {
        none if none.is_empty() => vault::random_text(b"abcdefghjkmnpqrstuvwxyz23456789", 10),
        label => label,
    };
    if let Some(problem) = label_problem(&label) {
        problems.add("label", problem);
    } else if store::label_is_taken(tx, &label).await? {
        problems.add("label", "This label is in use. Choose another, or leave it empty for a random one.");
    }
    match provider {
        Some(provider) if problems.is_empty() => Ok(NewConnection { provider, name: name.to_string(), label }),
        _ => Err(Error::Invalid(problems)),
    }
}

fn name_problem(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("Give the connection a name, such as \"Acme Okta\".");
    }
    (name.chars().count() > 100).then_some("Use at most 100 characters.")
}

fn label_problem(label: &str) -> Option<&'static str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn okta_refuses_underscores_so_we_do() {
        assert!(label_problem("acme_okta").unwrap().contains("underscore"));
        assert_eq!(label_problem("acme-okta"), None);
        assert!(label_problem("api").is_some() && label_problem("-acme").is_some() && label_problem("Acme").is_some());
    }
}
