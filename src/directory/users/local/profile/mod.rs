//! What local people are called: ours to change. What an identity provider manages changes there.

mod pages;
pub mod routes;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{document, store};
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::standing::require_power_over;
use crate::directory::users::{User, find};
use crate::error::{Error, Problems, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};
use crate::text;

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    pub name: String,
    pub given_name: String,
    pub family_name: String,
    pub email: String,
    pub title: String,
    pub department: String,
}

/// The same, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Profile {
    pub user_name: String,
    pub name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: String,
    pub title: Option<String>,
    pub department: Option<String>,
}

const LIMIT: usize = 200;

impl ProfileForm {
    fn of(user: &User) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            name: user.display_name.clone(),
            given_name: text(&user.given_name),
            family_name: text(&user.family_name),
            email: text(&user.email),
            title: text(&user.title),
            department: text(&user.department),
        }
    }

    fn read(&self, user: &User) -> Result<Profile> {
        let mut problems = Problems::default();
        let name = self.name.trim();
        if name.is_empty() {
            problems.add("name", "Enter a name.");
        }
        let fields = [
            ("name", &self.name),
            ("given_name", &self.given_name),
            ("family_name", &self.family_name),
            ("title", &self.title),
            ("department", &self.department),
        ];
        for (field, typed) in fields {
            if typed.chars().count() > LIMIT || typed.chars().any(char::is_control) {
                problems.add(field, format!("At most {LIMIT} characters, without line breaks."));
            }
        }
        let email = text::email(&self.email);
        if email.is_none() {
            problems.add("email", "Enter an e-mail address, such as ada@example.com.");
        }
        problems.into_result()?;
        let some = |typed: &str| Some(typed.trim()).filter(|typed| !typed.is_empty()).map(str::to_string);
        let email = email.unwrap_or_default();
        // Whoever signs in with their address goes on to do so; a userName of another kind stays.
        let follows = user.email.as_ref().is_some_and(|former| text::fold(former) == text::fold(&user.user_name));
        Ok(Profile {
            user_name: if follows { email.clone() } else { user.user_name.clone() },
            name: name.to_string(),
            given_name: some(&self.given_name),
            family_name: some(&self.family_name),
            email,
            title: some(&self.title),
            department: some(&self.department),
        })
    }
}

/// Changes what a local person is called; what is as it was is no event.
///
/// # Errors
/// [`Error::Forbidden`] for people whom an identity provider manages and, to admins, for owners; [`Error::Invalid`] at the
/// fields, an address that is taken among them; [`Error::Conflict`] for service accounts.
pub async fn edit(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
    form: &ProfileForm,
) -> Result<User> {
    actor.require_admin(organization)?;
    let user = find(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
    require_local(&user)?;
    require_power_over(actor, organization, &user)?;
    let profile = form.read(&user)?;
    let moved = Some(&profile.email) != user.email.as_ref() || profile.user_name != user.user_name;
    if moved && store::is_taken(tx, organization, &profile.email, Some(id)).await? {
        return Err(Error::invalid(
            "email",
            "Somebody else here signs in with this address already. Nothing was changed; choose another.",
        ));
    }
    let Some((before, after)) = difference(&user, &profile) else { return Ok(user) };
    store::update(tx, id, &profile).await?;
    let event = NewEvent {
        organization,
        kind: "user.updated",
        subject: Subject::user(id, &profile.name),
        before: Some(before),
        after: Some(after),
    };
    events::record(tx, actor, event).await?;
    let user = find(tx, organization, id).await?;
    let user = user.ok_or_else(|| Error::internal("a user is gone in its own transaction"))?;
    document::follow_columns(tx, &user).await?;
    Ok(user)
}

/// # Errors
/// [`Error::Forbidden`] with the reason, for those whose profile is not ours.
pub(super) fn require_local(user: &User) -> Result<()> {
    if user.source.is_managed() {
        return Err(Error::forbidden(format!(
            "An identity provider manages {}. Nothing was changed here; change it there, and it arrives here.",
            user.display_name
        )));
    }
    if user.is_service() {
        return Err(Error::conflict(format!(
            "{} is a service account. Nothing was changed; its name and who answers for it are changed on its own form.",
            user.display_name
        )));
    }
    Ok(())
}

/// The fields that differ, as they were and as they become.
fn difference(user: &User, profile: &Profile) -> Option<(Value, Value)> {
    let fields = [
        ("userName", json!(user.user_name), json!(profile.user_name)),
        ("displayName", json!(user.display_name), json!(profile.name)),
        ("givenName", json!(user.given_name), json!(profile.given_name)),
        ("familyName", json!(user.family_name), json!(profile.family_name)),
        ("email", json!(user.email), json!(profile.email)),
        ("title", json!(user.title), json!(profile.title)),
        ("department", json!(user.department), json!(profile.department)),
    ];
    let (mut before, mut after) = (Map::new(), Map::new());
    for (field, was, is) in fields.into_iter().filter(|(_, was, is)| was != is) {
        before.insert(field.to_string(), was);
        after.insert(field.to_string(), is);
    }
    (!after.is_empty()).then(|| (Value::Object(before), Value::Object(after)))
}
