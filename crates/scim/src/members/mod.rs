//! Members of a group, apart from its document (RFC 7643 section 4.2).
//!
//! A group may have a hundred thousand members. A PATCH is therefore split into [`Step`]s: changes of the document, for
//! [`crate::patch::apply`], and changes of the membership that a server carries out without loading it.
//!
//! ```
//! use muster_scim::{members::{MemberChange, Step}, patch::PatchRequest};
//! use serde_json::json;
//!
//! let request = PatchRequest::parse(&json!({
//!     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
//!     "Operations": [
//!         { "op": "remove", "path": "members[value eq \"2819c223\"]" },
//!         { "op": "replace", "value": { "displayName": "Engines" } },
//!     ],
//! }))?;
//! let steps = request.split_members()?;
//! assert_eq!(steps[0], Step::Members(MemberChange::Remove(vec!["2819c223".into()])));
//! assert!(matches!(&steps[1], Step::Document(rest) if rest.operations.len() == 1));
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```

mod read;
mod split;

pub use read::read_members;

use crate::{filter::Filter, patch::PatchRequest};

/// A member as it was sent (RFC 7643 section 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Member {
    /// The identifier of the user or group.
    pub value: String,
    /// `type`: "User" or "Group".
    pub kind: Option<String>,
    /// A name for display.
    pub display: Option<String>,
}

/// A change of a group's membership (RFC 7644 section 3.5.2).
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

/// A part of a PATCH, to be carried out in order and as a whole: a PATCH "SHALL be atomic" (RFC 7644 section 3.5.2).
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Operations on the document, none of which speaks of members.
    Document(PatchRequest),
    /// A change of the membership.
    Members(MemberChange),
}
