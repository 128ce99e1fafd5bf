//! Making a key.

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use super::model::{ApiKey, KEY, Scope};
use super::store;
use crate::actor::Actor;
use crate::connections::tokens::Expiry;
use crate::db::Tx;
use crate::directory::users::{self, User};
use crate::error::{Error, Problems, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::ApiKeyId;

/// The form as it was typed; what is ticked is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct KeyForm {
    /// Brought by the form: the same form sent twice makes nothing new.
    pub id: String,
    pub name: String,
    pub users_read: Option<String>,
    pub roles_read: Option<String>,
    pub expires: String,
    pub expires_on: String,
}

impl KeyForm {
    fn scopes(&self) -> Vec<Scope> {
        let ticked = |scope: &Scope| match scope {
            Scope::UsersRead => self.users_read.is_some(),
            Scope::RolesRead => self.roles_read.is_some(),
        };
        Scope::ALL.into_iter().filter(ticked).collect()
    }
}

const NAME_LIMIT: usize = 60;

/// Makes a key of a service account. Returns it, the only time that it can be had; `None` if this form was sent before.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong with the form; [`Error::Conflict`] for people, and for accounts that have
/// no access.
pub async fn create(tx: &mut Tx, actor: &Actor, user: &User, form: &KeyForm) -> Result<Option<SecretString>> {
    actor.require_admin(&user.organization_id)?;
    // Whoever takes the account's access at this moment revokes this key, too.
    let user = &users::lock(tx, &user.organization_id, &user.id).await?.ok_or(Error::NotFound("user"))?;
    require_of_use(user)?;
    let id = ApiKeyId::parse(&form.id)
        .ok_or_else(|| Error::invalid("name", "This form is broken. Nothing was made; load the page again."))?;
    let mut problems = Problems::default();
    let name = form.name.trim();
    if name.is_empty() || name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
        problems.add("name", format!("Say what the key is for, in at most {NAME_LIMIT} characters."));
    }
    let expires_at = Expiry::parse(&form.expires, &form.expires_on, &tx.now()).unwrap_or_else(|problem| {
        problems.add("expires_on", problem);
        None
    });
    problems.into_result()?;
    if store::exists(tx, &id).await? {
        return Ok(None);
    }
    let (secret, prefix, hash) = KEY.mint();
    let key = ApiKey {
        id,
        name: name.to_string(),
        prefix,
        scopes: form.scopes(),
        created_by: actor.name().to_string(),
        created_at: tx.now(),
        expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    store::insert(tx, user, &key, &hash).await?;
    let event = NewEvent {
        organization: &user.organization_id,
        kind: "api_key.created",
        subject: Subject::user(&user.id, &user.display_name),
        before: None,
        after: Some(told(&key)),
    };
    events::record(tx, actor, event).await?;
    Ok(Some(secret))
}

/// What an event says of a key.
pub(super) fn told(key: &ApiKey) -> serde_json::Value {
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    json!({ "key_id": key.id, "name": key.name, "prefix": key.prefix, "scopes": scopes, "expires_at": key.expires_at })
}

fn require_of_use(user: &User) -> Result<()> {
    if !user.is_service() {
        return Err(Error::conflict(format!(
            "{} is a person, and API keys are for service accounts. Nothing was changed; make a service account that they answer for.",
            user.display_name
        )));
    }
    if !user.may_sign_in() {
        return Err(Error::conflict(format!(
            "{} has no access now, so that a key would open nothing. Nothing was changed; lift the suspension first.",
            user.display_name
        )));
    }
    Ok(())
}
