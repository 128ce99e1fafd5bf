//! Groups as the dashboard reads them: the list, one group with its members, the groups around it.

mod store;

pub(super) use store::{containing, find, list, members, nested};

use crate::directory::users::{Status, UserKind};
use crate::directory::{Provenance, Source};
use crate::id::{GroupId, RoleId, UserId};
use crate::time::Timestamp;

/// How many groups, or members, a page has.
pub(super) const PER_PAGE: u64 = 50;

/// Which groups are asked for; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// Found in the name.
    pub q: String,
    pub from: Option<Provenance>,
}

/// A group in a list.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub id: GroupId,
    pub name: String,
    pub source: Source,
    pub external_id: Option<String>,
    /// The role that the group owns.
    pub role_id: Option<RoleId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// People in it, without those of groups within it.
    pub people: i64,
    /// Groups in it.
    pub groups: i64,
}

/// A person in a group.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub id: UserId,
    pub name: String,
    pub user_name: String,
    pub kind: UserKind,
    pub status: Status,
    pub suspended_by: Option<String>,
    pub person_source: Source,
    /// Whose the membership is: the directory's, or ours.
    pub source: Source,
}
