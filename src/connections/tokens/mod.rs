//! The secrets by which an identity provider is known to be the directory's: shown once, kept as a hash.
//!
//! A token is sent with each call; a client secret is exchanged for access tokens (`provisioning::oauth`). Both are made,
//! rotated and revoked alike.

mod create;
mod rotate;
mod store;
mod terms;

use serde_json::{Value, json};

use super::model::{Connection, Directory};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{DirectoryId, TokenId};
use crate::provisioning::tokens::{CLIENT_SECRET, Form, SCIM};
use crate::time::Timestamp;

pub use create::{TokenForm, create};
pub use rotate::{RotateForm, rotate};
pub use terms::{Expiry, Overlap};

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A token of the directory.
    Bearer,
    /// A secret of the directory's OAuth client.
    ClientSecret,
}

/// What is known of a token or client secret after it was shown.
#[derive(Debug, Clone)]
pub struct Token {
    pub id: TokenId,
    pub kind: Kind,
    pub name: String,
    pub prefix: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// What is done to a token; the events are named by it.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Created,
    Rotated,
    Revoked,
}

impl Kind {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Bearer, Self::ClientSecret].into_iter().find(|kind| kind.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::ClientSecret => "client-secret",
        }
    }

    /// What people call it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Bearer => "token",
            Self::ClientSecret => "client secret",
        }
    }

    /// The same at the beginning of a line.
    pub fn title(self) -> &'static str {
        match self {
            Self::Bearer => "Token",
            Self::ClientSecret => "Client secret",
        }
    }

    fn form(self) -> Form {
        match self {
            Self::Bearer => SCIM,
            Self::ClientSecret => CLIENT_SECRET,
        }
    }

    fn event(self, deed: Deed) -> &'static str {
        match (self, deed) {
            (Self::Bearer, Deed::Created) => "directory.token_created",
            (Self::Bearer, Deed::Rotated) => "directory.token_rotated",
            (Self::Bearer, Deed::Revoked) => "directory.token_revoked",
            (Self::ClientSecret, Deed::Created) => "directory.client_secret_created",
            (Self::ClientSecret, Deed::Rotated) => "directory.client_secret_rotated",
            (Self::ClientSecret, Deed::Revoked) => "directory.client_secret_revoked",
        }
    }
}

impl Token {
    /// Neither revoked nor expired.
    pub fn is_live(&self, now: &Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.as_ref().is_none_or(|end| end > now)
    }
}

/// The directory's tokens or client secrets, newest first, revoked ones too.
pub async fn list(tx: &mut Tx, directory: &DirectoryId, kind: Kind) -> Result<Vec<Token>> {
    store::list(tx, directory, kind).await
}

/// One token or client secret of the directory.
pub async fn find(tx: &mut Tx, directory: &DirectoryId, id: &TokenId) -> Result<Token> {
    store::find(tx, directory, id).await?.ok_or(Error::NotFound("token"))
}

/// Ends a token at once, or a client secret with the access tokens that it was exchanged for. Returns what it was.
pub async fn revoke(
    tx: &mut Tx,
    actor: &Actor,
    connection: &Connection,
    directory: &Directory,
    id: &TokenId,
) -> Result<Token> {
    actor.require_admin(&connection.organization_id)?;
    let token = find(tx, &directory.id, id).await?;
    if token.revoked_at.is_none() {
        store::revoke(tx, id).await?;
        let about = json!({ "name": token.name, "prefix": token.prefix });
        record(tx, actor, connection, token.kind.event(Deed::Revoked), about).await?;
    }
    Ok(token)
}

/// Ends all that opens a directory; returns how many tokens and client secrets were live.
pub(super) async fn revoke_all(tx: &mut Tx, directory: &DirectoryId) -> Result<u64> {
    store::revoke_all(tx, directory).await
}

async fn record(tx: &mut Tx, actor: &Actor, connection: &Connection, kind: &'static str, after: Value) -> Result<()> {
    let subject = Subject::connection(&connection.id, &connection.name);
    let organization = &connection.organization_id;
    events::record(tx, actor, NewEvent { organization, kind, subject, before: None, after: Some(after) }).await
}
