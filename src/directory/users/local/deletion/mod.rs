//! Deleting a local person or a service account, for good: what it takes away is said before it is done.

mod pages;
pub mod routes;

use serde_json::json;

use super::store;
use crate::access::roles;
use crate::access::roles::effects::Before;
use crate::actor::Actor;
use crate::api_keys;
use crate::db::Tx;
use crate::directory::groups;
use crate::directory::users::standing::{is_self, require_power_over};
use crate::directory::users::{User, aliases, break_glass, detail, find, service, store as rows};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};
use crate::sessions::list::{open_sessions, terminals};
use crate::sessions::{self, Ended};
use crate::sso::links;
use crate::text;

/// What a deletion takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consequences {
    /// Sessions and sign-ins from a terminal.
    pub sessions: usize,
    pub api_keys: usize,
    pub roles: usize,
    pub groups: usize,
    /// Service accounts for which nobody answers afterwards.
    pub accounts: i64,
}

/// What deleting this user would take away now.
pub async fn consequences(tx: &mut Tx, user: &User) -> Result<Consequences> {
    let now = tx.now();
    let keys = api_keys::list(tx, &user.id).await?;
    Ok(Consequences {
        sessions: open_sessions(tx, user, None).await?.len() + terminals(tx, user).await?.len(),
        api_keys: keys.iter().filter(|key| key.is_live(&now)).count(),
        roles: roles::effective(tx, &user.id).await?.len(),
        groups: detail::groups(tx, &user.id).await?.len(),
        accounts: service::count_answered_by(tx, &user.id).await?,
    })
}

/// Deletes a local person or a service account: memberships, grants, sessions, keys, links, secrets and aliases go with
/// them, and their names are free again. The row stays, for the history; its id is never used again.
///
/// # Errors
/// [`Error::Invalid`] at `name` where the name that was typed is another; [`Error::Forbidden`] for oneself, for people whom an
/// identity provider manages and, to admins, for owners; [`Error::LastBreakGlassOwner`].
pub async fn delete(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
    typed_name: &str,
) -> Result<(User, Ended)> {
    actor.require_admin(organization)?;
    // The organization, then groups, then the person: the order in which everything else takes them.
    break_glass::lock(tx, organization).await?;
    groups::lock_groups_of(tx, id.as_str()).await?;
    let user = find(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
    require_deletable(actor, organization, &user)?;
    if text::fold(typed_name.trim()) != text::fold(user.display_name.trim()) {
        return Err(Error::invalid("name", format!("Type “{}”. Nothing was deleted.", user.display_name)));
    }
    break_glass::require_another(tx, &user).await?;
    let held = Before::of(tx, std::slice::from_ref(id)).await?;
    let memberships = groups::leave_all(tx, actor, organization, id.as_str(), &user.display_name).await?;
    let grants = rows::remove_grants(tx, id).await?;
    let ended = sessions::revoke_all(tx, id).await?;
    links::remove_all(tx, id).await?;
    let aliases = aliases::forget(tx, id).await?;
    store::delete_secrets(tx, id).await?;
    rows::mark_deleted(tx, id).await?;
    let mut after = json!({ "memberships_removed": memberships, "grants_removed": grants.len() });
    ended.tell(&mut after);
    let mut after = Some(after);
    held.effects(tx).await?.tell_roles(id, &mut after);
    let event = NewEvent {
        organization,
        kind: "user.deleted",
        subject: Subject::user(id, &user.display_name),
        before: Some(json!({
            "userName": user.user_name, "kind": user.kind.as_str(), "active": user.idp_active, "roles": grants,
            "aliases": aliases,
        })),
        after,
    };
    events::record(tx, actor, event).await?;
    Ok((user, ended))
}

fn require_deletable(actor: &Actor, organization: &OrganizationId, user: &User) -> Result<()> {
    if user.source.is_managed() {
        return Err(Error::forbidden(format!(
            "An identity provider manages {}. Nothing was deleted here; take the person from the application there.",
            user.display_name
        )));
    }
    require_power_over(actor, organization, user)?;
    match is_self(actor, user) {
        true => Err(Error::forbidden("Nobody deletes themselves. Nothing was changed; ask another admin.")),
        false => Ok(()),
    }
}
