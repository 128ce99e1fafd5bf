//! The daily check of every verified domain: a domain that was sold or given up must not keep its power here.

use std::sync::Arc;

use serde_json::json;
use time::Duration;

use super::check::look;
use super::model::{Domain, DomainState, Found};
use super::resolver::TxtResolver;
use super::{record, store};
use crate::actor::Actor;
use crate::db::{Db, Tx};
use crate::error::Result;

pub(super) const EVERY: Duration = Duration::DAY;
/// No answer says nothing about the record: asked again sooner.
const AGAIN: Duration = Duration::HOUR;
/// So many daily checks in a row must be answered without the record. One may be an accident of whoever edits the zone.
const MISSES: i64 = 2;
/// How often the job looks for what is due.
const LOOK: std::time::Duration = std::time::Duration::from_secs(10 * 60);

/// Checks what is due, again and again; ends with the process.
pub async fn run_checks(db: Db, resolver: Arc<dyn TxtResolver>) {
    loop {
        if let Err(error) = check_due(&db, &*resolver).await {
            tracing::error!(%error, "domains could not be checked; trying again later");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Checks each verified domain whose time has come.
pub async fn check_due(db: &Db, resolver: &dyn TxtResolver) -> Result<()> {
    let due = store::due(&mut db.read().await?).await?;
    for domain in due {
        let found = look(resolver, &domain).await;
        let mut tx = db.write().await?;
        let present = store::hold(&mut tx, &domain.organization_id, &domain.id).await?;
        // Another process was quicker, or somebody removed it: a day's check counts once.
        let Some(mut present) = present.filter(|present| present.due_at == domain.due_at) else { continue };
        note(&mut tx, &mut present, &found).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn note(tx: &mut Tx, domain: &mut Domain, found: &Found) -> Result<()> {
    let now = tx.now();
    domain.problem = found.problem();
    domain.due_at = Some(now.plus(if matches!(found, Found::NoAnswer(_)) { AGAIN } else { EVERY }));
    domain.misses = match found {
        Found::Present => 0,
        Found::Absent { .. } => domain.misses + 1,
        Found::NoAnswer(_) => domain.misses,
    };
    domain.checked_at = Some(now.clone());
    if domain.misses < MISSES {
        return store::save(tx, domain).await;
    }
    domain.state = DomainState::Lost;
    domain.lost_at = Some(now);
    domain.due_at = None;
    store::save(tx, domain).await?;
    let (was, is) = (json!({ "state": "verified" }), json!({ "state": "lost", "checks_without_the_record": MISSES }));
    record(tx, &Actor::System, domain, "domain.lost", Some(was), Some(is)).await
}
