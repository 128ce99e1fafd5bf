//! `DELETE /Users/{id}` (RFC 7644 section 3.6).

use super::{read_only, unknown, with_keeper};
use crate::db::Tx;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::catalog::Kind;
use crate::provisioning::endpoint::Endpoint;
use crate::provisioning::request::Preconditions;

pub async fn delete(tx: &mut Tx, caller: &Caller, kind: &Kind, id: &str, preconditions: &Preconditions) -> ScimResult {
    with_keeper!(
        kind,
        E => run::<E>(tx, caller, kind, id, preconditions).await,
        roles => Err(read_only(&kind.resource_type).into()),
    )
}

async fn run<E: Endpoint>(
    tx: &mut Tx,
    caller: &Caller,
    kind: &Kind,
    id: &str,
    preconditions: &Preconditions,
) -> ScimResult {
    let kind = &kind.resource_type;
    let row = E::lock_to_delete(tx, caller, kind, id).await?.ok_or_else(|| unknown(kind, id))?;
    preconditions.allow_write(&E::meta(caller, kind, &row).etag())?;
    E::delete(tx, caller, kind, row).await?;
    Ok(Answer::no_content())
}
