//! `DELETE /Users/{id}` (RFC 7644 section 3.6).

use axum::extract::State;

use super::{meta, parse_id, unknown};
use crate::app::App;
use crate::directory::users::managed;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::request::{PathId, Preconditions};

pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    preconditions: Preconditions,
) -> ScimResult {
    let mut tx = app.db.write().await?;
    let user = managed::find(&mut tx, &caller.actor, &parse_id(&id)?).await?.ok_or_else(|| unknown(&id))?;
    preconditions.allow_write(&meta(&caller, &user).etag())?;
    managed::delete(&mut tx, &caller.actor, &user).await?;
    tx.commit().await?;
    Ok(Answer::no_content())
}
