//! `/scim/v2/{label}/…`, and what is answered to other versions.

use axum::Router;
use axum::http::Method;
use axum::middleware;
use axum::routing::{any, get, post};
use muster_scim::error::{ScimError, ScimType};
use tower_http::catch_panic::CatchPanicLayer;

use super::error::Failure;
use super::oauth::Exchange;
use super::{auth, discovery, handlers, inspector, layers, oauth};
use crate::app::App;

/// Everything below `/scim/v2`; called within the runtime, for it starts what writes the record.
pub fn router(app: App) -> Router<App> {
    let config = app.config.clone();
    let exchange = Exchange::new(app.clone());
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
    let tokens = Router::new()
        .route("/{label}/oauth/token", post(oauth::token).with_state(exchange))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(layers::in_time));
    resources
        .merge(discovery)
        .merge(tokens)
        .layer(middleware::from_fn_with_state(app, inspector::record))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn_with_state(config, layers::over_tls))
        .layer(middleware::from_fn(layers::cross_origin))
}

/// `/scim`, and what is below it but not below `/scim/v2`.
pub fn other_versions() -> Router<App> {
    Router::new()
        .route("/scim", any(unknown_version))
        .nest("/scim/", Router::new().fallback(unknown_version))
        .layer(middleware::from_fn(layers::cross_origin))
}

/// RFC 7644 section 3.13: "service providers MUST perform the operation using the desired version or reject the request".
async fn unknown_version() -> Failure {
    let detail = "there is no base URL here: it begins with /scim/v2/ and names a directory, and other versions of the protocol are not spoken";
    Failure::from(ScimError { status: 404, scim_type: Some(ScimType::InvalidVers), detail: detail.into() })
}

/// What has more parts than any address here.
async fn unknown() -> Failure {
    Failure::from(ScimError::not_found(
        "there is nothing at this address: resources are at {base URL}/{endpoint}/{id}, /Users/1 for instance",
    ))
}

async fn wrong_method(method: Method) -> Failure {
    Failure::from(ScimError::status(405, format!("{method} is not possible here: the header Allow names what is")))
}
