//! What a connection is.

use crate::id::{ConnectionId, DirectoryId, OrganizationId};
use crate::sso::ClientAuthentication;
use crate::sso::Metadata;
use crate::sso::Provider;
use crate::time::Timestamp;

/// One identity provider of an organization.
#[derive(Debug, Clone)]
pub struct Connection {
    pub id: ConnectionId,
    pub organization_id: OrganizationId,
    pub provider: Provider,
    pub name: String,
    pub sign_in: SignIn,
    pub sync_mode: SyncMode,
    /// What the admin typed: an Okta domain, an issuer or a metadata URL.
    pub address: Option<String>,
    /// Entra's.
    pub tenant_id: Option<String>,
    pub client_id: Option<String>,
    pub has_client_secret: bool,
    /// `None`: as the provider offers.
    pub client_authentication: Option<ClientAuthentication>,
    /// What discovery found last.
    pub metadata: Option<Metadata>,
    /// Why discovery failed last.
    pub problem: Option<String>,
    pub created_at: Timestamp,
}

/// The state of the sign-in half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    Off,
    /// Filled in, but discovery has not succeeded yet.
    Draft,
    On,
}

/// How people get here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncMode {
    /// The identity provider pushes them.
    Scim,
    /// Their first sign-in makes them.
    OnSignIn,
    /// Nobody new comes.
    None,
}

/// The SCIM half of a connection.
#[derive(Debug, Clone)]
pub struct Directory {
    pub id: DirectoryId,
    pub label: String,
    pub state: DirectoryState,
    pub first_request_at: Option<Timestamp>,
    pub last_request_at: Option<Timestamp>,
    pub last_error_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryState {
    Off,
    On,
    Paused,
}

impl SignIn {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Off, Self::Draft, Self::On].into_iter().find(|state| state.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Draft => "draft",
            Self::On => "on",
        }
    }
}

impl SyncMode {
    pub const ALL: [Self; 3] = [Self::Scim, Self::OnSignIn, Self::None];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scim => "scim",
            Self::OnSignIn => "on-sign-in",
            Self::None => "none",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Scim => "SCIM",
            Self::OnSignIn => "At sign-in",
            Self::None => "Not at all",
        }
    }

    pub fn help(self) -> &'static str {
        match self {
            Self::Scim => {
                "The identity provider pushes people and groups, and takes access away the moment somebody leaves."
            }
            Self::OnSignIn => "Somebody's first sign-in makes them here. Nobody is told when they leave.",
            Self::None => "People who are here already can sign in; nobody new comes.",
        }
    }
}

impl DirectoryState {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Off, Self::On, Self::Paused].into_iter().find(|state| state.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Paused => "paused",
        }
    }
}

/// `{public_url}/auth/openid/callback/{connection}`: one per connection, so that two cannot be mixed up.
pub fn redirect_uri(public_url: &str, id: &ConnectionId) -> String {
    format!("{public_url}/auth/openid/callback/{id}")
}

/// Where a provider's own tile starts a sign-in.
pub fn initiate_uri(public_url: &str, id: &ConnectionId) -> String {
    format!("{public_url}/auth/initiate/{id}")
}

/// Where a provider says that somebody has signed out there.
pub fn logout_uri(public_url: &str, id: &ConnectionId) -> String {
    format!("{public_url}/auth/backchannel-logout/{id}")
}
