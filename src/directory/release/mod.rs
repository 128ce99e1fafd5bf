//! Release: what a provider left behind becomes ours, or goes. Nothing stays read-only with no way out.
//!
//! A whole connection is removed ([`connection`]), or one person ([`person`]) or group ([`group`]) is released by itself. Released
//! people keep id, level, direct roles and memberships; what only their provider could give (sign-in links, roles by SCIM) goes.

mod choices;
mod connection;
mod group;
mod guard;
mod pages;
mod person;
mod preview;
pub mod routes;
mod store;

pub use choices::{Groups, People};
pub use connection::{RemovalForm, Removed, remove_connection};
pub use group::{Group, release_group};
pub use person::release_person;
pub use preview::{GroupPreview, Numbers, PersonPreview, Preview, Renamed, numbers, preview};

use super::Source;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{ConnectionId, DirectoryId, OrganizationId, UserId};

/// Both sources of a connection: its directory, and sign-ins through it.
#[derive(Debug, Clone)]
struct Sources {
    connection: ConnectionId,
    directory: DirectoryId,
}

impl Sources {
    fn all(&self) -> [String; 2] {
        [Source::Directory(self.directory.clone()).to_string(), Source::SignIn(self.connection.clone()).to_string()]
    }

    /// The origin of the grants that the directory gave.
    fn scim_origin(&self) -> String {
        format!("scim:{}", self.directory)
    }
}

/// Refuses what ends the sign-in links of a connection if no owner could sign in afterwards.
///
/// # Errors
/// [`crate::error::Error::Conflict`].
pub(super) async fn require_a_way_in(
    tx: &mut Tx,
    organization: &OrganizationId,
    connection: &ConnectionId,
    directory: &DirectoryId,
) -> Result<()> {
    let sources = Sources { connection: connection.clone(), directory: directory.clone() };
    guard::require_owner_left(tx, organization, &sources, People::Local).await
}

/// Takes back the roles that only this directory could give to a person.
pub(super) async fn revoke_roles_of_directory(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    connection: &ConnectionId,
    directory: &DirectoryId,
    user: &UserId,
) -> Result<()> {
    let sources = Sources { connection: connection.clone(), directory: directory.clone() };
    person::revoke_scim_roles(tx, actor, organization, &sources, Some(user)).await?;
    Ok(())
}
