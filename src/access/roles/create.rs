//! Making a role.

use serde_json::json;

use super::idp;
use super::model::{Draft, Role, RoleForm, free_key, key_stem};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::groups::as_roles;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, RoleId};
use crate::organizations;
use crate::text;

/// Adds a role that nobody holds yet.
///
/// # Errors
/// [`crate::error::Error::Invalid`] with everything that is wrong with the form; what [`Actor::require_admin`] says.
pub async fn create(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, form: &RoleForm) -> Result<RoleId> {
    actor.require_admin(organization)?;
    // Whoever is being pushed with `roles` at this moment has them followed before this or after it.
    organizations::lock_alone(tx, organization).await?;
    let draft = check(tx, organization, None, form).await?;
    let stem = key_stem(&draft.name);
    let key = free_key(&stem, &store::keys_like(tx, organization, &stem).await?);
    let id = store::insert(tx, organization, &key, &draft).await?;
    let event = NewEvent {
        organization,
        kind: "role.created",
        subject: Subject::role(&id, &draft.name),
        before: None,
        after: Some(json!({
            "name": draft.name, "key": key, "description": draft.description, "permissions": draft.permissions,
            "idp_assignable": draft.idp_assignable,
        })),
    };
    events::record(tx, actor, event).await?;
    if draft.idp_assignable {
        idp::follow_again(tx, actor, organization, &id, [&draft.name]).await?;
    }
    as_roles::bring_up_to_date(tx, organization).await?;
    Ok(id)
}

/// Reads the form and asks whether another role than `own` has the name: all that is wrong is told at once.
pub(super) async fn check(
    tx: &mut Tx,
    organization: &OrganizationId,
    own: Option<&RoleId>,
    form: &RoleForm,
) -> Result<Draft> {
    let (draft, mut problems) = Draft::read(form);
    let name = &draft.name;
    if problems.of("name").is_none() && store::name_taken(tx, organization, &text::fold(name), own).await? {
        let taken = format!("There is a role named “{name}” already. Choose another name, or change that role.");
        problems.add("name", taken);
    }
    problems.into_result()?;
    Ok(draft)
}

/// Reads the form of a role whose name is a group's: the name stays as it is, however long the group's is.
pub(super) fn check_owned(role: &Role, form: &RoleForm) -> Result<Draft> {
    let (draft, mut problems) = Draft::read(form);
    problems.0.retain(|problem| problem.field != "name");
    problems.into_result()?;
    Ok(Draft { name: role.name.clone(), ..draft })
}
