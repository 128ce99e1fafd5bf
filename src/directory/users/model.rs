//! What a person is.

use serde_json::{Map, Value};

use crate::actor::Level;
use crate::directory::Source;
use crate::id::{OrganizationId, UserId};
use crate::text;
use crate::time::Timestamp;

/// What a user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserKind {
    Person,
    /// A program: no sign-in, API keys only.
    Service,
}

impl UserKind {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "person" => Some(Self::Person),
            "service" => Some(Self::Service),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
        }
    }
}

/// A person of an organization, or a program.
#[derive(Debug, Clone)]
pub struct User {
    pub id: UserId,
    pub organization_id: OrganizationId,
    pub kind: UserKind,
    pub source: Source,
    pub user_name: String,
    pub external_id: Option<String>,
    /// Never empty: the userName where the source gave no name.
    pub display_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    /// The primary address.
    pub email: Option<String>,
    pub title: Option<String>,
    pub department: Option<String>,
    /// The level that holds: their own, or what a group gives them.
    pub level: Level,
    /// What an owner has given the person.
    pub own_level: Level,
    pub operator: bool,
    /// Who answers for a service account.
    pub answerable: Option<UserId>,
    /// Ours, whoever manages the person.
    pub note: Option<String>,
    /// SCIM's `active`: the identity provider's alone.
    pub idp_active: bool,
    /// Ours: no identity provider lifts it.
    pub suspension: Option<Suspension>,
    /// The SCIM resource as it is answered, without `groups` and `meta`.
    pub document: Map<String, Value>,
    pub version: i64,
    pub last_sign_in_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Suspension {
    pub at: Timestamp,
    /// The name of whoever did it.
    pub by: String,
    pub reason: Option<String>,
}

/// The two facts behind access, as one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    Active,
    /// The identity provider says `active: false`.
    Deactivated,
    Suspended,
}

impl User {
    pub fn status(&self) -> Status {
        match (&self.suspension, self.idp_active) {
            (Some(_), _) => Status::Suspended,
            (None, false) => Status::Deactivated,
            (None, true) => Status::Active,
        }
    }

    pub fn is_service(&self) -> bool {
        self.kind == UserKind::Service
    }

    /// Signing in, and holding roles, needs both facts.
    pub fn may_sign_in(&self) -> bool {
        self.status() == Status::Active
    }
}

/// A person about to be made. What is absent is unknown.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub organization_id: OrganizationId,
    pub source: Source,
    pub user_name: String,
    pub external_id: Option<String>,
    pub display_name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub level: Level,
    pub operator: bool,
    pub idp_active: bool,
    pub document: Map<String, Value>,
}

/// How many bytes of the search key are kept: what an index of PostgreSQL holds.
const LONGEST_KEY: usize = 2000;

/// What the search box looks through: name, userName and address, folded. Starts with the name: lists are sorted by it.
pub(in crate::directory) fn search_key(display_name: &str, user_name: &str, email: Option<&str>) -> String {
    let mut key = text::fold(display_name);
    for part in [Some(user_name), email].into_iter().flatten().map(text::fold) {
        if !key.contains(&part) {
            key.push('\n');
            key.push_str(&part);
        }
    }
    key.truncate(key.floor_char_boundary(LONGEST_KEY));
    key
}
