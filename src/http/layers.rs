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

/// What pages here never ask for.
const PERMISSIONS: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Put around the whole router. Pages set their own Content-Security-Policy, with the nonce of their scripts.
pub fn wrap(router: Router, https: bool) -> Router {
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    // No query: it may hold a code or a state.
    let span = |request: &axum::http::Request<_>| {
        let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or("");
        tracing::info_span!("request", method = %request.method(), path = %without_secrets(request.uri().path()), id)
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
        .layer(fixed(HeaderName::from_static("permissions-policy"), PERMISSIONS))
        // No window that another site opened, or that opens another site, gets hold of ours.
        .layer(fixed(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(fixed(HeaderName::from_static("x-permitted-cross-domain-policies"), "none"))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .layer(CompressionLayer::new());
    let router = router.layer(layers);
    if https {
        router.layer(fixed(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"))
    } else {
        router
    }
}

/// The path without what may be the secret of a single-use link: ids (UUIDs) and names are shorter, and in lower case.
fn without_secrets(path: &str) -> String {
    let secret = |part: &str| {
        let random = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        random && (part.len() > 40 || part.len() > 21 && part.bytes().any(|byte| byte.is_ascii_uppercase()))
    };
    path.split('/').map(|part| if secret(part) { "…" } else { part }).collect::<Vec<_>>().join("/")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_of_a_link_is_not_logged_and_everything_else_is() {
        for path in [
            "/",
            "/o/acme-incorporated-of-new-york/users/0192f0c4-7a11-7c3e-9d1a-0d9e6a5b1c2d",
            "/scim/v2/okta/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
            "/scim/v2/okta/ServiceProviderConfig",
        ] {
            assert_eq!(without_secrets(path), path);
        }
        let secret = crate::vault::random_text(crate::vault::BASE62, 32);
        assert_eq!(without_secrets(&format!("/invitations/{secret}/accept")), "/invitations/…/accept");
        assert_eq!(without_secrets(&format!("/reset/{}", crate::vault::digest("x"))), "/reset/…");
    }
}
