//! What a directory's token can reach.

use crate::actor::Actor;
use crate::directory::Source;
use crate::error::{Error, Result};
use crate::id::{DirectoryId, OrganizationId};

/// A directory's own people, groups and memberships. Whatever lies outside does not exist for its token.
#[derive(Debug, Clone)]
pub struct Realm {
    pub organization: OrganizationId,
    pub directory: DirectoryId,
    pub source: Source,
}

impl Realm {
    /// The realm of whoever acts.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for anybody but a directory: what an identity provider manages is changed there.
    pub fn of(actor: &Actor) -> Result<Self> {
        match actor {
            Actor::Directory { directory, organization, .. } => Ok(Self {
                organization: organization.clone(),
                directory: directory.clone(),
                source: Source::Directory(directory.clone()),
            }),
            _ => Err(Error::forbidden(
                "Only the identity provider changes this. Nothing was changed; change it there, and it arrives here.",
            )),
        }
    }
}
