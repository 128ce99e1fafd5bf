//! `GET /Users/{id}` (RFC 7644 section 3.4.1).

use muster_scim::error::ScimError;

use super::{show, unknown, with_keeper};
use crate::db::Tx;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::catalog::Kind;
use crate::provisioning::endpoint::Endpoint;
use crate::provisioning::endpoints::Roles;
use crate::provisioning::request::{Preconditions, Query};

pub async fn read(
    tx: &mut Tx,
    caller: &Caller,
    kind: &Kind,
    id: &str,
    query: &Query,
    preconditions: &Preconditions,
) -> ScimResult {
    with_keeper!(
        kind,
        E => run::<E>(tx, caller, kind, id, query, preconditions).await,
        roles => role(tx, caller, kind, id, query, preconditions).await,
    )
}

async fn run<E: Endpoint>(
    tx: &mut Tx,
    caller: &Caller,
    kind: &Kind,
    id: &str,
    query: &Query,
    preconditions: &Preconditions,
) -> ScimResult {
    let kind = &kind.resource_type;
    let projection = query.projection(kind)?;
    let row = E::find(tx, caller, kind, id).await?.ok_or_else(|| unknown(kind, id))?;
    let etag = E::meta(caller, kind, &row).etag();
    if preconditions.is_known(&etag) {
        return Ok(Answer::not_modified(etag));
    }
    Ok(Answer::resource(show::<E>(tx, caller, kind, &row, &projection).await?, etag))
}

async fn role(
    tx: &mut Tx,
    caller: &Caller,
    kind: &Kind,
    id: &str,
    query: &Query,
    preconditions: &Preconditions,
) -> ScimResult {
    let kind = &kind.resource_type;
    let projection = query.projection(kind)?;
    let found = Roles::all(tx, caller, kind).await?.into_iter().find(|role| role["id"] == id);
    let role = found.ok_or_else(|| unknown(kind, id))?;
    let etag = role["meta"]["version"].as_str().map(str::to_string);
    let etag = etag.ok_or_else(|| ScimError::status(500, "a role has no version"))?;
    if preconditions.is_known(&etag) {
        return Ok(Answer::not_modified(etag));
    }
    Ok(Answer::resource(projection.apply(kind, &role), etag))
}
