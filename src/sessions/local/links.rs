//! Links that are good once: invitations and lost passwords. Kept as a hash, shown to whoever makes one, to be sent.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use time::Duration;

use super::store;
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::Source;
use crate::directory::users::User;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{LinkId, OrganizationId, UserId};
use crate::vault;

/// What somebody does at the end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Chooses the first password.
    Invitation,
    /// Chooses another one.
    LostPassword,
}

impl Purpose {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "invitation" => Some(Self::Invitation),
            "lost-password" => Some(Self::LostPassword),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::LostPassword => "lost-password",
        }
    }

    fn lifetime(self) -> Duration {
        match self {
            Self::Invitation => Duration::days(7),
            Self::LostPassword => Duration::hours(24),
        }
    }

    /// How long it is good for, in words.
    pub fn lifetime_words(self) -> &'static str {
        match self {
            Self::Invitation => "seven days",
            Self::LostPassword => "24 hours",
        }
    }

    fn event(self) -> &'static str {
        match self {
            Self::Invitation => "invitation.created",
            Self::LostPassword => "password_link.created",
        }
    }
}

/// A link that is still good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub id: LinkId,
    pub user: UserId,
    pub organization: OrganizationId,
    pub purpose: Purpose,
}

/// Makes a link for a local person, in the place of an earlier one: its secret is returned now and never again.
///
/// # Errors
/// [`Error::Forbidden`] to admins for owners and operators, [`Error::Conflict`] for people of an identity provider and for those
/// who may not sign in.
pub async fn create(tx: &mut Tx, actor: &Actor, user: &User, purpose: Purpose) -> Result<SecretString> {
    // Whoever makes a link could use it: an operator is an admin of all organizations, and no admin of one becomes that.
    match user.level {
        Level::Admin | Level::Member if !user.operator => actor.require_admin(&user.organization_id)?,
        _ => actor.require_owner(&user.organization_id)?,
    }
    if user.is_service() {
        return Err(Error::conflict(format!(
            "{} is a service account and signs in nowhere. Nothing was changed; make an API key for it.",
            user.display_name
        )));
    }
    if user.source != Source::Local {
        return Err(Error::conflict(format!(
            "{} signs in through an identity provider and has no password here. Nothing was changed.",
            user.display_name
        )));
    }
    if !user.may_sign_in() {
        return Err(Error::conflict(format!(
            "{} may not sign in now, so that a link would open nothing. Nothing was changed; lift the suspension first.",
            user.display_name
        )));
    }
    let secret = vault::random_text(vault::BASE62, 32);
    let until = tx.now().plus(purpose.lifetime());
    let by = if let Actor::Person { user, .. } = actor { Some(user.as_str()) } else { None };
    store::save_link(tx, &user.id, purpose, &vault::digest(&secret), by, &until).await?;
    let event = NewEvent {
        organization: &user.organization_id,
        kind: purpose.event(),
        subject: Subject::user(&user.id, &user.display_name),
        before: None,
        after: Some(json!({ "until": until })),
    };
    events::record(tx, actor, event).await?;
    Ok(SecretString::from(secret))
}

/// The address to be sent. The secret stands in the query, which no log of ours holds.
pub fn address(public_url: &str, secret: &SecretString) -> String {
    format!("{public_url}/link?secret={}", secret.expose_secret())
}

/// The link with this secret, if it is still good.
pub(super) async fn find(tx: &mut Tx, secret: &SecretString) -> Result<Option<Link>> {
    store::link_by_hash(tx, &vault::digest(secret.expose_secret())).await
}

/// The same link later, if it is still good.
pub(super) async fn find_again(tx: &mut Tx, id: &LinkId) -> Result<Option<Link>> {
    store::link(tx, id).await
}

/// Uses the link up.
///
/// # Errors
/// [`Error::NotFound`] if somebody was faster, or another link took its place.
pub(super) async fn spend(tx: &mut Tx, link: &Link) -> Result<()> {
    if store::delete_link(tx, &link.id).await? { Ok(()) } else { Err(Error::NotFound("link")) }
}

/// Takes back the link for a person. Returns how many there were.
pub async fn revoke_for(tx: &mut Tx, user: &UserId) -> Result<u64> {
    store::delete_link_for(tx, user).await
}

/// Takes back the links for a person and those that they made, for good. Returns how many there were.
pub async fn revoke(tx: &mut Tx, user: &UserId) -> Result<u64> {
    store::delete_links_of(tx, user).await
}
