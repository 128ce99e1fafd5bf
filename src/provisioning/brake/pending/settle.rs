//! What a change that is let through means for those that wait about the same resource: an identity provider that has changed
//! its mind is not overruled by a release.

use muster_scim::bulk::Method;

use super::body::{speaks_of_active, without_passwords};
use super::keep::{resource_id, says_everything};
use super::store;
use super::{Later, Pending};
use crate::db::Tx;
use crate::error::Result;
use crate::provisioning::auth::Caller;
use crate::provisioning::catalog::Keeper;
use crate::provisioning::operations::change::Change;

/// Drops what is settled by the change; after what still stands the change is to be carried out again. Costs nothing where
/// nothing waits.
pub async fn settle(tx: &mut Tx, caller: &Caller, change: &Change<'_>) -> Result<()> {
    if !caller.has_pending || change.method == Method::Post {
        return Ok(());
    }
    let waiting = store::lock_about(tx, &caller.directory, &resource_id(change.id)).await?;
    let (settled, standing): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|pending| is_settled(pending, change));
    for pending in &settled {
        store::remove(tx, &pending.id).await?;
    }
    let Some(last) = standing.last() else { return Ok(()) };
    let mut later = last.later.clone();
    // A PUT says everything that came before it.
    if change.method == Method::Put {
        later.clear();
    }
    later.push(Later { method: change.method, body: without_passwords(change.body) });
    store::save_later(tx, &last.id, &later).await
}

/// Whatever is said of a resource takes back that it is to be deleted. A PATCH settles only what it says anew.
fn is_settled(pending: &Pending, change: &Change<'_>) -> bool {
    let says_access_anew =
        change.kind.keeper == Keeper::Users && speaks_of_active(&pending.body) && speaks_of_active(change.body);
    pending.method == Method::Delete || says_everything(change) || says_access_anew
}
