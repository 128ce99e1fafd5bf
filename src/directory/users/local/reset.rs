//! Letting an owner in again whom nobody else can: for somebody with a shell on the server.

use secrecy::SecretString;

use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::standing::restore_operator;
use crate::directory::users::{self, User};
use crate::error::{Error, Result};
use crate::organizations::{self, Organization};
use crate::sessions::local::links::{self, Purpose};
use crate::sessions::{self, Ended, local, password};

/// What a reset came to.
pub struct Reset {
    pub user: User,
    pub organization: Organization,
    /// The secret of the link with which the owner chooses a password.
    pub secret: SecretString,
    pub ended: Ended,
}

/// Gives a local owner a link to choose a password, and takes all else that opens the account: the former password, the
/// authenticator app, recovery codes, sessions. A suspension is lifted; in the home organization, where nobody else is left who makes
/// operators, the owner becomes one. `unusable` is the hash of a password that nobody knows: it keeps the account one that signs
/// in with a password.
///
/// # Errors
/// [`Error::Conflict`] where no local owner has the address, or several do and `slug` does not say which is meant.
pub async fn reset_owner(tx: &mut Tx, actor: &Actor, email: &str, slug: Option<&str>, unusable: &str) -> Result<Reset> {
    let (organization, id) = find_one(tx, email, slug).await?;
    organizations::lock(tx, &organization.id).await?;
    let mut user = users::find(tx, &organization.id, &id).await?.ok_or(Error::NotFound("user"))?;
    if user.suspension.is_some() {
        user = users::lift_suspension(tx, actor, &organization.id, &id).await?;
    }
    local::clear(tx, actor, &user).await?;
    password::store(tx, &id, unusable).await?;
    let ended = sessions::end_sign_ins(tx, &id).await?;
    restore_operator(tx, actor, &user).await?;
    let secret = links::create(tx, actor, &user, Purpose::LostPassword).await?;
    Ok(Reset { user, organization, secret, ended })
}

async fn find_one(tx: &mut Tx, email: &str, slug: Option<&str>) -> Result<(Organization, crate::id::UserId)> {
    let mut found = Vec::new();
    for (organization, user) in store::find_owners(tx, email.trim()).await? {
        let organization = organizations::find(tx, &organization).await?.ok_or(Error::NotFound("organization"))?;
        if slug.is_none_or(|slug| slug == organization.slug) {
            found.push((organization, user));
        }
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Error::conflict(format!(
            "There is no local owner \"{email}\" here. Nothing was changed; check the address."
        ))),
        _ => {
            let slugs: Vec<_> = found.iter().map(|(organization, _)| organization.slug.as_str()).collect();
            Err(Error::conflict(format!(
                "\"{email}\" is an owner of several organizations. Nothing was changed; add --organization with one of: {}",
                slugs.join(", ")
            )))
        }
    }
}
