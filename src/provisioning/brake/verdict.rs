//! Whether a transaction may be committed.

use std::collections::BTreeSet;

use super::state::Crossing;
use super::store;
use crate::db::Tx;
use crate::directory::{Realm, brake};
use crate::error::Result;
use crate::id::UserId;
use crate::provisioning::auth::Caller;

/// Why not.
pub struct Refusal {
    /// From whom the call would take access.
    pub people: BTreeSet<UserId>,
    pub cause: Cause,
}

pub enum Cause {
    /// The brake is closed.
    Closed,
    /// The call would cross the limit.
    Crosses(Crossing),
}

/// Counts whom the transaction takes access from; a call that takes nobody's costs nothing. Two calls at once are counted one
/// after the other: the brake stays locked until the transaction ends.
pub async fn verdict(tx: &mut Tx, caller: &Caller) -> Result<Option<Refusal>> {
    let people = brake::take_losses(tx);
    if people.is_empty() {
        return Ok(None);
    }
    let present = store::lock(tx, &caller.directory).await?;
    if present.closed.is_some() {
        return Ok(Some(Refusal { people, cause: Cause::Closed }));
    }
    if !present.is_on {
        return Ok(None);
    }
    let opened = brake::opened(tx);
    store::note(tx, &caller.directory, &people).await?;
    let lost = store::count_since(tx, &caller.directory, &opened).await?;
    let needed = present.limits.needed(lost);
    let realm = Realm::of(&caller.actor)?;
    // Who is noted as lost was active when the window opened; of the others, as many are counted as matter.
    if let Some(needed) = needed {
        let missing = needed.saturating_sub(lost).max(0);
        if missing == 0 || store::unharmed(tx, &realm, &opened, Some(missing)).await? == missing {
            return Ok(None);
        }
    }
    let active = lost + store::unharmed(tx, &realm, &opened, None).await?;
    let crossing = Crossing { lost, allowed: present.limits.allowed(active), active };
    Ok(Some(Refusal { people, cause: Cause::Crosses(crossing) }))
}
