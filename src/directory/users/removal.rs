//! The end of a person, whoever decides it: what they had goes, the row stays for the history, the id is never used again.

use serde_json::{Map, Value, json};

use super::model::User;
use super::{aliases, break_glass, store};
use crate::access::roles::effects::Before;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::{groups, values};
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::sessions::{self, Ended};
use crate::sso::links;

/// Removes a person who is locked, with the groups that they are in: sessions, keys, sign-in links, memberships, grants and
/// aliases go with them, and their names are free again. `told` is what else the event says. Returns what was ended.
///
/// # Errors
/// [`crate::error::Error::LastBreakGlassOwner`].
pub(in crate::directory) async fn remove(
    tx: &mut Tx,
    actor: &Actor,
    user: &User,
    told: Map<String, Value>,
) -> Result<Ended> {
    let organization = &user.organization_id;
    break_glass::require_another(tx, user).await?;
    let held = Before::of(tx, std::slice::from_ref(&user.id)).await?;
    let memberships = groups::leave_all(tx, actor, organization, user.id.as_str(), &user.display_name).await?;
    let grants = store::remove_grants(tx, &user.id).await?;
    let ended = sessions::revoke_all(tx, &user.id).await?;
    links::remove_all(tx, &user.id).await?;
    values::remove(tx, user.id.as_str()).await?;
    let aliases = aliases::forget(tx, &user.id).await?;
    store::mark_deleted(tx, &user.id).await?;
    let before = json!({
        "userName": user.user_name, "externalId": user.external_id, "kind": user.kind.as_str(), "active": user.idp_active,
        "roles": grants, "aliases": aliases,
    });
    let mut after = json!({ "memberships_removed": memberships, "grants_removed": grants.len() });
    ended.tell(&mut after);
    after.as_object_mut().into_iter().for_each(|after| after.extend(told.clone()));
    let mut after = Some(after);
    held.effects(tx).await?.tell_roles(&user.id, &mut after);
    let subject = Subject::user(&user.id, &user.display_name);
    let event = NewEvent { organization, kind: "user.deleted", subject, before: Some(before), after };
    events::record(tx, actor, event).await?;
    Ok(ended)
}
