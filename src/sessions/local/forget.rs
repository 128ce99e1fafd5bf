//! Taking away what a person signs in with here: somebody else lets them in from now on.

use super::store;
use crate::db::Tx;
use crate::error::Result;
use crate::id::UserId;
use crate::sessions::{password, recovery};

/// What there was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    pub password: bool,
    pub second_factor: bool,
}

/// Deletes the password, the second factor and the recovery codes. Whoever calls it ends the sessions, too.
pub async fn forget(tx: &mut Tx, user: &UserId) -> Result<Forgotten> {
    let second_factor = store::factor(tx, user).await?.is_some();
    store::delete_factor(tx, user).await?;
    recovery::store(tx, user, &[]).await?;
    Ok(Forgotten { password: password::remove(tx, user).await?, second_factor })
}
