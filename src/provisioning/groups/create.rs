//! `POST /Groups` (RFC 7644 section 3.3).

use axum::extract::State;

use super::{meta, read_body, show};
use crate::app::App;
use crate::directory::groups::managed;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::body::{GroupBody, Json};
use crate::provisioning::kinds;
use crate::provisioning::request::Query;

pub async fn create(State(app): State<App>, caller: Caller, query: Query, Json(body): GroupBody) -> ScimResult {
    let projection = query.projection(kinds::group())?;
    let (incoming, members) = read_body(body)?;
    let mut tx = app.db.write().await?;
    let group = managed::create(&mut tx, &caller.actor, incoming.document, &members).await?;
    let shown = show(&mut tx, &caller, &group, &projection).await?;
    tx.commit().await?;
    let meta = meta(&caller, &group);
    Ok(Answer::created(shown, meta.etag(), meta.location))
}
