//! `/o/{organization}/connections/{connection}/remove`, `…/users/{user}/release` and `…/groups/{group}/release`.

mod group;
mod person;
mod removal;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use serde::Deserialize;

use crate::app::App;

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/connections/{connection}/remove", get(removal::show).post(removal::submit))
        .route("/o/{organization}/users/{user}/release", get(person::show).post(person::submit))
        .route("/o/{organization}/groups/{group}/release", get(group::show).post(group::submit))
}

/// The organization and what is released.
type At = Path<(String, String)>;

/// What is chosen on the page of one person or group.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ChoiceForm {
    choice: String,
}
