//! The second factor of those who sign in with a password: codes of an authenticator app, and recovery codes in their place.

use secrecy::SecretString;
use serde_json::json;

use super::{store, totp};
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::users::User;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::UserId;
use crate::sessions::recovery;
use crate::vault::{Place, Vault};

/// What follows the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing: members need no second factor.
    Enter,
    /// A code.
    Code,
    /// An authenticator app is set up first.
    Enrol,
}

/// Admins and owners need a second factor; whoever has one is asked for it.
pub async fn next(tx: &mut Tx, user: &User) -> Result<Next> {
    Ok(match (store::factor(tx, &user.id).await?.is_some(), user.level) {
        (true, _) => Next::Code,
        (false, Level::Admin | Level::Owner) => Next::Enrol,
        (false, Level::Member) => Next::Enter,
    })
}

/// Takes a code of the app, or a recovery code: each once. What does not fit changes nothing.
pub async fn take(tx: &mut Tx, vault: &Vault, actor: &Actor, user: &User, typed: &str) -> Result<bool> {
    if totp::is_code(typed) {
        take_code(tx, vault, user, typed).await
    } else {
        take_recovery(tx, actor, user, typed).await
    }
}

async fn take_code(tx: &mut Tx, vault: &Vault, user: &User, typed: &str) -> Result<bool> {
    let Some(sealed) = store::factor(tx, &user.id).await? else { return Ok(false) };
    let secret = vault.open(place(&user.id), &sealed)?;
    match totp::step_of(&secret, typed, tx.now().datetime())? {
        // RFC 6238 section 5.2: "The verifier MUST NOT accept the second attempt of the OTP".
        Some(step) => store::take_step(tx, &user.id, step).await,
        None => Ok(false),
    }
}

async fn take_recovery(tx: &mut Tx, actor: &Actor, user: &User, typed: &str) -> Result<bool> {
    if !recovery::take(tx, &user.id, typed).await? {
        return Ok(false);
    }
    let left = recovery::left(tx, &user.id).await?;
    record(tx, actor, user, "recovery_code.used", json!({ "left": left })).await?;
    Ok(true)
}

/// Makes the app with this secret the person's second factor, in the place of an earlier one, if the code is the app's.
///
/// # Errors
/// [`Error::Invalid`] at `code`.
pub async fn enrol(
    tx: &mut Tx,
    vault: &Vault,
    actor: &Actor,
    user: &User,
    secret: &SecretString,
    code: &str,
) -> Result<()> {
    let step = totp::step_of(secret, code, tx.now().datetime())?.ok_or_else(|| {
        Error::invalid("code", "This is not the code that the app shows now. Wait for the next one, and check that the clock of your phone is right.")
    })?;
    let sealed = vault.seal(place(&user.id), secret)?;
    store::save_factor(tx, &user.id, &sealed, step).await?;
    record(tx, actor, user, "second_factor.enrolled", json!({})).await
}

/// Takes the second factor away: the next sign-in sets one up again. Recovery codes go with it.
pub async fn clear(tx: &mut Tx, actor: &Actor, user: &User) -> Result<()> {
    store::delete_factor(tx, &user.id).await?;
    recovery::store(tx, &user.id, &[]).await?;
    record(tx, actor, user, "second_factor.removed", json!({})).await
}

fn place(user: &UserId) -> Place<'_> {
    Place { table: "second_factors", row: user.as_str(), column: "secret" }
}

async fn record(tx: &mut Tx, actor: &Actor, user: &User, kind: &'static str, after: serde_json::Value) -> Result<()> {
    let subject = Subject::user(&user.id, &user.display_name);
    let organization = &user.organization_id;
    events::record(tx, actor, NewEvent { organization, kind, subject, before: None, after: Some(after) }).await
}
