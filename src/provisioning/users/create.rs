//! `POST /Users` (RFC 7644 section 3.3).

use axum::extract::State;

use super::{meta, show};
use crate::app::App;
use crate::directory::users::managed;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::body::{Json, UserBody};
use crate::provisioning::kinds;
use crate::provisioning::request::Query;

pub async fn create(State(app): State<App>, caller: Caller, query: Query, Json(body): UserBody) -> ScimResult {
    let projection = query.projection(kinds::user())?;
    let incoming = kinds::user().read(&body)?;
    let mut tx = app.db.write().await?;
    let user = managed::create(&mut tx, &caller.actor, incoming.document).await?;
    let shown = show(&mut tx, &caller, &user, &projection).await?;
    tx.commit().await?;
    let meta = meta(&caller, &user);
    Ok(Answer::created(shown, meta.etag(), meta.location))
}
