//! What the page of one person says beside the profile: groups, sign-in links.

mod store;

pub(super) use store::{formerly, groups, has_password, links};

use crate::directory::Source;
use crate::id::{ConnectionId, GroupId, UserId};
use crate::time::Timestamp;

/// A group the person is in, without those around it.
#[derive(Debug, Clone)]
pub(super) struct JoinedGroup {
    pub id: GroupId,
    pub name: String,
    pub source: Source,
}

/// As whom the person may sign in through a connection.
#[derive(Debug, Clone)]
pub(super) struct SignInLink {
    pub connection: ConnectionId,
    pub connection_name: String,
    pub issuer: String,
    pub subject: String,
    /// From then on the link does not follow externalId.
    pub pinned_at: Option<Timestamp>,
}

/// A deleted person whose history goes on in another: the same one, as far as their provider told.
#[derive(Debug, Clone)]
pub(super) struct Former {
    pub id: UserId,
    pub name: String,
    pub deleted_at: Timestamp,
}
