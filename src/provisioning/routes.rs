//! `/scim/v2/{label}/…`

use axum::Router;
use axum::http::{Method, Uri};
use axum::middleware;
use axum::routing::{any, get, post};
use muster_scim::error::ScimError;
use tower_http::catch_panic::CatchPanicLayer;

use super::activity::Activity;
use super::auth::{self, Gate};
use super::error::Failure;
use super::{discovery, groups, layers, users};
use crate::app::App;

/// Everything below `/scim/v2`; called within the runtime, for it starts what notes the traffic.
pub fn router(app: App) -> Router<App> {
    let gate = Gate { activity: Activity::start(app.db.clone()), app };
    let resources = Router::new()
        .route("/{label}/Users", get(users::list::list).post(users::create::create))
        .route(
            "/{label}/Users/{id}",
            get(users::read::read)
                .put(users::replace::replace)
                .patch(users::patch::patch)
                .delete(users::delete::delete),
        )
        .route("/{label}/Groups", get(groups::list::list).post(groups::create::create))
        .route(
            "/{label}/Groups/{id}",
            get(groups::read::read)
                .put(groups::replace::replace)
                .patch(groups::patch::patch)
                .delete(groups::delete::delete),
        )
        .route("/{label}/Me", any(not_offered))
        .route("/{label}/Bulk", post(not_offered))
        .route("/{label}/.search", post(not_offered))
        .route("/{label}/Users/.search", post(not_offered))
        .route("/{label}/Groups/.search", post(not_offered))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn(layers::in_time))
        .layer(middleware::from_fn_with_state(gate.clone(), auth::authenticate));
    // RFC 7644 section 4: discovery needs no token.
    let discovery = Router::new()
        .route("/{label}/ServiceProviderConfig", get(discovery::service_provider_config))
        .route("/{label}/ResourceTypes", get(discovery::resource_types))
        .route("/{label}/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/{label}/Schemas", get(discovery::schemas))
        .route("/{label}/Schemas/{id}", get(discovery::schema))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(gate, auth::announce_pause));
    resources
        .merge(discovery)
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn(layers::cross_origin))
}

async fn unknown(uri: Uri) -> Failure {
    let path = uri.path().trim_start_matches('/').split_once('/').map_or("", |(_, rest)| rest);
    Failure(ScimError::not_found(format!(
        "there is no \"/{path}\" here: the endpoints are /Users, /Groups, /ServiceProviderConfig, /ResourceTypes and /Schemas below the base URL, in this spelling"
    )))
}

async fn wrong_method(method: Method) -> Failure {
    Failure(ScimError::status(405, format!("{method} is not possible here: the header Allow names what is")))
}

/// RFC 7644 section 3.11 for `/Me`, section 3.12 for the rest: 501, and ServiceProviderConfig does not claim it.
async fn not_offered() -> Failure {
    Failure(ScimError::status(501, "this part of SCIM is not offered here: ServiceProviderConfig says what is"))
}
