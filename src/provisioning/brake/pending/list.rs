//! What waits, as a page shows it.

use super::store;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{DirectoryId, PendingChangeId, UserId};
use crate::time::Timestamp;

/// How many changes a page has, or people a change's own page.
pub const PER_PAGE: u64 = 50;
/// How many people of a change the list shows; its own page shows all.
pub const PEOPLE_SHOWN: i64 = 20;

/// A request that waits, in the order in which they would be carried out.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: PendingChangeId,
    pub method: String,
    pub endpoint: String,
    pub resource_id: String,
    /// Of the person or group; empty for what has no name, or is gone.
    pub name: String,
    pub times: i64,
    pub last_asked_at: Timestamp,
    /// Why it could not be released.
    pub failure: Option<String>,
    /// From how many people it would take access.
    pub people: i64,
    /// The first of them.
    pub first: Vec<Person>,
}

/// Somebody who would lose access.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub is_suspended: bool,
}

/// A page of what waits at the directory's brake; `page` counts from 1.
pub async fn list(tx: &mut Tx, directory: &DirectoryId, page: u64) -> Result<Vec<Listed>> {
    let mut listed = store::page(tx, directory, PER_PAGE, page).await?;
    let ids: Vec<PendingChangeId> = listed.iter().map(|change| change.id.clone()).collect();
    let mut first = store::first_people(tx, &ids, PEOPLE_SHOWN).await?;
    for change in &mut listed {
        change.first = first.remove(&change.id).unwrap_or_default();
    }
    Ok(listed)
}

/// One request that waits, with a page of the people who would lose access by it.
///
/// # Errors
/// [`Error::NotFound`] for what does not wait at this directory's brake.
pub async fn people(tx: &mut Tx, directory: &DirectoryId, id: &PendingChangeId, page: u64) -> Result<Listed> {
    let mut change = store::one(tx, directory, id).await?.ok_or(Error::NotFound("pending change"))?;
    change.first = store::people(tx, id, PER_PAGE, page).await?;
    Ok(change)
}
