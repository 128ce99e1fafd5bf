//! Where these pages live.

use axum::Router;
use axum::routing::{get, post};

use super::{local, me, pages, terminal};
use crate::app::App;

pub fn router() -> Router<App> {
    Router::new()
        .route("/sign-in", get(pages::choose::show).post(pages::choose::choose))
        .route("/sign-in/{organization}", get(pages::sign_in::show).post(pages::sign_in::with_password))
        .route("/sign-out", post(pages::sign_out::sign_out))
        .route("/me", get(me::show))
        .merge(local::routes::router())
        .route("/me/sessions/end-others", post(me::end::others))
        .route("/me/sessions/{session}/end", post(me::end::session))
        .route("/me/terminals/{terminal}/end", post(me::end::terminal))
        .merge(terminal::pages())
}
