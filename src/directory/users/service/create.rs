//! Making a service account.

use serde_json::json;

use super::model::{Draft, ServiceForm};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::{User, find};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::OrganizationId;
use crate::text;

/// Makes a service account for which a person answers.
///
/// # Errors
/// [`Error::Invalid`] with the problems at their fields; what [`Actor::require_admin`] says.
pub async fn create(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, form: &ServiceForm) -> Result<User> {
    actor.require_admin(organization)?;
    let draft = Draft::read(tx, organization, form).await?;
    let user_name = free_user_name(tx, organization, &draft.name).await?;
    let id = store::insert(tx, organization, &draft.name, &user_name, &draft.answerable.id).await?;
    let event = NewEvent {
        organization,
        kind: "user.created",
        subject: Subject::user(&id, &draft.name),
        before: None,
        after: Some(json!({
            "kind": "service", "user_name": user_name, "source": "local", "level": "member",
            "answerable": { "id": draft.answerable.id, "name": draft.answerable.name },
        })),
    };
    events::record(tx, actor, event).await?;
    find(tx, organization, &id).await?.ok_or_else(|| Error::internal("a user is gone in its own transaction"))
}

/// Made from the name once, as a role's key is: `ci`, then `ci-2`, `ci-3`.
async fn free_user_name(tx: &mut Tx, organization: &OrganizationId, name: &str) -> Result<String> {
    let stem = match text::slug(name) {
        slug if slug.is_empty() => "service-account".to_string(),
        slug => slug,
    };
    let taken = store::user_names_like(tx, organization, &stem).await?;
    let numbered = (2..=taken.len() + 2).map(|n| format!("{stem}-{n}"));
    let mut names = std::iter::once(stem.clone()).chain(numbered);
    names.find(|name| !taken.contains(name)).ok_or_else(|| Error::internal("no userName is free"))
}
