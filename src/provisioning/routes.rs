//! `/scim/v2/{label}/…`

use axum::Router;
use axum::http::Method;
use axum::middleware;
use axum::routing::{any, get, post};
use muster_scim::error::ScimError;
use tower_http::catch_panic::CatchPanicLayer;

use super::error::Failure;
use super::{auth, discovery, handlers, inspector, layers};
use crate::app::App;

/// Everything below `/scim/v2`; called within the runtime, for it starts what writes the record.
pub fn router(app: App) -> Router<App> {
    tokio::spawn(app.inspector.clone().run(app.db.clone()));
    let resources = Router::new()
        .route("/{label}", get(handlers::list_all))
        .route("/{label}/", get(handlers::list_all))
        .route("/{label}/.search", post(handlers::search_all))
        .route("/{label}/Bulk", post(handlers::bulk))
        .route("/{label}/Me", any(handlers::me))
        .route("/{label}/{endpoint}", get(handlers::list).post(handlers::create))
        .route("/{label}/{endpoint}/.search", post(handlers::search))
        .route(
            "/{label}/{endpoint}/{id}",
            get(handlers::read).put(handlers::replace).patch(handlers::patch).delete(handlers::delete),
        )
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn(layers::in_time))
        .layer(middleware::from_fn_with_state(app.clone(), auth::authenticate));
    // RFC 7644 section 4: discovery needs no token.
    let discovery = Router::new()
        .route("/{label}/ServiceProviderConfig", get(discovery::service_provider_config))
        .route("/{label}/ResourceTypes", get(discovery::resource_types))
        .route("/{label}/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/{label}/Schemas", get(discovery::schemas))
        .route("/{label}/Schemas/{id}", get(discovery::schema))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(app.clone(), auth::recognise));
    resources
        .merge(discovery)
        .layer(middleware::from_fn_with_state(app, inspector::record))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn(layers::cross_origin))
}

/// What has more parts than any address here.
async fn unknown() -> Failure {
    Failure(ScimError::not_found(
        "there is nothing at this address: resources are at {base URL}/{endpoint}/{id}, /Users/1 for instance",
    ))
}

async fn wrong_method(method: Method) -> Failure {
    Failure(ScimError::status(405, format!("{method} is not possible here: the header Allow names what is")))
}
