//! Sessions that nobody used are removed.

use std::time::Duration;

use super::store;
use crate::db::Db;
use crate::error::Result;

const EVERY: Duration = Duration::from_secs(10 * 60);

/// Removes expired sessions again and again; ends with the process.
pub async fn run_cleanup(db: Db) {
    loop {
        if let Err(error) = clean(&db).await {
            tracing::error!(%error, "expired sessions could not be removed; trying again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn clean(db: &Db) -> Result<()> {
    let mut tx = db.write().await?;
    store::delete_expired(&mut tx).await?;
    tx.commit().await
}
