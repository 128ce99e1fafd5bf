//! How long the record is: by count and by age, for each directory.

use std::time::Duration;

use time::Duration as Span;

use super::store;
use crate::db::Db;
use crate::error::Result;
use crate::id::DirectoryId;

const EVERY: Duration = Duration::from_secs(5 * 60);
/// How many are forgotten in one transaction: others want to write, too.
const BATCH: i64 = 500;
/// Whoever knows a base URL can make calls, but not push the directory's own out of its record: this part is theirs.
const STRANGERS_PART: i64 = 10;

/// Forgets again and again; ends with the process.
pub async fn run_retention(db: Db) {
    loop {
        if let Err(error) = forget(&db).await {
            tracing::error!(%error, "old SCIM calls could not be removed from the record; trying again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Forgets what is too old or too much.
pub async fn forget(db: &Db) -> Result<()> {
    let directories = store::directories(&mut db.read().await?).await?;
    for (directory, kept, days) in directories {
        while forget_some(db, &directory, kept, days).await? {}
    }
    Ok(())
}

/// One transaction's worth; says whether there may be more.
async fn forget_some(db: &Db, directory: &DirectoryId, kept: i64, days: i64) -> Result<bool> {
    let mut tx = db.write().await?;
    let before = tx.now().plus(-Span::days(days));
    let deleted = [
        store::delete_older(&mut tx, directory, &before, BATCH).await?,
        store::delete_strangers_beyond(&mut tx, directory, kept / STRANGERS_PART, BATCH).await?,
        store::delete_beyond(&mut tx, directory, kept, BATCH).await?,
    ];
    tx.commit().await?;
    Ok(deleted.iter().any(|deleted| *deleted >= BATCH as u64))
}
