//! Whom a create means besides the directory's own people: somebody who was moved here and waits for it, somebody who came by
//! signing in, somebody local. One question asks for all of them.

mod store;

use super::model::User;
use super::profile::Profile;
use super::store as people;
use crate::db::Tx;
use crate::directory::Realm;
use crate::error::{Error, Result};
use crate::id::UserId;

/// Whoever fits, each way once.
#[derive(Debug, Default)]
pub(super) struct Expected {
    /// Came from another connection and was not sent yet: by userName, else by e-mail address.
    moved: Option<UserId>,
    /// Came by signing in through the connection: by subject, else by userName.
    signed_in: Option<UserId>,
    /// Local people of the userName or the e-mail address.
    local: Vec<UserId>,
}

/// Looks for people whom a create of the directory may mean. Nobody is locked yet.
pub(super) async fn expected(tx: &mut Tx, realm: &Realm, profile: &Profile) -> Result<Expected> {
    let found = store::candidates(tx, realm, profile).await?;
    let by = |how: &str| {
        let mut ids: Vec<_> = found.iter().filter(|found| found.how == how).map(|found| found.id.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let only = |how: &str| Some(by(how)).filter(|ids| ids.len() == 1).and_then(|ids| ids.into_iter().next());
    Ok(Expected {
        moved: only(store::MOVED_NAME).or_else(|| only(store::MOVED_EMAIL)),
        signed_in: only(store::SUBJECT).or_else(|| only(store::SIGNED_IN_NAME)),
        local: by(store::LOCAL),
    })
}

impl Expected {
    /// The person who was moved here, held.
    pub async fn moved(&self, tx: &mut Tx, realm: &Realm) -> Result<Option<User>> {
        match &self.moved {
            Some(id) => people::lock_managed(tx, realm, id).await,
            None => Ok(None),
        }
    }

    /// The person who came by signing in, held.
    pub async fn signed_in(&self, tx: &mut Tx, realm: &Realm) -> Result<Option<User>> {
        match &self.signed_in {
            Some(id) => people::lock(tx, &realm.organization, id).await,
            None => Ok(None),
        }
    }

    /// The one local person, held.
    ///
    /// # Errors
    /// [`Error::Conflict`] where several fit.
    pub async fn local(&self, tx: &mut Tx, realm: &Realm, profile: &Profile) -> Result<Option<User>> {
        match &self.local[..] {
            [] => Ok(None),
            [one] => people::lock_visible(tx, realm, one).await,
            several => Err(Error::conflict(format!(
                "\"{}\" may be any of {} local people in Muster who have the userName or the e-mail address, and nothing was changed: give them different ones in Muster, or link to one of them",
                profile.user_name,
                several.len()
            ))),
        }
    }
}
