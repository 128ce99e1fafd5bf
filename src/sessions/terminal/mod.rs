//! Sign-in from a terminal: `muster login` opens the browser and gets a code on a loopback address.
//!
//! Muster is the authorization server of one public client, its own command: OAuth 2 authorization code (RFC 6749) for
//! native apps (RFC 8252) with PKCE (RFC 7636). Nothing is registered at an identity provider: the person is signed in here
//! already, or signs in as ever on the way.

mod authorize;
mod error;
mod page;
pub mod pkce;
mod request;
mod revoke;
mod store;
mod token;
mod whoami;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use time::Duration;

use crate::app::App;
use crate::config::Config;
use crate::db::Tx;
use crate::error::Result;
use crate::http::hop;
use crate::provisioning::tokens::Form;

/// The one client. Public: it has no secret, and the confirmation page and the loopback address stand in for one.
pub const CLIENT_ID: &str = "muster-cli";
/// What the command is given: sent as a bearer token (RFC 6750).
pub const TOKEN: Form = Form::starting("muster_cli_");
/// RFC 6749 section 4.1.2: "The authorization code MUST expire shortly after it is issued to mitigate the risk of leaks."
const CODE_LIFETIME: Duration = Duration::seconds(60);
const TOKEN_LIFETIME: Duration = Duration::hours(8);
const MOST_BYTES: usize = 16 * 1024;

/// What a browser opens: under the session and the CSRF check, as every page.
pub fn pages() -> Router<App> {
    Router::new().route("/cli/authorize", get(authorize::show).post(authorize::decide))
}

/// What the command calls: it brings codes and tokens, never cookies.
pub fn endpoints(config: Arc<Config>) -> Router<App> {
    Router::new()
        .route("/cli/token", post(token::exchange))
        .route("/cli/revoke", post(revoke::revoke))
        .route("/cli/whoami", get(whoami::whoami))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn_with_state(config, over_tls))
}

/// RFC 6749 section 3.2: "the authorization server MUST require the use of TLS … when sending requests to the token endpoint."
async fn over_tls(
    State(config): State<Arc<Config>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    match hop::require_https(&config, peer.ip(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(_) => error::Refusal::plain().into_response(),
    }
}

/// Removes tokens that have ended, and codes that can no longer have a token.
pub(super) async fn delete_expired(tx: &mut Tx) -> Result<()> {
    store::delete_expired(tx, TOKEN_LIFETIME).await
}
