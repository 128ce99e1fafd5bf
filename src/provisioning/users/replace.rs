//! `PUT /Users/{id}` (RFC 7644 section 3.5.1).

use axum::extract::State;

use super::{meta, parse_id, show, unknown};
use crate::app::App;
use crate::directory::users::managed;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::body::{Json, UserBody};
use crate::provisioning::kinds;
use crate::provisioning::request::{PathId, Preconditions, Query};

/// The path says whose document it is; an `id` in the body is read-only and ignored.
pub async fn replace(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    query: Query,
    preconditions: Preconditions,
    Json(body): UserBody,
) -> ScimResult {
    let projection = query.projection(kinds::user())?;
    let user_id = parse_id(&id)?;
    let mut tx = app.db.write().await?;
    let user = managed::lock(&mut tx, &caller.actor, &user_id).await?.ok_or_else(|| unknown(&id))?;
    preconditions.allow_write(&meta(&caller, &user).etag())?;
    let document = kinds::user().merge_put(&user.document, kinds::user().read(&body)?)?;
    let user = managed::replace(&mut tx, &caller.actor, user, document).await?;
    let shown = show(&mut tx, &caller, &user, &projection).await?;
    tx.commit().await?;
    Ok(Answer::resource(shown, meta(&caller, &user).etag()))
}
