//! `PUT /Users/{id}` (RFC 7644 section 3.5.1).

use serde_json::Value;

use super::{read_only, show, unknown, with_keeper};
use crate::db::Tx;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::catalog::Kind;
use crate::provisioning::endpoint::Endpoint;
use crate::provisioning::request::{Preconditions, Query};

/// The path says whose document it is; an `id` in the body is read-only and ignored.
pub async fn replace(
    tx: &mut Tx,
    caller: &Caller,
    kind: &Kind,
    id: &str,
    query: &Query,
    preconditions: &Preconditions,
    body: &Value,
) -> ScimResult {
    with_keeper!(
        kind,
        E => run::<E>(tx, caller, kind, id, query, preconditions, body).await,
        roles => Err(read_only(&kind.resource_type).into()),
    )
}

async fn run<E: Endpoint>(
    tx: &mut Tx,
    caller: &Caller,
    kind: &Kind,
    id: &str,
    query: &Query,
    preconditions: &Preconditions,
    body: &Value,
) -> ScimResult {
    let kind = &kind.resource_type;
    let projection = query.projection(kind)?;
    let row = E::lock(tx, caller, kind, id).await?.ok_or_else(|| unknown(kind, id))?;
    preconditions.allow_write(&E::meta(caller, kind, &row).etag())?;
    let row = E::replace(tx, caller, kind, row, body).await?;
    let shown = show::<E>(tx, caller, kind, &row, &projection).await?;
    let meta = E::meta(caller, kind, &row);
    Ok(Answer::resource(shown, meta.etag()))
}
