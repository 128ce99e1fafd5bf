//! Changing what a role says. Its key stays: the product behind Muster asks for it.

use serde_json::{Map, Value, json};

use super::create::{check, check_owned};
use super::delete::owned;
use super::idp;
use super::model::{Draft, Role, RoleForm};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::groups::as_roles;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, RoleId};
use crate::organizations;

/// Changes name, description and permissions. What is as it was is no event.
///
/// # Errors
/// [`Error::NotFound`] for another organization's role, [`Error::Conflict`] for another name of one that a group owns,
/// [`Error::Invalid`] with everything that is wrong with
/// the form.
pub async fn change(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &RoleId,
    form: &RoleForm,
) -> Result<()> {
    actor.require_admin(organization)?;
    // Whoever is being pushed with `roles` at this moment has them followed before this or after it.
    organizations::lock_alone(tx, organization).await?;
    let role = store::find(tx, organization, id).await?.ok_or(Error::NotFound("role"))?;
    let draft = match store::owner_of(tx, id).await? {
        Some(owner) if form.name.trim() != role.name.trim() => return Err(owned(&role.name, &owner)),
        Some(_) => check_owned(&role, form)?,
        None => check(tx, organization, Some(id), form).await?,
    };
    let Some((before, after)) = difference(&role, &draft) else {
        return Ok(());
    };
    store::update(tx, id, &draft).await?;
    let event = NewEvent {
        organization,
        kind: "role.updated",
        subject: Subject::role(id, &draft.name),
        before: Some(before),
        after: Some(after),
    };
    events::record(tx, actor, event).await?;
    if role.name != draft.name {
        as_roles::bring_up_to_date(tx, organization).await?;
    }
    if role.idp_assignable != draft.idp_assignable || role.name != draft.name {
        let (role, draft) = ([&role.name], [&draft.name]);
        return idp::follow_again(tx, actor, organization, id, role.into_iter().chain(draft)).await;
    }
    Ok(())
}

/// The fields that differ, as they were and as they become.
fn difference(role: &Role, draft: &Draft) -> Option<(Value, Value)> {
    let fields = [
        ("name", json!(role.name), json!(draft.name)),
        ("description", json!(role.description), json!(draft.description)),
        ("permissions", json!(role.permissions), json!(draft.permissions)),
        ("idp_assignable", json!(role.idp_assignable), json!(draft.idp_assignable)),
    ];
    let (mut before, mut after) = (Map::new(), Map::new());
    for (field, was, is) in fields {
        if was != is {
            before.insert(field.to_string(), was);
            after.insert(field.to_string(), is);
        }
    }
    (!after.is_empty()).then(|| (Value::Object(before), Value::Object(after)))
}
