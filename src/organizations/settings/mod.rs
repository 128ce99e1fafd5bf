//! What an organization decides for itself: `/o/{organization}/settings/…`, a page each.

mod sessions;
mod sign_in;

use axum::Router;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use leptos::prelude::*;

use crate::app::App;
use crate::organizations::domains;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::components::Tabs;
use crate::ui::errors::PageResult;

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/settings", get(first))
        .merge(sign_in::router())
        .merge(sessions::router())
        .merge(domains::router())
}

/// The rail leads here; the first tab is where people begin.
async fn first(admin: OrganizationAdmin) -> PageResult {
    Ok(Redirect::to(&format!("/o/{}/settings/sign-in", admin.organization.slug)).into_response())
}

/// The tabs of the settings; `active` is the last part of the address.
pub fn tabs(organization: &str, active: &str) -> impl IntoView + use<> {
    let tab =
        |label: &str, part: &str| (label.to_string(), format!("/o/{organization}/settings/{part}"), active == part);
    view! { <Tabs items=vec![tab("Sign-in", "sign-in"), tab("Sessions", "sessions"), tab("Domains", "domains")] /> }
}
