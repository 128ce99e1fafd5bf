//! `/scim/v2/{label}/…`

use axum::Router;

use crate::app::App;

pub fn router(_app: App) -> Router<App> {
    Router::new()
}
