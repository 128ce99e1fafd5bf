//! `POST /Users` (RFC 7644 section 3.3).

use serde_json::Value;

use super::{read_only, show, with_keeper};
use crate::db::Tx;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::catalog::Kind;
use crate::provisioning::endpoint::Endpoint;
use crate::provisioning::request::Query;

pub async fn create(tx: &mut Tx, caller: &Caller, kind: &Kind, query: &Query, body: &Value) -> ScimResult {
    with_keeper!(kind, E => run::<E>(tx, caller, kind, query, body).await, roles => Err(read_only(&kind.resource_type).into()))
}

async fn run<E: Endpoint>(tx: &mut Tx, caller: &Caller, kind: &Kind, query: &Query, body: &Value) -> ScimResult {
    let kind = &kind.resource_type;
    let projection = query.projection(kind)?;
    let row = E::create(tx, caller, kind, body).await?;
    let shown = show::<E>(tx, caller, kind, &row, &projection).await?;
    let meta = E::meta(caller, kind, &row);
    Ok(Answer::created(shown, meta.etag(), meta.location))
}
