//! The cookie.

use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use super::store::Store;
use crate::app::App;

/// HttpOnly, for this host only, gone with the browser; how long it is good for, the row says.
pub fn layer(app: &App) -> SessionManagerLayer<Store> {
    let https = app.config.is_https();
    SessionManagerLayer::new(Store::new(app.db.clone()))
        .with_name(if https { "__Host-muster" } else { "muster" })
        .with_secure(https)
        // Lax: the provider sends the browser back with a GET, and the session must be there.
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnSessionEnd)
}
