//! A new token in the place of an old one, which lives on for a while: so that the other console can be changed in peace.

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use super::create::{New, form_id, make};
use super::{Deed, Expiry, Overlap, find, record, store};
use crate::actor::Actor;
use crate::connections::model::{Connection, Directory};
use crate::db::Tx;
use crate::error::{Error, Problems, Result};
use crate::id::TokenId;

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct RotateForm {
    /// The new token's.
    pub id: String,
    #[serde(default)]
    pub overlap: String,
    #[serde(default)]
    pub expires: String,
    #[serde(default)]
    pub expires_on: String,
}

/// Makes a token of the same name and lets the old one end. Returns the new one, the only time that it can be had; `None` if
/// this form was sent before.
///
/// # Errors
/// [`Error::Invalid`] with what is wrong with the form, or when the old token has ended already.
pub async fn rotate(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &Directory,
    old: &TokenId,
    form: &RotateForm,
) -> Result<Option<SecretString>> {
    actor.require_admin(&connection.organization_id)?;
    let id = form_id(&form.id)?;
    let old = find(tx, &directory.id, old).await?;
    let now = tx.now();
    if store::exists(tx, &id).await? {
        return Ok(None);
    }
    let mut problems = Problems::default();
    if !old.is_live(&now) {
        problems.add("overlap", "It has ended already: there is nothing to be rotated. Make a new one.");
    }
    let overlap = Overlap::parse(&form.overlap);
    if overlap.is_none() {
        problems.add("overlap", "Choose how long the old one goes on.");
    }
    let expires_at = Expiry::parse(&form.expires, &form.expires_on, &now).unwrap_or_else(|problem| {
        problems.add("expires_on", problem);
        None
    });
    problems.into_result()?;
    let new = New { id: &id, kind: old.kind, name: &old.name, expires_at: expires_at.as_ref() };
    let made = make(tx, actor, connection, directory, new).await?;
    // Rotating makes nothing live longer than it would have.
    let end = overlap.and_then(Overlap::lasts).map(|lasts| now.plus(lasts));
    let end = end.map(|end| old.expires_at.clone().map_or(end.clone(), |own| own.min(end)));
    match &end {
        Some(end) => store::end_at(tx, &old.id, end).await?,
        None => store::revoke(tx, &old.id).await?,
    }
    let ends_at = end.unwrap_or(now);
    let about = json!({ "name": old.name, "prefix": old.prefix, "ends_at": ends_at });
    record(tx, actor, connection, old.kind.event(Deed::Rotated), about).await?;
    made.ok_or_else(|| Error::internal("a token whose id was free was there")).map(Some)
}
