//! One change, whoever brings it: a request, an operation of a bulk request, or an owner who releases it later.

use muster_scim::bulk::Method;
use muster_scim::error::ScimError;
use serde_json::Value;

use super::{create, delete, patch, replace};
use crate::db::{Db, Tx};
use crate::directory::users::adoption;
use crate::error::Result;
use crate::provisioning::answer::ScimResult;
use crate::provisioning::auth::Caller;
use crate::provisioning::brake;
use crate::provisioning::catalog::Kind;
use crate::provisioning::error::Failure;
use crate::provisioning::request::{Preconditions, Query};

/// How often a change is tried while an owner opens the brake.
const ATTEMPTS: usize = 3;

/// What is asked for.
pub struct Change<'a> {
    pub method: Method,
    pub kind: &'a Kind,
    /// Empty for a POST.
    pub id: &'a str,
    pub query: &'a Query,
    pub preconditions: &'a Preconditions,
    /// Null for a DELETE.
    pub body: &'a Value,
}

/// Carries the change out and keeps it, unless the brake holds it back: then nothing is changed, and it waits for an owner.
///
/// # Errors
/// Whatever is wrong with the change; 403 from the brake.
pub async fn carry_out(db: &Db, caller: &Caller, change: &Change<'_>) -> ScimResult {
    for _ in 0..ATTEMPTS {
        let mut tx = db.write().await?;
        let answer = match perform(&mut tx, caller, change).await {
            Ok(answer) => answer,
            Err(failure) => {
                drop(tx);
                return Err(leave_to_decide(db, caller, failure).await?);
            }
        };
        let Some(refusal) = brake::verdict(&mut tx, caller).await? else {
            brake::settle(&mut tx, caller, change).await?;
            tx.commit().await?;
            return Ok(answer);
        };
        drop(tx);
        if let Some(error) = brake::keep(db, caller, change, &refusal).await? {
            return Err(error.into());
        }
        // The brake was opened in between.
    }
    Err(ScimError::status(
        503,
        "the brake of this directory was opened in this moment, nothing was changed: send it again",
    )
    .into())
}

/// Of a change that was refused, what is left for an admin to decide is kept.
async fn leave_to_decide(db: &Db, caller: &Caller, failure: Failure) -> Result<Failure> {
    if let Some(waiting) = &failure.1 {
        adoption::keep_waiting(db, &caller.actor, waiting).await?;
    }
    Ok(failure)
}

/// Carries the change out; whoever asked commits it.
pub async fn perform(tx: &mut Tx, caller: &Caller, change: &Change<'_>) -> ScimResult {
    let Change { method, kind, id, query, preconditions, body } = *change;
    match method {
        Method::Post => create::create(tx, caller, kind, query, body).await,
        Method::Put => replace::replace(tx, caller, kind, id, query, preconditions, body).await,
        Method::Patch => patch::patch(tx, caller, kind, id, query, preconditions, body).await,
        Method::Delete => delete::delete(tx, caller, kind, id, preconditions).await,
    }
}
