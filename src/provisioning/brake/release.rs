//! Applying everything that waits, in its order, as the directory itself: Okta does not send a refused change again.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use time::Duration;

use super::pending::{Later, Pending, store as pending};
use super::store;
use crate::actor::Actor;
use crate::app::App;
use crate::connections::Connection;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{DirectoryId, UserId};
use crate::provisioning::auth::{self, Caller};
use crate::provisioning::error::Failure;
use crate::provisioning::operations::change::{Change, perform};
use crate::provisioning::request::{Preconditions, Query};

/// A page is answered within this; what is not applied by then waits for another click.
const PATIENCE: Duration = Duration::seconds(30);

/// What a release came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Released {
    pub changes: i64,
    /// From whom they took access.
    pub people: BTreeSet<UserId>,
    /// Kept, each with its reason.
    pub failed: i64,
    /// Came after the owner had looked, or was not reached in time: the brake stays closed.
    pub left: i64,
}

/// Applies what waits up to the place that the owner has seen, each change in a transaction of its own, and opens the brake if
/// nothing else waits by then. What cannot be applied is kept with the reason.
///
/// # Errors
/// [`Error::Forbidden`] for all but owners, [`Error::Conflict`] where nothing is held back.
pub async fn release(
    app: &App,
    actor: &Actor,
    connection: &Connection,
    directory: &DirectoryId,
    seen: i64,
) -> Result<Released> {
    actor.require_owner(&connection.organization_id)?;
    require_held(app, directory).await?;
    let caller = auth::on_behalf(app, directory).await?;
    let mut run = Run { app, caller: &caller, place: 0, released: Released::default() };
    run.apply_all(seen).await?;
    run.end(actor, connection).await?;
    Ok(run.released)
}

/// What waits, or a brake that is closed, can be released or kept; nothing else can.
pub(super) async fn require_held(app: &App, directory: &DirectoryId) -> Result<()> {
    let mut tx = app.db.read().await?;
    let waiting = pending::totals(&mut tx, directory, i64::MAX).await?;
    if waiting.changes > 0 || store::find(&mut tx, directory).await?.closed.is_some() {
        return Ok(());
    }
    Err(Error::conflict(
        "The brake is open and nothing waits any more: somebody else has decided. Nothing was changed.",
    ))
}

struct Run<'a> {
    app: &'a App,
    caller: &'a Caller,
    /// Where the line was read to.
    place: i64,
    released: Released,
}

impl Run<'_> {
    async fn apply_all(&mut self, seen: i64) -> Result<()> {
        let until = self.app.db.clock().datetime() + PATIENCE;
        while self.app.db.clock().datetime() < until {
            let mut tx = self.app.db.read().await?;
            let Some(waiting) = pending::next(&mut tx, &self.caller.directory, self.place, seen).await? else {
                return Ok(());
            };
            let people = pending::all_people(&mut tx, &waiting.id).await?;
            drop(tx);
            match self.apply(&waiting).await {
                Ok(true) => {
                    self.released.changes += 1;
                    self.released.people.extend(people);
                }
                // It was asked again meanwhile, or settled: read anew.
                Ok(false) => continue,
                Err(Failure(error, _)) => {
                    let mut tx = self.app.db.write().await?;
                    pending::save_failure(&mut tx, &waiting, &error.detail).await?;
                    tx.commit().await?;
                    self.released.failed += 1;
                }
            }
            self.place = waiting.place;
        }
        Ok(())
    }

    /// One change and what came after it about the same resource, all or nothing.
    async fn apply(&self, waiting: &Pending) -> Result<bool, Failure> {
        let mut tx = self.app.db.write().await?;
        let first = Later { method: waiting.method, body: waiting.body.clone() };
        let (query, preconditions) = (Query(Vec::new()), Preconditions::none());
        let kind = self.caller.catalog.at(waiting.endpoint.trim_start_matches('/'))?;
        for Later { method, body } in std::iter::once(&first).chain(&waiting.later) {
            let (method, id) = (*method, waiting.resource_id.as_str());
            let change = Change { method, kind, id, query: &query, preconditions: &preconditions, body };
            perform(&mut tx, self.caller, &change).await?;
        }
        // Whom it takes access from is what the owner agreed to: nobody counts.
        if !pending::take(&mut tx, waiting).await? {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Opens the brake, unless more waits than was applied.
    async fn end(&mut self, actor: &Actor, connection: &Connection) -> Result<()> {
        let mut tx = self.app.db.write().await?;
        let directory = &self.caller.directory;
        store::lock(&mut tx, directory).await?;
        self.released.left = pending::count_behind(&mut tx, directory, self.place).await?;
        if self.released.left == 0 {
            store::open(&mut tx, directory).await?;
            // What was agreed to does not close it again.
            store::forget_losses(&mut tx, directory).await?;
        }
        let event = NewEvent {
            organization: &connection.organization_id,
            kind: "brake.released",
            subject: Subject::connection(&connection.id, &connection.name),
            before: None,
            after: Some(self.released.told()),
        };
        events::record(&mut tx, actor, event).await?;
        tx.commit().await
    }
}

impl Released {
    fn told(&self) -> Value {
        json!({
            "closed": self.left > 0, "changes": self.changes, "people": self.people.len(), "failed": self.failed,
            "left": self.left,
        })
    }
}
