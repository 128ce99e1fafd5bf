//! Passwords of local people: argon2id hashes, and how good a password must be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use super::store;
use crate::db::{Db, Tx};
use crate::directory::users::{self, User};
use crate::error::{Error, Result};
use crate::id::{OrganizationId, UserId};
use crate::text;
use crate::vault;

/// Verified where there is no hash, so that an unknown name costs what a known one costs. No password gives this hash.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LXNpZ25zLWlu$bm9ib2R5LXNpZ25zLWluLXdpdGgtdGhpcy1oYXNoLTE";

/// Each takes 19 MiB: more than these wait, so that guessing does not fill the memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// OWASP's parameters: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("these parameters are in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash of a password, as it is stored.
pub async fn hash(password: SecretString) -> Result<String> {
    let salt =
        SaltString::encode_b64(&vault::random_bytes::<16>()).map_err(|error| Error::internal(error.to_string()))?;
    beside(move || {
        let hash = argon2().hash_password(password.expose_secret().as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
    })
    .await?
}

/// Verifies passwords, and counts how often: every attempt to sign in costs one verification, whoever is named in it.
#[derive(Clone, Default)]
pub struct Passwords(Arc<AtomicU64>);

impl Passwords {
    /// How many verifications there were.
    pub fn verifications(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Whether this is the password. Without a hash it is not, after the same work.
    pub async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool> {
        self.0.fetch_add(1, Ordering::SeqCst);
        verify(password, hash).await
    }

    /// Whether this is the person's password.
    pub async fn is_of(&self, db: &Db, user: &UserId, password: SecretString) -> Result<bool> {
        let hash = store::password_of(&mut db.read().await?, user).await?;
        self.verify(password, hash).await
    }
}

async fn verify(password: SecretString, hash: Option<String>) -> Result<bool> {
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODY.to_string());
    let fits: Result<bool> = beside(move || {
        let hash = PasswordHash::new(&hash).map_err(|error| Error::internal(error.to_string()))?;
        Ok(argon2().verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
    })
    .await?;
    Ok(fits? && known)
}

const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// What forms say about a new password.
pub const HELP: &str = "At least 8 characters, as many as 128. Any will do: several unrelated words make a good one. Your name and address make it easier to guess.";

/// What is wrong with a new password, if anything: measured by how hard it is to guess, not by which characters it has.
/// `own` are names that others would try first.
pub fn weakness(password: &SecretString, own: &[&str]) -> Option<String> {
    let password = password.expose_secret();
    match password.chars().count() {
        0 => return Some("Choose a password.".into()),
        length if length < SHORTEST => return Some(format!("Use at least {SHORTEST} characters.")),
        length if length > LONGEST => return Some(format!("Use at most {LONGEST} characters.")),
        _ => {}
    }
    // "ada.osei@example.com" is guessed by its parts, too.
    let parts = own.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    let own: Vec<&str> = own.iter().copied().chain(parts).filter(|part| part.chars().count() > 2).collect();
    let estimate = zxcvbn::zxcvbn(password, &own);
    if estimate.score() >= zxcvbn::Score::Three {
        return None;
    }
    let reason = estimate.feedback().and_then(|feedback| feedback.warning()).map(|warning| format!(" {warning}"));
    Some(format!("Too easy to guess.{} Several unrelated words make a good one.", reason.unwrap_or_default()))
}

/// As [`weakness`], for a person's new password.
pub(super) fn weakness_for(password: &SecretString, user: &User, organization: &str) -> Option<String> {
    let own = [Some(&user.display_name), Some(&user.user_name), user.email.as_ref()];
    let own = own.into_iter().flatten().map(String::as_str).chain([organization]).collect::<Vec<_>>();
    weakness(password, &own)
}

/// # Errors
/// [`Error::NotFound`] for people without a password.
pub(super) async fn require_one(tx: &mut Tx, user: &UserId) -> Result<()> {
    store::password_of(tx, user).await?.map(|_| ()).ok_or(Error::NotFound("password"))
}

/// Keeps the hash as this person's password.
pub async fn store(tx: &mut Tx, user: &UserId, hash: &str) -> Result<()> {
    store::set_password(tx, user, hash).await
}

/// Forgets this person's password. False if there was none.
pub(super) async fn remove(tx: &mut Tx, user: &UserId) -> Result<bool> {
    store::delete_password(tx, user).await
}

/// The person who proves to be who they say, by e-mail address or userName and password. Always one verification.
pub(super) async fn authenticate(
    db: &Db,
    passwords: &Passwords,
    organization: &OrganizationId,
    name: &str,
    password: SecretString,
) -> Result<Option<User>> {
    let mut tx = db.read().await?;
    let name_key = muster_scim::compare::user_name_key(name.trim());
    let found = store::find_password(&mut tx, organization, &text::fold(name.trim()), &name_key).await?;
    let user = match &found {
        Some((id, _)) => users::find(&mut tx, organization, id).await?,
        None => None,
    };
    // The verification takes its time: no transaction waits for it.
    drop(tx);
    let fits = passwords.verify(password, found.map(|(_, hash)| hash)).await?;
    Ok(user.filter(|_| fits))
}

/// Runs what keeps a processor busy beside the threads that answer requests.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _permit = AT_ONCE.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let secret = || SecretString::from("correct horse battery staple");
        let kept = hash(secret()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify(secret(), Some(kept.clone())).await.unwrap());
        assert!(!verify(SecretString::from("wrong"), Some(kept)).await.unwrap());
        assert!(!verify(secret(), None).await.unwrap());
        assert_ne!(hash(secret()).await.unwrap(), hash(secret()).await.unwrap());
    }

    #[test]
    fn strength_is_what_counts_and_ones_own_name_is_none() {
        let weakness = |password: &str| weakness(&SecretString::from(password), &["Ada Osei", "ada.osei@example.com"]);
        assert!(weakness("seven77").unwrap().contains("at least 8"));
        assert!(weakness("password1").unwrap().contains("guess"));
        assert!(weakness("Ada.Osei@Example.com").unwrap().contains("guess"));
        assert_eq!(weakness("all lower case words without digits"), None);
        assert_eq!(weakness(&"tundra violin ketchup ".repeat(6)[..128]), None);
        assert!(weakness(&"tundra violin ketchup ".repeat(7)[..129]).unwrap().contains("at most 128"));
    }

    #[test]
    fn nobodys_hash_asks_for_the_same_work() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&nobody).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19_456, 2, 1));
        assert_eq!(nobody.hash.unwrap().len(), 32);
    }
}
