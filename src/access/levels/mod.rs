//! Levels through groups: an owner maps a group to *admin*, and whoever is in it, or in a group within it, is an admin as long
//! as they are.
//!
//! Nothing of it is kept at a person: each question for a level looks through the groups ([`EFFECTIVE`]). No group makes an
//! owner, and no identity provider makes a mapping.

mod map;
pub mod pages;
pub mod routes;
mod settle;
mod store;
mod what_if;

pub use map::{map, release};
pub use settle::{Below, Raised, settle};
pub use store::{EFFECTIVE, groups_raising, raised};
pub use what_if::{Concerned, concerned};

use crate::access::roles::GroupRef;
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::error::Result;
use crate::id::{GroupId, OrganizationId};
use crate::time::Timestamp;

/// A group whose people have a level.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub group: GroupRef,
    pub level: Level,
    pub created_by: String,
    pub created_at: Timestamp,
}

/// Who is in a mapped group, or in one within it, is an admin: changing that by hand is for owners only.
///
/// # Errors
/// [`crate::error::Error::Forbidden`] for admins where the group, or one around it, is mapped.
pub async fn require_may_change(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    group: &GroupId,
) -> Result<()> {
    if store::is_mapped(tx, group).await? { actor.require_owner(organization) } else { Ok(()) }
}

/// What the group is mapped to, if it is.
pub async fn of_group(tx: &mut Tx, organization: &OrganizationId, group: &GroupId) -> Result<Option<Mapping>> {
    store::of_group(tx, organization, group).await
}
