//! What happened to one thing.

use super::{Event, Filter, list};
use crate::db::Tx;
use crate::error::Result;
use crate::id::OrganizationId;
use crate::time::Timestamp;

/// The newest events of one subject, as its page shows them.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// `/o/acme`
    pub base: String,
    pub subject_id: String,
    pub events: Vec<Event>,
    pub now: Timestamp,
}

const NEWEST: u64 = 20;

/// The newest events of a subject; `base` is where the organization's pages are.
pub async fn timeline(tx: &mut Tx, organization: &OrganizationId, base: &str, subject_id: &str) -> Result<Timeline> {
    let filter = Filter { subject: subject_id.to_string(), ..Filter::default() };
    Ok(Timeline {
        base: base.to_string(),
        subject_id: subject_id.to_string(),
        events: list(tx, organization, &filter, NEWEST).await?,
        now: tx.now(),
    })
}
