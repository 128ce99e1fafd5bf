//! Owners cannot be locked out: an organization that has a break-glass owner, an active local owner with a password, keeps
//! one, whatever else changes. Whoever takes level, access or existence from a person asks [`require_another`] first.
//!
//! The second factor is no part of it: who has none yet sets one up at the next sign-in.

mod store;

use serde_json::json;
use time::Duration;

pub use store::list;

use super::model::User;
use crate::actor::{Actor, Level};
use crate::db::{Db, Tx};
use crate::directory::Source;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::UserId;
use crate::time::Timestamp;

/// An owner who gets in when no identity provider answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlassOwner {
    pub id: UserId,
    pub name: String,
    pub user_name: String,
    pub has_second_factor: bool,
    /// When they last signed in with the password kept here.
    pub drilled_at: Option<Timestamp>,
}

impl BreakGlassOwner {
    /// Since when nobody knows whether they get in; `None` if it was never known.
    pub fn untested_for(&self, now: &Timestamp) -> Option<Duration> {
        self.drilled_at.as_ref().map(|at| at.until(now))
    }

    /// "last tested 41 days ago"
    pub fn tested(&self, now: &Timestamp) -> String {
        match self.untested_for(now).map(|since| since.whole_days()) {
            None => "never tested".to_string(),
            Some(0) => "last tested today".to_string(),
            Some(1) => "last tested 1 day ago".to_string(),
            Some(days) => format!("last tested {days} days ago"),
        }
    }
}

/// Whether this person is a break-glass owner.
pub async fn is_one(tx: &mut Tx, user: &User) -> Result<bool> {
    let eligible = user.level == Level::Owner && user.source == Source::Local && user.may_sign_in();
    Ok(eligible && store::has_password(tx, &user.id).await?)
}

/// Refuses a change that takes this person from the break-glass owners when no other is left. The caller has locked the
/// organization, so that two such changes do not take one another's last.
///
/// # Errors
/// [`Error::LastBreakGlassOwner`].
pub async fn require_another(tx: &mut Tx, user: &User) -> Result<()> {
    if !is_one(tx, user).await? || store::others(tx, &user.organization_id, &user.id).await? > 0 {
        return Ok(());
    }
    Err(Error::LastBreakGlassOwner {
        organization: user.organization_id.clone(),
        user: user.id.clone(),
        name: user.display_name.clone(),
    })
}

/// Writes down that the guard refused something, although the change itself is not kept: the caller has given its transaction
/// up. Other errors are none of its business.
pub async fn record_refusal(db: &Db, actor: &Actor, error: &Error) -> Result<()> {
    let Error::LastBreakGlassOwner { organization, user, name } = error else { return Ok(()) };
    let mut tx = db.write().await?;
    let event = NewEvent {
        organization,
        kind: "break_glass.refused",
        subject: Subject::user(user, name),
        before: None,
        after: Some(json!({ "reason": "the last break-glass owner" })),
    };
    events::record(&mut tx, actor, event).await?;
    tx.commit().await
}

/// Notes that a break-glass owner has just proved to get in; nothing for others.
pub async fn note_drill(tx: &mut Tx, user: &User) -> Result<()> {
    if is_one(tx, user).await? { store::set_drilled(tx, &user.id).await } else { Ok(()) }
}
