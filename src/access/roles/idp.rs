//! Roles that an identity provider assigns to people, by SCIM's `roles`: only those that an admin has marked. Other values
//! stay in the profile and grant nothing.

use std::collections::BTreeSet;

use muster_scim::compare::fold;
use serde_json::{Map, Value, json};

use super::model::Role;
use super::store;
use crate::access::grants::RoleRef;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{DirectoryId, GrantId, OrganizationId, RoleId, UserId};
use crate::organizations;

/// The roles that the acting directory may assign.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but a directory.
pub async fn assignable_by_idp(tx: &mut Tx, actor: &Actor) -> Result<Vec<Role>> {
    let (organization, _) = directory(actor)?;
    assignable(tx, organization).await
}

/// Makes the person's grants of the acting directory what its document says.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but a directory.
pub async fn follow_idp(
    tx: &mut Tx,
    actor: &Actor,
    user: &UserId,
    name: &str,
    document: &Map<String, Value>,
) -> Result<()> {
    let (organization, directory) = directory(actor)?;
    let assignable = match sent(document).is_empty() {
        true => Vec::new(),
        false => {
            organizations::hold(tx, organization).await?;
            assignable(tx, organization).await?
        }
    };
    follow(tx, actor, organization, directory, &assignable, user, name, document).await
}

/// A role was marked, unmarked or renamed: whoever has it in their profile gains or loses it now.
pub(super) async fn follow_again(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &RoleId,
    names: impl IntoIterator<Item = &String>,
) -> Result<()> {
    let role = store::find(tx, organization, id).await?.ok_or(Error::NotFound("role"))?;
    let mut keys: Vec<_> = names.into_iter().map(|name| fold(name)).collect();
    keys.extend([fold(&role.key), role.id.to_string()]);
    let assignable = assignable(tx, organization).await?;
    for person in store::sent_to(tx, organization, &keys).await? {
        let Value::Object(document) = serde_json::from_str(&person.document)? else { continue };
        let (user, name) = (&person.id, &person.display_name);
        follow(tx, actor, organization, &person.directory_id, &assignable, user, name, &document).await?;
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the person and the two lists that are compared")]
async fn follow(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    directory: &DirectoryId,
    assignable: &[Role],
    user: &UserId,
    name: &str,
    document: &Map<String, Value>,
) -> Result<()> {
    let origin = format!("scim:{directory}");
    let sent = sent(document);
    let wanted: Vec<_> = assignable.iter().filter(|role| means(role, &sent)).collect();
    let held = store::granted_by(tx, user, &origin).await?;
    let told = |grant: &GrantId, role: &RoleRef| Some(json!({ "grant_id": grant, "origin": origin, "role": role }));
    for role in wanted.iter().filter(|role| !held.iter().any(|(_, held)| held.id == role.id)) {
        let grant = store::insert_user_grant(tx, organization, &role.id, user, &origin, actor.name()).await?;
        let role = RoleRef { id: role.id.clone(), key: role.key.clone(), name: role.name.clone() };
        let (subject, after) = (Subject::user(user, name), told(&grant, &role));
        let event = NewEvent { organization, kind: "role.granted", subject, before: None, after };
        events::record(tx, actor, event).await?;
    }
    for (grant, role) in held.iter().filter(|(_, held)| !wanted.iter().any(|role| role.id == held.id)) {
        store::delete_user_grant(tx, &role.id, user, &origin).await?;
        let (subject, before) = (Subject::user(user, name), told(grant, role));
        let event = NewEvent { organization, kind: "role.revoked", subject, before, after: None };
        events::record(tx, actor, event).await?;
    }
    Ok(())
}

async fn assignable(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<Role>> {
    Ok(store::all(tx, organization).await?.into_iter().filter(|role| role.idp_assignable).collect())
}

fn directory(actor: &Actor) -> Result<(&OrganizationId, &DirectoryId)> {
    match actor {
        Actor::Directory { organization, directory, .. } => Ok((organization, directory)),
        _ => Err(Error::forbidden("Only an identity provider assigns roles this way. Nothing was changed.")),
    }
}

/// A role is sent by its id, its key or its name.
fn means(role: &Role, sent: &BTreeSet<String>) -> bool {
    [fold(role.id.as_str()), fold(&role.key), fold(&role.name)].iter().any(|name| sent.contains(name))
}

/// The values of a document's `roles` that grant nothing, as they were sent: they mean no role that may be assigned this way.
pub async fn granting_nothing(
    tx: &mut Tx,
    organization: &OrganizationId,
    document: &Map<String, Value>,
) -> Result<Vec<String>> {
    if elements(document).is_empty() {
        return Ok(Vec::new());
    }
    let assignable = assignable(tx, organization).await?;
    let idle = elements(document).iter().filter(|element| {
        let names = names_of(element);
        !assignable.iter().any(|role| means(role, &names))
    });
    Ok(idle.filter_map(|element| Some(element.get("value")?.as_str()?.to_string())).collect())
}

fn elements(document: &Map<String, Value>) -> &[Value] {
    document.get("roles").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// What a document's `roles` say, folded.
fn sent(document: &Map<String, Value>) -> BTreeSet<String> {
    elements(document).iter().flat_map(names_of).collect()
}

/// What one of them says. Entra puts JSON into the value: `{"id": …, "value": "25", "displayName": "…"}`.
fn names_of(role: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for text in ["value", "display"].into_iter().filter_map(|key| role.get(key)?.as_str()) {
        names.insert(fold(text));
        if let Ok(Value::Object(inner)) = serde_json::from_str(text) {
            let inner = ["id", "value", "displayName"].into_iter().filter_map(|key| inner.get(key)?.as_str().map(fold));
            names.extend(inner);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_in_which_roles_are_sent_is_read() {
        let document = json!({ "roles": [
            { "value": "Admin", "primary": true },
            { "value": "{\"id\":\"r1\",\"value\":\"25\",\"displayName\":\"Role1234\"}" },
            { "value": "x", "display": "Billing Admin" },
        ] });
        let sent = sent(document.as_object().unwrap());
        for name in ["admin", "r1", "25", "role1234", "billing admin"] {
            assert!(sent.contains(name), "{name} in {sent:?}");
        }
    }
}
