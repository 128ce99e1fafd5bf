//! Between the password and the second factor: a mark in the session that signs nobody in and is good for ten minutes.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use time::Duration;
use tower_sessions::Session;

use super::totp;
use crate::directory::users::User;
use crate::error::Result;
use crate::id::{OrganizationId, UserId};
use crate::sessions::{ReturnTo, lost};
use crate::time::{Clock, Timestamp};
use crate::vault::{Place, Vault};

const KEY: &str = "second_factor_of";
const LIFETIME: Duration = Duration::minutes(10);

/// Who has proved to know the password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pending {
    pub user: UserId,
    pub organization: OrganizationId,
    until: Timestamp,
    return_to: Option<String>,
    /// The sealed secret of an app that is being set up.
    enrolling: Option<String>,
}

impl Pending {
    /// Marks this browser: a code is to follow.
    pub async fn code(session: &Session, clock: &Clock, user: &User, return_to: Option<&ReturnTo>) -> Result<()> {
        Self::mark(session, clock, user, return_to, None).await
    }

    /// Marks this browser: an app with a new secret is to be set up.
    pub async fn enrol(
        session: &Session,
        clock: &Clock,
        vault: &Vault,
        user: &User,
        return_to: Option<&ReturnTo>,
    ) -> Result<()> {
        let sealed = vault.seal(place(&user.id), &totp::new_secret()?)?;
        Self::mark(session, clock, user, return_to, Some(sealed)).await
    }

    async fn mark(
        session: &Session,
        clock: &Clock,
        user: &User,
        return_to: Option<&ReturnTo>,
        enrolling: Option<String>,
    ) -> Result<()> {
        let pending = Self {
            user: user.id.clone(),
            organization: user.organization_id.clone(),
            until: clock.now().plus(LIFETIME),
            return_to: return_to.map(|path| path.as_str().to_string()),
            enrolling,
        };
        // A browser whose id somebody else knows must not carry the mark for them (session fixation).
        session.cycle_id().await.map_err(lost)?;
        session.insert(KEY, pending).await.map_err(lost)
    }

    /// The mark of this browser for this organization, while it is good.
    pub async fn of(session: &Session, clock: &Clock, organization: &OrganizationId) -> Result<Option<Self>> {
        let pending = session.get::<Self>(KEY).await.map_err(lost)?;
        Ok(pending.filter(|pending| pending.organization == *organization && pending.until > clock.now()))
    }

    /// The secret of the app that is being set up, if one is.
    pub fn secret(&self, vault: &Vault) -> Result<Option<SecretString>> {
        self.enrolling.as_deref().map(|sealed| vault.open(place(&self.user), sealed)).transpose()
    }

    pub fn return_to(&self) -> Option<ReturnTo> {
        self.return_to.as_deref().and_then(ReturnTo::parse)
    }
}

fn place(user: &UserId) -> Place<'_> {
    Place { table: "sessions", row: user.as_str(), column: "enrolling" }
}
