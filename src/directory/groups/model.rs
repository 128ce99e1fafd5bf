//! What a group is, and who is in it.

use serde_json::{Map, Value};

use crate::directory::Source;
use crate::id::{GroupId, OrganizationId, RoleId};
use crate::time::Timestamp;

/// A group of an organization.
#[derive(Debug, Clone)]
pub struct Group {
    pub id: GroupId,
    pub organization_id: OrganizationId,
    pub source: Source,
    pub display_name: String,
    pub external_id: Option<String>,
    /// The role that the group owns, or that it stands for while it is only offered.
    pub role_id: Option<RoleId>,
    /// A role that no group owns yet, as its directory sees it.
    pub offered: bool,
    /// The SCIM resource as it is answered, without `members` and `meta`.
    pub document: Map<String, Value>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A member as it is shown: a user or a group, with the name it has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    pub kind: MemberKind,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    User,
    Group,
}

impl MemberKind {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "user" => Some(Self::User),
            "group" => Some(Self::Group),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }
}
