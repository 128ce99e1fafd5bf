//! Members of a group, apart from its document (RFC 7643 section 4.2).
//!
//! A group may have a hundred thousand members. A PATCH is therefore split into [`Step`]s: changes of the document, for
//! [`crate::patch::apply`], and changes of the membership that a server carries out without loading it.

mod read;
mod split;

pub use read::read_members;

use crate::{filter::Filter, patch::PatchRequest};

/// A member as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Member {
    /// The identifier of the user or group.
    pub value: String,
    /// `type`: "User" or "Group".
    pub kind: Option<String>,
    /// A name for display.
    pub display: Option<String>,
}

/// A change of a group's membership.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberChange {
    /// These join; who is a member already stays one.
    Add(Vec<Member>),
    /// These identifiers leave; who is no member is not missed.
    Remove(Vec<String>),
    /// Whoever matches leaves. The names in the filter are sub-attributes of a member.
    RemoveWhere(Filter),
    /// All leave.
    Clear,
    /// These and no others are members.
    Replace(Vec<Member>),
}

/// A part of a PATCH, to be carried out in order and as a whole.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Operations on the document, none of which speaks of members.
    Document(PatchRequest),
    /// A change of the membership.
    Members(MemberChange),
}
