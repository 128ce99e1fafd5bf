//! Giving an alias by hand, and taking it away.

use super::follow::{record, told, told_of};
use super::model::{Alias, AliasForm, Origin};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::{User, find, lock};
use crate::error::{Error, Result};
use crate::events::Subject;
use crate::id::{AliasId, OrganizationId, UserId};

/// Gives the user a name in a set, whoever manages them.
///
/// # Errors
/// [`Error::Invalid`] at `set` and `alias`, a name that somebody has among them; what [`Actor::require_admin`] says.
pub async fn add(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
    form: &AliasForm,
) -> Result<User> {
    actor.require_admin(organization)?;
    let name = form.read()?;
    let user = lock(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
    if store::of_user(tx, id).await?.iter().any(|one| one.name() == name) {
        return Err(Error::invalid(
            "alias",
            format!("{} has this alias already. Nothing was changed.", user.display_name),
        ));
    }
    if let Some((_, whose)) = store::taken(tx, organization, id, std::slice::from_ref(&name)).await? {
        let whose = find(tx, organization, &whose).await?;
        let whose = whose.map_or_else(|| "somebody else".to_string(), |user| user.display_name);
        return Err(Error::invalid(
            "alias",
            format!("This alias belongs to {whose}. Nothing was changed; take it from them first."),
        ));
    }
    store::insert(tx, organization, id, &name, &Origin::Hand).await?;
    let (subject, after) = (Subject::user(id, &user.display_name), Some(told(&name, &Origin::Hand)));
    record(tx, actor, organization, "user.alias_added", subject, None, after).await?;
    Ok(user)
}

/// Takes an alias away. What the person's own directory says is not ours to remove.
///
/// # Errors
/// [`Error::NotFound`] if the user has no such alias, [`Error::Forbidden`] for one that their directory sends.
pub async fn remove(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
    alias: &AliasId,
) -> Result<Alias> {
    actor.require_admin(organization)?;
    let user = find(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
    let found = store::of_user(tx, id).await?.into_iter().find(|one| one.id == *alias);
    let found = found.ok_or(Error::NotFound("alias"))?;
    if found.origin.is_of(&user.source) {
        return Err(Error::forbidden(
            "The identity provider sends this alias. Nothing was changed; remove it there, and it goes here.",
        ));
    }
    store::delete(tx, alias).await?;
    let (subject, before) = (Subject::user(id, &user.display_name), Some(told_of(&found)));
    record(tx, actor, organization, "user.alias_removed", subject, before, None).await?;
    Ok(found)
}
