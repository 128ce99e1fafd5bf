//! Who is acting, and what they may do.

use crate::error::{Error, Result};
use crate::id::{ApiKeyId, DirectoryId, OrganizationId, UserId};

/// What a person may do in the dashboard. The order is the order of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Sees their own account only.
    Member,
    /// Reads and writes the organization.
    Admin,
    /// Also makes and removes admins and owners, and deletes connections.
    Owner,
}

impl Level {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "member" => Some(Self::Member),
            "admin" => Some(Self::Admin),
            "owner" => Some(Self::Owner),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The word on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::Admin => "Admin",
            Self::Owner => "Owner",
        }
    }
}

/// Whoever does something: every feature function takes one, decides by it, and writes it into the event.
#[derive(Debug, Clone)]
pub enum Actor {
    Person {
        user: UserId,
        organization: OrganizationId,
        level: Level,
        name: String,
    },
    /// An identity provider, by one of a directory's tokens.
    Directory {
        directory: DirectoryId,
        organization: OrganizationId,
        name: String,
    },
    /// A program, by one of its API keys: an admin at most, and today one that only reads.
    Key {
        key: ApiKeyId,
        user: UserId,
        organization: OrganizationId,
        name: String,
    },
    /// Somebody with a shell on the server.
    CommandLine,
    /// Muster itself: set-up, jobs, a sign-in that is still under way.
    System,
}

impl Actor {
    /// # Errors
    /// [`Error::NotFound`] for another organization's people, [`Error::Forbidden`] for members.
    pub fn require_admin(&self, organization: &OrganizationId) -> Result<()> {
        self.require(
            organization,
            Level::Admin,
            "Only admins and owners can do this. Nothing was changed; ask one of them.",
        )
    }

    /// # Errors
    /// As [`Actor::require_admin`], and [`Error::Forbidden`] for admins.
    pub fn require_owner(&self, organization: &OrganizationId) -> Result<()> {
        self.require(organization, Level::Owner, "Only owners can do this. Nothing was changed; ask one of them.")
    }

    /// # Errors
    /// As [`Actor::require_admin`]; an API key may read what is its organization's, as far as its scopes go.
    pub fn require_reader(&self, organization: &OrganizationId) -> Result<()> {
        match self {
            Self::Key { organization: own, .. } if own == organization => Ok(()),
            _ => self.require_admin(organization),
        }
    }

    fn require(&self, organization: &OrganizationId, least: Level, refusal: &str) -> Result<()> {
        match self {
            Self::CommandLine | Self::System => Ok(()),
            Self::Person { organization: own, level, .. } if own == organization => {
                if *level >= least {
                    Ok(())
                } else {
                    Err(Error::forbidden(refusal))
                }
            }
            Self::Key { organization: own, .. } if own == organization => {
                Err(Error::forbidden("No scope of an API key lets it change this. Nothing was changed; ask an admin."))
            }
            Self::Person { .. } | Self::Directory { .. } | Self::Key { .. } => Err(Error::NotFound("organization")),
        }
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Person { .. } => "user",
            Self::Directory { .. } => "directory",
            Self::Key { .. } => "api-key",
            Self::CommandLine => "command-line",
            Self::System => "system",
        }
    }

    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Person { user, .. } => Some(user.as_str()),
            Self::Directory { directory, .. } => Some(directory.as_str()),
            Self::Key { key, .. } => Some(key.as_str()),
            Self::CommandLine | Self::System => None,
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Person { name, .. } | Self::Directory { name, .. } | Self::Key { name, .. } => name,
            Self::CommandLine => "the command line",
            Self::System => "Muster",
        }
    }
}
