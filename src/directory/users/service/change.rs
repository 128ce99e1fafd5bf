//! Changing what a service account is called, and who answers for it.

use serde_json::{Value, json};

use super::model::{Answerable, Draft, ServiceForm};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::{User, find};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};

/// Gives the account this name and this answerable person; what is as it was is no event.
///
/// # Errors
/// [`Error::NotFound`] for what is no service account of the organization, [`Error::Invalid`] at the fields.
pub async fn change(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
    form: &ServiceForm,
) -> Result<User> {
    actor.require_admin(organization)?;
    let account = load(tx, organization, id).await?;
    let draft = Draft::read(tx, organization, form).await?;
    if account.display_name != draft.name {
        store::rename(tx, &account, &draft.name).await?;
        let (before, after) = (json!({ "displayName": account.display_name }), json!({ "displayName": draft.name }));
        record(tx, actor, organization, "user.updated", Subject::user(id, &draft.name), before, after).await?;
    }
    let account = User { display_name: draft.name, ..account };
    hand_over(tx, actor, &account, draft.answerable).await
}

/// Whoever acts answers for the account from now on.
///
/// # Errors
/// [`Error::NotFound`] for what is no service account of the organization, [`Error::Forbidden`] for all but its admins.
pub async fn take_over(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &UserId) -> Result<User> {
    actor.require_admin(organization)?;
    let account = load(tx, organization, id).await?;
    let Actor::Person { user, name, .. } = actor else {
        return Err(Error::forbidden("Only a person answers for a service account. Nothing was changed."));
    };
    hand_over(tx, actor, &account, Answerable { id: user.clone(), name: name.clone(), is_here: true }).await
}

async fn load(tx: &mut Tx, organization: &OrganizationId, id: &UserId) -> Result<User> {
    let user = find(tx, organization, id).await?.filter(User::is_service);
    user.ok_or(Error::NotFound("service account"))
}

async fn hand_over(tx: &mut Tx, actor: &Actor, account: &User, to: Answerable) -> Result<User> {
    let from = store::answerable_of(tx, account).await?;
    if from.as_ref().is_some_and(|from| from.id == to.id) {
        return Ok(account.clone());
    }
    store::set_answerable(tx, &account.id, &to.id).await?;
    let told = |person: &Answerable| json!({ "answerable": { "id": person.id, "name": person.name } });
    let before = from.as_ref().map_or(json!({}), told);
    let subject = Subject::user(&account.id, &account.display_name);
    record(tx, actor, &account.organization_id, "user.answerable_changed", subject, before, told(&to)).await?;
    Ok(User { answerable: Some(to.id), ..account.clone() })
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    kind: &'static str,
    subject: Subject,
    before: Value,
    after: Value,
) -> Result<()> {
    events::record(tx, actor, NewEvent { organization, kind, subject, before: Some(before), after: Some(after) }).await
}
