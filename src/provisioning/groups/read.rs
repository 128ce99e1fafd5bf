//! `GET /Groups/{id}` (RFC 7644 section 3.4.1).

use axum::extract::State;

use super::{meta, parse_id, show, unknown};
use crate::app::App;
use crate::directory::groups::managed;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::kinds;
use crate::provisioning::request::{PathId, Preconditions, Query};

pub async fn read(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    query: Query,
    preconditions: Preconditions,
) -> ScimResult {
    let projection = query.projection(kinds::group())?;
    let mut tx = app.db.read().await?;
    let group = managed::find(&mut tx, &caller.actor, &parse_id(&id)?).await?.ok_or_else(|| unknown(&id))?;
    let etag = meta(&caller, &group).etag();
    if preconditions.is_known(&etag) {
        return Ok(Answer::not_modified(etag));
    }
    Ok(Answer::resource(show(&mut tx, &caller, &group, &projection).await?, etag))
}
