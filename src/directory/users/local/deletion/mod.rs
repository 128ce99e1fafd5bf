//! Deleting a local person or a service account, for good: what it takes away is said before it is done.

mod pages;
pub mod routes;

use serde_json::Map;

use crate::access::roles;
use crate::actor::Actor;
use crate::api_keys;
use crate::db::Tx;
use crate::directory::groups;
use crate::directory::users::standing::{is_self, require_another_operator, require_power_over};
use crate::directory::users::{User, detail, find, removal, service};
use crate::error::{Error, Result};
use crate::id::{OrganizationId, UserId};
use crate::organizations;
use crate::sessions::list::{open_sessions, terminals};
use crate::sessions::{Ended, local};
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
/// identity provider manages and, to admins, for owners; [`Error::Conflict`] for the last operator who is an owner; [`Error::LastBreakGlassOwner`].
pub async fn delete(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &UserId,
    typed_name: &str,
) -> Result<(User, Ended)> {
    actor.require_admin(organization)?;
    // The organization, then groups, then the person: the order in which everything else takes them.
    organizations::lock(tx, organization).await?;
    groups::lock_groups_of(tx, id.as_str()).await?;
    let user = find(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
    require_deletable(actor, organization, &user)?;
    if text::fold(typed_name.trim()) != text::fold(user.display_name.trim()) {
        return Err(Error::invalid("name", format!("Type “{}”. Nothing was deleted.", user.display_name)));
    }
    require_another_operator(tx, &user).await?;
    let ended = removal::remove(tx, actor, &user, Map::new()).await?;
    local::forget(tx, id).await?;
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
