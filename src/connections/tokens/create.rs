//! Making a token or a client secret.

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use super::{Deed, Expiry, Kind, record, store};
use crate::actor::Actor;
use crate::connections::model::{Connection, Directory};
use crate::db::Tx;
use crate::error::{Error, Problems, Result};
use crate::id::TokenId;
use crate::time::Timestamp;

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TokenForm {
    /// Brought by the form: the same form sent twice makes nothing new.
    pub id: String,
    /// A token where it is absent.
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub expires: String,
    #[serde(default)]
    pub expires_on: String,
}

/// Makes a token. Returns it, the only time that it can be had; `None` if its id exists already.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong with the form, at its fields.
pub async fn create(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &Directory,
    form: &TokenForm,
) -> Result<Option<SecretString>> {
    actor.require_admin(&connection.organization_id)?;
    let id = form_id(&form.id)?;
    let kind = Kind::parse(&form.kind).unwrap_or(Kind::Bearer);
    let mut problems = Problems::default();
    let name = match form.name.trim() {
        "" => kind.title(),
        name => name,
    };
    if name.chars().count() > 60 {
        problems.add("name", "Use at most 60 characters.");
    }
    let expires_at = Expiry::parse(&form.expires, &form.expires_on, &tx.now()).unwrap_or_else(|problem| {
        problems.add("expires_on", problem);
        None
    });
    problems.into_result()?;
    make(tx, actor, connection, directory, New { id: &id, kind, name, expires_at: expires_at.as_ref() }).await
}

/// The id in a form's hidden field.
pub(super) fn form_id(text: &str) -> Result<TokenId> {
    TokenId::parse(text).ok_or_else(|| Error::invalid("name", "This form is broken. Load the page again."))
}

/// What is to be made.
pub(super) struct New<'a> {
    pub id: &'a TokenId,
    pub kind: Kind,
    pub name: &'a str,
    pub expires_at: Option<&'a Timestamp>,
}

pub(super) async fn make(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &Directory,
    new: New<'_>,
) -> Result<Option<SecretString>> {
    if store::exists(tx, new.id).await? {
        return Ok(None);
    }
    let (token, prefix, hash) = new.kind.form().mint();
    let about = json!({ "name": new.name, "prefix": prefix, "expires_at": new.expires_at.map(Timestamp::as_str) });
    let event = new.kind.event(Deed::Created);
    store::insert(tx, &directory.id, &new, &prefix, &hash, actor.name()).await?;
    record(tx, actor, connection, event, about).await?;
    Ok(Some(token))
}
