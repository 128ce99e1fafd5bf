//! What a directory's page shows about its traffic: last request, last error, last use of a token.
//!
//! It is written beside the requests, never within one: an answer neither waits for it nor fails with it. What arrives
//! faster than it can be written is joined, and what is too much is dropped.

use std::collections::HashMap;
use std::time::Duration;

use axum::response::Response;
use muster_scim::error::ScimError;
use tokio::sync::mpsc;

use super::store::{self, Credential};
use crate::db::Db;
use crate::error::Result;
use crate::id::{DirectoryId, TokenId};
use crate::text;
use crate::time::Timestamp;

/// How many calls may wait to be written down.
const WAITING: usize = 1024;
/// Between two writes: a busy directory costs a few small writes a second.
const PAUSE: Duration = Duration::from_millis(250);

/// Takes reports. Cheap to clone; the writer behind it ends with the last clone.
#[derive(Clone)]
pub struct Activity {
    reports: mpsc::Sender<Report>,
}

struct Report {
    directory: DirectoryId,
    token: TokenId,
    at: Timestamp,
    error: Option<String>,
}

/// What is to be written about one directory.
#[derive(Default)]
struct Seen {
    at: Option<Timestamp>,
    error: Option<(Timestamp, String)>,
    tokens: HashMap<TokenId, Timestamp>,
}

impl Activity {
    /// Starts the writer.
    pub fn start(db: Db) -> Self {
        let (reports, mut waiting) = mpsc::channel::<Report>(WAITING);
        tokio::spawn(async move {
            while let Some(first) = waiting.recv().await {
                let mut seen = HashMap::new();
                gather(&mut seen, first);
                while let Ok(next) = waiting.try_recv() {
                    gather(&mut seen, next);
                }
                if let Err(error) = write(&db, seen).await {
                    tracing::warn!(%error, "the last request of a directory could not be written down");
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
        Self { reports }
    }

    /// Notes a call and how it was answered.
    pub(super) fn report(&self, credential: &Credential, at: Timestamp, response: &Response) {
        let error = response.extensions().get::<ScimError>().map(|error| {
            let kind = error.scim_type.map(|kind| format!(" {}", kind.as_str())).unwrap_or_default();
            text::shorten(&format!("{}{kind}: {}", error.status, error.detail), 500)
        });
        let (directory, token) = (credential.directory_id.clone(), credential.token_id.clone());
        if self.reports.try_send(Report { directory, token, at, error }).is_err() {
            tracing::debug!("too many SCIM calls to note each: one was left out");
        }
    }
}

fn gather(seen: &mut HashMap<DirectoryId, Seen>, report: Report) {
    let seen = seen.entry(report.directory).or_default();
    seen.at = seen.at.take().max(Some(report.at.clone()));
    if let Some(error) = report.error {
        seen.error = Some((report.at.clone(), error));
    }
    seen.tokens.insert(report.token, report.at);
}

async fn write(db: &Db, seen: HashMap<DirectoryId, Seen>) -> Result<()> {
    let mut tx = db.write().await?;
    for (directory, seen) in seen {
        if let Some(at) = &seen.at {
            store::touch_directory(&mut tx, &directory, at).await?;
        }
        if let Some((at, detail)) = &seen.error {
            store::save_error(&mut tx, &directory, at, detail).await?;
        }
        for (token, at) in &seen.tokens {
            store::touch_token(&mut tx, token, at).await?;
        }
    }
    tx.commit().await
}
