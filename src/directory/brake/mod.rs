//! Who loses access by what a directory does: noted in the transaction that does it. Whoever commits it asks
//! `provisioning::brake` first, which counts.

mod store;

pub use store::came_back;

use std::collections::BTreeSet;
use std::mem;

use time::Duration;

use crate::access::roles;
use crate::db::Tx;
use crate::error::Result;
use crate::id::UserId;
use crate::time::Timestamp;

/// How far back losses are counted.
pub const WINDOW: Duration = Duration::minutes(10);

#[derive(Debug, Clone, Default)]
struct Losses(BTreeSet<UserId>);

/// When the window opened that ends now.
pub fn opened(tx: &Tx) -> Timestamp {
    tx.now().plus(-WINDOW)
}

/// These people lose their access or their last role. Of them those count who had access already when the window opened.
pub async fn lost(tx: &mut Tx, people: impl IntoIterator<Item = UserId>) -> Result<()> {
    let people: Vec<UserId> = people.into_iter().collect();
    if people.is_empty() {
        return Ok(());
    }
    let opened = opened(tx);
    let counting = store::active_before(tx, &people, &opened).await?;
    tx.notes::<Losses>().0.extend(counting);
    Ok(())
}

/// As [`lost`], for those among the people who hold no role now.
pub async fn lost_roles(tx: &mut Tx, people: &BTreeSet<UserId>) -> Result<()> {
    let people: Vec<UserId> = people.iter().cloned().collect();
    for chunk in people.chunks(store::CHUNK) {
        let holding = roles::counts(tx, chunk).await?;
        lost(tx, chunk.iter().filter(|id| !holding.contains_key(*id)).cloned()).await?;
    }
    Ok(())
}

/// Whether the person may sign in and holds a role.
pub async fn holds_a_role(tx: &mut Tx, id: &UserId) -> Result<bool> {
    Ok(roles::counts(tx, std::slice::from_ref(id)).await?.contains_key(id))
}

/// Whoever counts as lost by this transaction so far; afterwards nobody does.
pub fn take_losses(tx: &mut Tx) -> BTreeSet<UserId> {
    mem::take(tx.notes::<Losses>()).0
}
