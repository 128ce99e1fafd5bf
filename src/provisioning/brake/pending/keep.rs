//! Keeping what was refused, and closing the brake when it was the first.

use std::collections::BTreeSet;

use muster_scim::bulk::Method;
use muster_scim::error::ScimError;
use serde_json::json;

use super::body::{speaks_of_active, without_passwords};
use super::store::{self, Kept};
use crate::db::{Db, Tx};
use crate::directory::Realm;
use crate::directory::brake::WINDOW;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::id::UserId;
use crate::provisioning::auth::Caller;
use crate::provisioning::brake::limits::Limits;
use crate::provisioning::brake::state::Crossing;
use crate::provisioning::brake::store as brakes;
use crate::provisioning::brake::verdict::{Cause, Refusal};
use crate::provisioning::catalog::Keeper;
use crate::provisioning::operations::change::Change;
use crate::vault;

/// Keeps a change whose transaction was given up, and says what the caller is told. `None` when an owner has opened the brake
/// in between: then the change may be tried again.
pub async fn keep(db: &Db, caller: &Caller, change: &Change<'_>, refusal: &Refusal) -> Result<Option<ScimError>> {
    let mut tx = db.write().await?;
    let present = brakes::lock(&mut tx, &caller.directory).await?;
    let crossing = match (&present.closed, &refusal.cause) {
        (Some(closed), _) => closed.crossing,
        (None, Cause::Crosses(crossing)) => {
            close(&mut tx, caller, present.limits, *crossing).await?;
            *crossing
        }
        (None, Cause::Closed) => return Ok(None),
    };
    put(&mut tx, caller, change, &refusal.people).await?;
    tx.commit().await?;
    Ok(Some(told(present.limits, crossing)))
}

async fn close(tx: &mut Tx, caller: &Caller, limits: Limits, crossing: Crossing) -> Result<()> {
    brakes::close(tx, &caller.directory, crossing).await?;
    let (connection, name) = brakes::connection_of(tx, &caller.directory).await?;
    let Crossing { lost, allowed, active } = crossing;
    let event = NewEvent {
        organization: &Realm::of(&caller.actor)?.organization,
        kind: "brake.closed",
        subject: Subject::connection(&connection, name),
        before: Some(json!({ "closed": false })),
        after: Some(json!({
            "closed": true, "people": lost, "limit": allowed, "active": active, "minutes": WINDOW.whole_minutes(),
            "brake_least": limits.least, "brake_percent": limits.percent,
        })),
    };
    events::record(tx, &caller.actor, event).await
}

/// A repeat takes the place of its twin, at the end; what is older and overtaken by it goes.
async fn put(tx: &mut Tx, caller: &Caller, change: &Change<'_>, people: &BTreeSet<UserId>) -> Result<()> {
    let body = without_passwords(change.body).to_string();
    let whole = says_everything(change);
    let kept = Kept {
        method: change.method,
        endpoint: &change.kind.resource_type.endpoint,
        resource_id: &resource_id(change.id),
        // Of what says a part only, the same part alone is a repeat.
        fingerprint: if whole { String::new() } else { vault::digest(&body) },
        body,
    };
    if whole {
        store::drop_others(tx, &caller.directory, &kept).await?;
    } else {
        store::drop_delete(tx, &caller.directory, kept.resource_id).await?;
    }
    store::put(tx, &caller.directory, &kept, people).await
}

/// Whether nothing of what was asked before about the resource matters any more. A person's PUT that does not speak of
/// `active` leaves the access as it is.
pub(super) fn says_everything(change: &Change<'_>) -> bool {
    match change.method {
        Method::Delete => true,
        Method::Put => change.kind.keeper != Keeper::Users || speaks_of_active(change.body),
        Method::Patch | Method::Post => false,
    }
}

/// The id as we write it: ids are found in any case.
pub(super) fn resource_id(id: &str) -> String {
    UserId::parse(id).map_or_else(|| id.to_string(), |id| id.to_string())
}

/// Reason and advice, with a colon between them: the inspector shows them apart.
fn told(limits: Limits, crossing: Crossing) -> ScimError {
    let (Limits { least, percent }, Crossing { allowed, active, .. }) = (limits, crossing);
    let minutes = WINDOW.whole_minutes();
    ScimError::status(
        403,
        format!(
            "the brake of this directory is closed, for more than {allowed} people were to lose access within {minutes} minutes \
             (the limit is {least} people or {percent} % of the {active} active ones, whichever is more); nothing was changed, and \
             this request is kept in Muster as a pending change: an owner releases it there or keeps the people as they are, so \
             that it need not be sent again"
        ),
    )
}
