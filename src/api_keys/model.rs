//! What a key is, and what it is good for.

use crate::id::{ApiKeyId, OrganizationId, UserId};
use crate::provisioning::tokens::Form;
use crate::time::Timestamp;

/// How a key looks: its beginning and its check let tools that look for leaked secrets recognise one.
pub const KEY: Form = Form::starting("muster_key_");

/// What a key may ask about besides itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    UsersRead,
    RolesRead,
}

impl Scope {
    pub const ALL: [Self; 2] = [Self::UsersRead, Self::RolesRead];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::UsersRead => "users:read",
            Self::RolesRead => "roles:read",
        }
    }
}

/// What is known of a key after it was shown.
#[derive(Debug, Clone)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub prefix: String,
    pub scopes: Vec<Scope>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Neither revoked nor expired.
    pub fn is_live(&self, now: &Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.as_ref().is_none_or(|end| end > now)
    }
}

/// A key that was brought, with whose it is.
#[derive(Debug, Clone)]
pub struct Credential {
    pub key: ApiKey,
    pub user: UserId,
    pub organization: OrganizationId,
}
