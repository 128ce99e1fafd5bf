//! Writing down what waits, in batches.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};

use super::kept::{Clean, Kept};
use super::record::Call;
use super::waiting::Seen;
use super::{Inspector, store};
use crate::access::roles;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::events;
use crate::id::{DirectoryId, OrganizationId};
use crate::text;

/// Between two writes: a busy directory costs a few small writes a second.
const PAUSE: Duration = Duration::from_millis(250);
/// How many calls go into one transaction: others want to write, too.
const BATCH: usize = 100;
/// How often a batch is tried while the database does not answer, with twice the pause each time: half a minute in all.
const ATTEMPTS: u32 = 7;

impl Inspector {
    /// Writes down whatever arrives, for as long as the process lives.
    pub async fn run(self, db: Db) {
        loop {
            self.0.arrived.notified().await;
            self.write_down(&db).await;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Writes down everything that waits now. What cannot be written is said in the log, and nowhere else.
    pub async fn write_down(&self, db: &Db) {
        let _one_at_a_time = self.0.writing.lock().await;
        let (calls, seen) = {
            let mut waiting = self.waiting();
            (std::mem::take(&mut waiting.calls), std::mem::take(&mut waiting.seen))
        };
        let mut calls = calls.into_iter();
        while calls.len() > 0 {
            let mut batch = Vec::with_capacity(BATCH.min(calls.len()));
            for call in calls.by_ref().take(BATCH) {
                batch.push(understand(db, call).await);
            }
            save_all(db, &batch).await;
        }
        // After them: who waits for a request to be seen finds its error, too.
        if let Err(error) = save_seen(db, &seen).await {
            tracing::warn!(%error, "the last requests of directories could not be written down");
        }
    }
}

async fn save_seen(db: &Db, seen: &BTreeMap<DirectoryId, Seen>) -> Result<()> {
    let mut tx = db.write().await?;
    for (directory, seen) in seen {
        if let Some(at) = &seen.at {
            store::touch_directory(&mut tx, directory, at).await?;
        }
        for (token, at) in &seen.tokens {
            store::touch_token(&mut tx, token, at).await?;
        }
        if seen.reads_dropped + seen.strangers_dropped > 0 {
            store::count_dropped(&mut tx, directory, seen.reads_dropped, seen.strangers_dropped).await?;
        }
    }
    tx.commit().await
}

async fn understand(db: &Db, call: Call) -> Kept {
    let call = Clean::of(call);
    let name = match call.nameless() {
        Some((organization, id)) => name_of(db, organization, id).await,
        None => None,
    };
    let idle = match call.with_roles() {
        Some((organization, user)) => idle_roles(db, organization, user).await,
        None => Vec::new(),
    };
    let mut kept = call.understand(name.as_deref());
    kept.understood.ignored.extend(idle);
    kept
}

/// Roles of a person that grant nothing: kept and answered, and nothing else. A record without them is better than none.
async fn idle_roles(db: &Db, organization: &OrganizationId, user: &Map<String, Value>) -> Vec<String> {
    let Ok(mut tx) = db.read().await else { return Vec::new() };
    let idle = roles::granting_nothing(&mut tx, organization, user).await.unwrap_or_default();
    idle.iter().map(|value| format!("roles: {} grants nothing", text::shorten(value, 100))).collect()
}

/// The name under which the log knew it last: also of what is gone. A record without it is better than none.
async fn name_of(db: &Db, organization: &OrganizationId, id: &str) -> Option<String> {
    let mut tx = db.read().await.ok()?;
    let about = events::Filter { subject: id.to_string(), ..events::Filter::default() };
    let newest = events::list(&mut tx, organization, &about, 1).await.ok()?;
    newest.into_iter().next().map(|event| event.subject_name)
}

/// A database that does not answer is tried again. One that refuses the batch may refuse one call of it only.
async fn save_all(db: &Db, batch: &[Kept]) {
    for attempt in 0..ATTEMPTS {
        match save(db, batch).await {
            Ok(()) => return,
            Err(Error::Unavailable(_)) => tokio::time::sleep(PAUSE * 2_u32.pow(attempt)).await,
            Err(_) => return save_each(db, batch).await,
        }
    }
    tracing::error!(calls = batch.len(), "the database did not answer: SCIM calls are missing from their record");
}

async fn save_each(db: &Db, batch: &[Kept]) {
    for call in batch {
        if let Err(error) = save(db, std::slice::from_ref(call)).await {
            tracing::error!(%error, id = %call.id, "a SCIM call is missing from its record");
        }
    }
}

async fn save(db: &Db, batch: &[Kept]) -> Result<()> {
    let errors = batch.iter().filter_map(|call| Some((&call.directory, (&call.at, call.last_error()?))));
    let mut tx = db.write().await?;
    // Directories before what points to them, and in order: nobody who holds one of them is waited for while another is held.
    for (directory, (at, error)) in errors.collect::<BTreeMap<_, _>>() {
        store::save_error(&mut tx, directory, at, &error).await?;
    }
    for call in batch {
        store::insert(&mut tx, call).await?;
    }
    tx.commit().await
}
