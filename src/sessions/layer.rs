//! The cookie.

use tower_sessions::SessionManagerLayer;
use tower_sessions::cookie::SameSite;

use super::store::Store;
use crate::app::App;

pub fn layer(app: &App) -> SessionManagerLayer<Store> {
    let https = app.config.is_https();
    SessionManagerLayer::new(Store::new(app.db.clone()))
        .with_name(if https { "__Host-muster" } else { "muster" })
        .with_secure(https)
        .with_same_site(SameSite::Lax)
}
