//! `/api/v1`: what programs ask, with a key of a service account. JSON in and out, no cookies, no other origin's pages.

mod auth;
mod error;
mod json;
mod me;
mod user;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::app::App;
use crate::config::Config;
use crate::http::hop;
use error::Refusal;

/// Nothing is sent yet that has a body.
const MOST_BYTES: usize = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(50);

/// What stands below `/api/v1`.
pub fn router(app: App) -> Router<App> {
    let config = app.config.clone();
    Router::new()
        .route("/me", get(me::show))
        .route("/users/{id}", get(user::show))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn(in_time))
        // Whoever brings no good key learns nothing, not even what there is.
        .layer(middleware::from_fn_with_state(app, auth::authenticate))
        .layer(middleware::from_fn_with_state(config, over_tls))
        .layer(middleware::map_response(kept_nowhere))
}

async fn unknown() -> Refusal {
    Refusal::not_found("endpoint")
}

async fn wrong_method() -> Refusal {
    Refusal::method()
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::late().into_response(),
    }
}

/// RFC 6750 section 5.3: "Always use TLS (https)".
async fn over_tls(
    State(config): State<Arc<Config>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    match hop::require_https(&config, peer.ip(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(_) => Refusal::plain().into_response(),
    }
}

/// Answers hold what only their reader may see.
async fn kept_nowhere(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
