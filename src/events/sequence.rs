//! PostgreSQL's half of the log's order: one sequencer numbers what has been committed.

use std::time::Duration;

use crate::db::{Db, Dialect, sql};
use crate::error::Result;

/// Any constant: the lock under which one sequencer at a time works.
const LOCK: i64 = 0x6d75_7374_6572;

/// Numbers the committed events that have no position yet, oldest first. Returns how many there were.
pub async fn sequence(db: &Db) -> Result<u64> {
    if db.dialect() == Dialect::Sqlite {
        return Ok(0);
    }
    let mut tx = db.write().await?;
    sql("SELECT 1::BIGINT FROM pg_advisory_xact_lock($1)").bind(LOCK).optional::<(i64,)>(&mut tx).await?;
    let numbered = sql("WITH fresh AS (
             SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM events WHERE position IS NULL
         ), newest AS (SELECT COALESCE(MAX(position), 0) AS position FROM events)
         UPDATE events SET position = newest.position + fresh.n FROM fresh, newest WHERE events.id = fresh.id")
    .run(&mut tx)
    .await?;
    tx.commit().await?;
    Ok(numbered)
}

/// Runs [`sequence`] after each commit of this process and, for other processes' commits, every second.
pub async fn run_sequencer(db: Db) {
    if db.dialect() == Dialect::Sqlite {
        return;
    }
    loop {
        let _ = tokio::time::timeout(Duration::from_secs(1), db.committed()).await;
        if let Err(error) = sequence(&db).await {
            tracing::error!(%error, "events could not be numbered; trying again");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}
