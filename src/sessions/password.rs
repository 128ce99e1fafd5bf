//! Passwords of local people, as argon2id hashes.

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

/// Whether this is the password. Without a hash it is not, after the same work.
pub async fn verify(password: SecretString, hash: Option<String>) -> Result<bool> {
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODY.to_string());
    let fits: Result<bool> = beside(move || {
        let hash = PasswordHash::new(&hash).map_err(|error| Error::internal(error.to_string()))?;
        Ok(argon2().verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
    })
    .await?;
    Ok(fits? && known)
}

/// Keeps the hash as this person's password.
pub async fn store(tx: &mut Tx, user: &UserId, hash: &str) -> Result<()> {
    store::set_password(tx, user, hash).await
}

/// The person who proves to be who they say, by e-mail address or userName and password. Always one verification.
pub(super) async fn authenticate(
    db: &Db,
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
    let fits = verify(password, found.map(|(_, hash)| hash)).await?;
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
    fn nobodys_hash_asks_for_the_same_work() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&nobody).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19_456, 2, 1));
        assert_eq!(nobody.hash.unwrap().len(), 32);
    }
}
