//! People who are made here: invited by an admin, they choose a password at the end of a link.

pub mod deletion;
pub mod document;
mod pages;
pub mod profile;
mod reset;
pub mod routes;
mod store;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use super::model::{NewUser, User};
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::Source;
use crate::error::{Error, Problems, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};
use crate::sessions::local::links::{self, Purpose};
use crate::text;

pub use reset::{Reset, reset_owner};

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InvitationForm {
    pub name: String,
    pub email: String,
    pub level: String,
}

/// The same, checked.
struct Invitation {
    name: String,
    email: String,
    level: Level,
}

impl Invitation {
    fn parse(form: &InvitationForm) -> Result<Self> {
        let mut problems = Problems::default();
        let name = form.name.trim();
        if name.is_empty() || name.chars().count() > 200 {
            problems.add("name", "Enter a name of at most 200 characters.");
        }
        let (email, level) = (text::email(&form.email), Level::parse(&form.level));
        if email.is_none() {
            problems.add("email", "Enter an e-mail address, such as ada@example.com.");
        }
        if level.is_none() {
            problems.add("level", "Choose a level.");
        }
        match (email, level) {
            (Some(email), Some(level)) if problems.is_empty() => Ok(Self { name: name.to_string(), email, level }),
            _ => Err(Error::Invalid(problems)),
        }
    }
}

/// Makes a local person, with the secret of the link that is sent to them. Only owners invite admins and owners.
///
/// # Errors
/// [`Error::Invalid`] with the problems at their fields, a name that is taken among them; [`Error::Forbidden`].
pub async fn invite(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    form: &InvitationForm,
) -> Result<(User, SecretString)> {
    actor.require_admin(organization)?;
    let Invitation { name, email, level } = Invitation::parse(form)?;
    if level > Level::Member {
        actor.require_owner(organization)?;
    }
    if store::is_taken(tx, organization, &email, None).await? {
        return Err(Error::invalid(
            "email",
            "Somebody here signs in with this address already. Nothing was changed; open their page to make another link.",
        ));
    }
    let new = NewUser {
        organization_id: organization.clone(),
        source: Source::Local,
        user_name: email.clone(),
        external_id: None,
        display_name: Some(name),
        given_name: None,
        family_name: None,
        email: Some(email),
        level,
        operator: false,
        idp_active: true,
        document: serde_json::Map::new(),
    };
    let id = super::insert(tx, &new).await?;
    let user = super::find(tx, organization, &id).await?;
    let user = user.ok_or_else(|| Error::internal("a user is gone in its own transaction"))?;
    let event = NewEvent {
        organization,
        kind: "user.created",
        subject: Subject::user(&id, &user.display_name),
        before: None,
        after: Some(json!({ "user_name": user.user_name, "source": "local", "level": level.as_str() })),
    };
    events::record(tx, actor, event).await?;
    let secret = links::create(tx, actor, &user, Purpose::Invitation).await?;
    Ok((user, secret))
}

/// Makes another link for a local person: an invitation again for who has no password yet, else one to choose another.
///
/// # Errors
/// As [`links::create`].
pub async fn make_link(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
) -> Result<(User, Purpose, SecretString)> {
    let user = super::find(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
    let purpose = match super::detail::has_password(tx, id).await? {
        true => Purpose::LostPassword,
        false => Purpose::Invitation,
    };
    let secret = links::create(tx, actor, &user, purpose).await?;
    Ok((user, purpose, secret))
}
