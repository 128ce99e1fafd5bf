//! Recovery codes: each stands in once for a lost second factor.

use serde_json::json;

use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::User;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::id::UserId;
use crate::vault;

const HOW_MANY: usize = 10;

/// Ten codes `XXXX-XXXX-XXXX-XXXX`, to be shown once. 79 bits each: their plain hash cannot be searched.
pub fn generate() -> Vec<String> {
    let part = || vault::random_text(vault::READABLE, 4);
    (0..HOW_MANY).map(|_| [part(), part(), part(), part()].join("-")).collect()
}

/// Keeps these codes in the place of all earlier ones, as hashes.
pub async fn store(tx: &mut Tx, user: &UserId, codes: &[String]) -> Result<()> {
    let hashes: Vec<String> = codes.iter().map(|code| hash(code)).collect();
    store::replace_recovery_codes(tx, user, &hashes).await
}

/// Ten new codes in the place of all earlier ones, to be shown once.
pub(super) async fn renew(tx: &mut Tx, actor: &Actor, user: &User) -> Result<Vec<String>> {
    let codes = generate();
    store(tx, &user.id, &codes).await?;
    let event = NewEvent {
        organization: &user.organization_id,
        kind: "recovery_codes.replaced",
        subject: Subject::user(&user.id, &user.display_name),
        before: None,
        after: Some(json!({ "codes": codes.len() })),
    };
    events::record(tx, actor, event).await?;
    Ok(codes)
}

/// Uses a code up. False if there is no such code, or it was used before.
pub(super) async fn take(tx: &mut Tx, user: &UserId, code: &str) -> Result<bool> {
    store::use_recovery_code(tx, user, &hash(code)).await
}

/// How many are left.
pub async fn left(tx: &mut Tx, user: &UserId) -> Result<i64> {
    store::unused_recovery_codes(tx, user).await
}

/// Hyphens, spaces and case are how people type, not what the code is.
fn hash(code: &str) -> String {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    vault::digest(&letters.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_may_be_typed_carelessly() {
        let codes = generate();
        assert_eq!(codes.len(), 10);
        assert_eq!(codes[0].len(), 19);
        assert_ne!(hash(&codes[0]), hash(&codes[1]));
        assert_eq!(hash("ab2c-defg-hjkm-npqr"), hash("AB2C DEFGHJKMNPQR"));
    }
}
