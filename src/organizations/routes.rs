//! Where the organization's own pages live.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;

use super::{overview, settings, setup, switch};
use crate::actor::Level;
use crate::app::App;
use crate::db::Db;
use crate::sessions::guard::SignedIn;
use crate::ui::errors::PageResult;

pub fn router() -> Router<App> {
    Router::new()
        .route("/", get(start))
        .merge(overview::routes::router())
        .merge(settings::router())
        .merge(setup::routes::router())
        .merge(switch::router())
}

/// `/` leads to set-up, to sign-in, or to where the person belongs.
async fn start(State(db): State<Db>, signed_in: Result<SignedIn, axum::response::Response>) -> PageResult {
    if setup::is_open(&mut db.read().await?).await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    let to = match signed_in {
        Ok(SignedIn { user, organization, .. }) if user.level >= Level::Admin => format!("/o/{}", organization.slug),
        Ok(_) => "/me".to_string(),
        Err(_) => "/sign-in".to_string(),
    };
    Ok(Redirect::to(&to).into_response())
}
