//! `PUT /Groups/{id}` (RFC 7644 section 3.5.1).

use axum::extract::State;

use super::{meta, parse_id, read_body, show, unknown};
use crate::app::App;
use crate::directory::groups::managed;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::body::{GroupBody, Json};
use crate::provisioning::kinds;
use crate::provisioning::request::{PathId, Preconditions, Query};

/// The members become those of the body: who is in both stays untouched.
pub async fn replace(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    query: Query,
    preconditions: Preconditions,
    Json(body): GroupBody,
) -> ScimResult {
    let projection = query.projection(kinds::group())?;
    let group_id = parse_id(&id)?;
    let (incoming, members) = read_body(body)?;
    let mut tx = app.db.write().await?;
    let group = managed::lock(&mut tx, &caller.actor, &group_id).await?.ok_or_else(|| unknown(&id))?;
    preconditions.allow_write(&meta(&caller, &group).etag())?;
    let document = kinds::group().merge_put(&group.document, incoming)?;
    let group = managed::save(&mut tx, &caller.actor, group, document, &[members]).await?;
    let shown = show(&mut tx, &caller, &group, &projection).await?;
    tx.commit().await?;
    Ok(Answer::resource(shown, meta(&caller, &group).etag()))
}
