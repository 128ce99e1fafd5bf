//! Sessions and sign-ins from a terminal that have ended by themselves are removed.

use std::time::Duration;

use super::{ending, lifetimes, store, terminal};
use crate::db::Db;
use crate::error::Result;
use crate::organizations;

const EVERY: Duration = Duration::from_secs(10 * 60);
/// So long a browser whose session was ended is told so.
const REMEMBERED: time::Duration = time::Duration::days(1);

/// Removes them again and again; ends with the process.
pub async fn run_cleanup(db: Db) {
    loop {
        if let Err(error) = clean(&db).await {
            tracing::error!(%error, "expired sessions could not be removed; trying again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes what has ended by now.
pub async fn clean(db: &Db) -> Result<()> {
    let mut tx = db.write().await?;
    store::delete_expired_strangers(&mut tx).await?;
    for organization in organizations::all(&mut tx).await? {
        let chosen = lifetimes::lifetimes(&mut tx, &organization.id).await?;
        store::delete_expired(&mut tx, &organization.id, true, chosen.members).await?;
        store::delete_expired(&mut tx, &organization.id, false, chosen.admins).await?;
    }
    let remembered = tx.now().plus(-REMEMBERED);
    ending::delete_expired(&mut tx, &remembered).await?;
    terminal::delete_expired(&mut tx).await?;
    tx.commit().await
}
