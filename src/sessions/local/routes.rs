//! Where local sign-in goes on behind the password.

use axum::Router;
use axum::routing::get;

use super::pages::{authenticator, code, link, me_factor, me_password};
use crate::app::App;

pub fn router() -> Router<App> {
    Router::new()
        .route("/sign-in/{organization}/code", get(code::show).post(code::check))
        .route("/sign-in/{organization}/authenticator", get(authenticator::show).post(authenticator::confirm))
        .route("/sign-in/{organization}/password", get(link::show).post(link::choose))
        .route("/link", get(link::open))
        .route("/me/password", get(me_password::show).post(me_password::change))
        .route("/me/recovery-codes", get(me_factor::show_codes).post(me_factor::make_codes))
        .route("/me/authenticator", get(me_factor::show_app).post(me_factor::replace_app))
}
