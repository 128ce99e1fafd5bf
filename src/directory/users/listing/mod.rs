//! The list of people: searched, filtered, a page at a time.

mod store;

pub(super) use store::list;

use super::model::Status;
use crate::actor::Level;
use crate::directory::{Provenance, Source};
use crate::id::UserId;
use crate::time::Timestamp;

/// How many people a page has.
pub(super) const PER_PAGE: u64 = 50;

/// Which people are asked for; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// Found in name, userName, address and aliases.
    pub q: String,
    pub status: Option<Status>,
    pub from: Option<Provenance>,
}

/// A person in the list.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub id: UserId,
    pub display_name: String,
    pub user_name: String,
    pub email: Option<String>,
    pub source: Source,
    pub status: Status,
    pub suspended_by: Option<String>,
    pub level: Level,
    pub last_sign_in_at: Option<Timestamp>,
}
