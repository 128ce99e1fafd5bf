//! Whether a directory's brake is closed, and since what.

use super::limits::Limits;
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{ConnectionId, OrganizationId};
use crate::time::Timestamp;

/// A directory's brake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brake {
    pub is_on: bool,
    pub limits: Limits,
    pub closed: Option<Closed>,
}

/// When it closed, and by how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub at: Timestamp,
    pub crossing: Crossing,
}

/// So many people would have lost access within the window, and so many of those active may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    pub lost: i64,
    pub allowed: i64,
    pub active: i64,
}

impl Default for Brake {
    /// As a directory's brake is until somebody changes it.
    fn default() -> Self {
        Self { is_on: true, limits: Limits { least: 10, percent: 20 }, closed: None }
    }
}

/// A directory whose requests wait: for the overview and the connection's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub connection: ConnectionId,
    pub name: String,
    /// `None` where it is open again and something is left that could not be released.
    pub closed_at: Option<Timestamp>,
    pub changes: i64,
    /// From how many people these changes would take access.
    pub people: i64,
}

impl Held {
    /// "The brake of Acme Okta is closed: 43 people would lose access."
    pub fn in_words(&self) -> String {
        let people = match self.people {
            1 => "1 person".to_string(),
            people => format!("{people} people"),
        };
        let name = &self.name;
        match (&self.closed_at, self.changes) {
            (Some(_), 0) => format!("The brake of {name} is closed: nothing waits any more."),
            (Some(_), _) => format!("The brake of {name} is closed: {people} would lose access."),
            (None, _) => format!("Changes of {name} could not be released: {people} would lose access."),
        }
    }
}

/// The organization's directories whose brake is closed, or keeps something.
///
/// # Errors
/// What [`Actor::require_admin`] says.
pub async fn held(tx: &mut Tx, actor: &Actor, organization: &OrganizationId) -> Result<Vec<Held>> {
    actor.require_admin(organization)?;
    store::held(tx, organization).await
}
