//! What every answer gets: a request id, compression, headers that keep browsers honest.

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use tower::ServiceBuilder;
use tower_http::classify::ServerErrorsFailureClass;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Put around the whole router. Pages set their own Content-Security-Policy, with the nonce of their scripts.
pub fn wrap(router: Router, https: bool) -> Router {
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    // Path only: a query may hold a code or a state.
    let span = |request: &axum::http::Request<_>| {
        let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or("");
        tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
    };
    let failed = |class: ServerErrorsFailureClass, latency: Duration, _: &tracing::Span| log_failure(&class, latency);
    let trace = TraceLayer::new_for_http().make_span_with(span).on_failure(failed);
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(trace)
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .layer(CompressionLayer::new());
    let router = router.layer(layers);
    if https {
        router.layer(fixed(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"))
    } else {
        router
    }
}

/// Only a fault of ours is an error. What we do not offer (501) and what is busy (503) is answered so on purpose.
fn log_failure(class: &ServerErrorsFailureClass, latency: Duration) {
    match class {
        ServerErrorsFailureClass::StatusCode(status) if *status != StatusCode::INTERNAL_SERVER_ERROR => {
            tracing::warn!(%status, ?latency, "the request was not served");
        }
        fault => tracing::error!(%fault, ?latency, "the request failed"),
    }
}
