//! Grants that have ended are removed, each with its event. They gave nothing since they ended.

use std::time::Duration;

use super::model::Grant;
use super::store::{self, Whose};
use crate::actor::Actor;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::events::{self, NewEvent};
use crate::id::{GroupId, RoleId, UserId};

const EVERY: Duration = Duration::from_secs(20);
/// How many one transaction removes.
const BATCH: u64 = 200;

/// Removes them again and again; ends with the process.
pub async fn run_expiry(db: Db) {
    loop {
        if let Err(error) = sweep(&db).await {
            tracing::error!(%error, "grants that have ended could not be removed; trying again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes what has ended by now; returns how many.
pub async fn sweep(db: &Db) -> Result<usize> {
    let mut removed = 0;
    loop {
        // Most of the time there is nothing to do, and nothing to be written for it.
        let mut tx = db.read().await?;
        if store::ended(&mut tx, Whose::Anybody, 1).await?.is_empty() {
            return Ok(removed);
        }
        drop(tx);
        let mut tx = db.write().await?;
        let ended = store::ended(&mut tx, Whose::Anybody, BATCH).await?;
        removed += remove(&mut tx, &ended).await?;
        tx.commit().await?;
    }
}

/// Removes the grants of this role to this person that have ended.
pub(in crate::access) async fn sweep_user(tx: &mut Tx, user: &UserId, role: &RoleId) -> Result<()> {
    let ended = store::ended(tx, Whose::User(user, role), BATCH).await?;
    remove(tx, &ended).await.map(|_| ())
}

/// Removes the grant of this role to this group, if it has ended.
pub(in crate::access) async fn sweep_group(tx: &mut Tx, group: &GroupId, role: &RoleId) -> Result<()> {
    let ended = store::ended(tx, Whose::Group(group, role), BATCH).await?;
    remove(tx, &ended).await.map(|_| ())
}

/// Two processes that sweep at once write one event: only what was still there is told.
async fn remove(tx: &mut Tx, ended: &[Grant]) -> Result<usize> {
    if ended.is_empty() {
        return Ok(0);
    }
    let ids: Vec<_> = ended.iter().map(|grant| grant.id.clone()).collect();
    let gone = store::delete(tx, &ids).await?;
    for grant in ended.iter().filter(|grant| gone.contains(&grant.id)) {
        let before = Some(grant.told());
        let organization = &grant.organization_id;
        let event = NewEvent { organization, kind: "role.expired", subject: grant.subject(), before, after: None };
        events::record(tx, &Actor::System, event).await?;
    }
    Ok(gone.len())
}
