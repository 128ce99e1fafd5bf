//! `POST /cli/revoke`: `muster logout` (RFC 7009).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::error::Refusal;
use super::{TOKEN, store};
use crate::db::Db;
use crate::directory::users;
use crate::events::{self, NewEvent, Subject};
use crate::http::oauth::{NO_STORE, parameters};
use crate::sessions::sign_in::actor_of;
use crate::vault;

/// Section 2.2: a token that is not known is revoked already, "the client cannot handle such an error in a reasonable way".
pub(super) async fn revoke(State(db): State<Db>, body: Bytes) -> Result<Response, Refusal> {
    let token = parameters(&body)
        .map_err(Refusal::request)?
        .remove("token")
        .ok_or_else(|| Refusal::request("the parameter token is missing"))?;
    if TOKEN.fits(&token) {
        let mut tx = db.write().await?;
        if let Some(ended) = store::end_token(&mut tx, &vault::digest(&token)).await?
            && let Some(user) = users::find(&mut tx, &ended.organization_id, &ended.user_id).await?
        {
            let event = NewEvent {
                organization: &user.organization_id,
                kind: "cli.signed_out",
                subject: Subject::user(&user.id, &user.display_name),
                before: Some(json!({ "cli_token": ended.id, "device": ended.device })),
                after: None,
            };
            events::record(&mut tx, &actor_of(&user), event).await?;
        }
        tx.commit().await?;
    }
    Ok((StatusCode::OK, NO_STORE).into_response())
}
