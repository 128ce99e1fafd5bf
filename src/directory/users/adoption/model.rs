//! What a directory asked for, and what was decided.

use crate::actor::Level;
use crate::id::{AdoptionId, ConnectionId, DirectoryId, UserId};
use crate::time::Timestamp;

/// A local person whom a directory asked for.
#[derive(Debug, Clone)]
pub struct Adoption {
    pub id: AdoptionId,
    pub directory: DirectoryId,
    pub user: UserId,
    /// What the directory sent.
    pub user_name: String,
    pub external_id: Option<String>,
    pub email: Option<String>,
    pub state: State,
    pub asked_at: Timestamp,
    pub decided_by: Option<UserId>,
    pub decided_by_name: Option<String>,
    pub decided_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided.
    Pending,
    /// The directory's next request takes the person over.
    Confirmed,
    /// The directory has them.
    Done,
    Declined,
}

impl State {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Confirmed, Self::Done, Self::Declined].into_iter().find(|state| state.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Done => "done",
            Self::Declined => "declined",
        }
    }
}

/// The same as the page shows it: with the person as they are now, and what they would lose.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub adoption: Adoption,
    pub name: String,
    pub own_user_name: String,
    pub own_email: Option<String>,
    pub level: Level,
    /// Sessions and terminals.
    pub signed_in: i64,
    pub has_password: bool,
    pub has_second_factor: bool,
    /// Roles given to the person directly.
    pub roles: i64,
}

/// One page of them.
#[derive(Debug, Clone)]
pub(super) struct List {
    pub connection: ConnectionId,
    pub shown: Vec<Shown>,
    pub total: u64,
}
