//! Access tokens and assertions that have ended are removed.

use std::time::Duration;

use super::store;
use crate::db::Db;
use crate::error::Result;

const EVERY: Duration = Duration::from_secs(10 * 60);
/// A token is kept this long after its end, so that a client that still brings it hears that it has expired.
const KEPT: time::Duration = time::Duration::days(1);

/// Removes them again and again; ends with the process.
pub async fn run_cleanup(db: Db) {
    loop {
        if let Err(error) = clean(&db).await {
            tracing::error!(%error, "expired access tokens could not be removed; trying again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes what has ended by now.
pub async fn clean(db: &Db) -> Result<()> {
    let mut tx = db.write().await?;
    let now = tx.now();
    store::delete_expired_tokens(&mut tx, &now.plus(-KEPT)).await?;
    store::delete_expired_assertions(&mut tx, &now).await?;
    tx.commit().await
}
