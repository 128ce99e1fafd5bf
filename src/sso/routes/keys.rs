//! `GET /auth/keys/{connection}`: the public halves of the keys by which a connection shows who it is.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::app::App;
use crate::id::ConnectionId;
use crate::sso::client_keys;

/// A connection without keys, and one that is not there, publish the same: none.
pub async fn show(State(app): State<App>, Path(connection): Path<String>) -> Response {
    let Some(id) = ConnectionId::parse(&connection) else { return StatusCode::NOT_FOUND.into_response() };
    let published = async { client_keys::published(&mut app.db.read().await?, &id).await };
    match published.await {
        // Short, so that a rotation is known everywhere soon.
        Ok(keys) => ([(header::CACHE_CONTROL, "public, max-age=300")], Json(keys)).into_response(),
        Err(error) => {
            tracing::error!(%error, "published keys could not be shown");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
