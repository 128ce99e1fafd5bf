//! What stands around every endpoint, so that whatever happens the answer is SCIM: panics, time-outs, browsers, plain http.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use muster_scim::error::ScimError;

use super::error::{Failure, fault};
use crate::config::Config;
use crate::http::hop::{self, Plain};

/// Okta and Entra give up after a minute.
const PATIENCE: Duration = Duration::from_secs(50);

/// For [`tower_http::catch_panic::CatchPanicLayer`].
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("?"), "a SCIM endpoint panicked");
    Failure::from(fault()).into_response()
}

/// Answers before the identity provider gives up. What was under way is undone: nothing of it was committed.
pub async fn in_time(request: Request, next: Next) -> Response {
    within(PATIENCE, request, next).await
}

async fn within(patience: Duration, request: Request, next: Next) -> Response {
    let bulk = request.uri().path().ends_with("/Bulk");
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = match bulk {
                false => {
                    "the request took too long and was given up, nothing was changed: send it again, or less at once"
                }
                true => {
                    "the request took too long and was given up, some of its operations may have been carried out: look before you send less at once"
                }
            };
            Failure::from(ScimError::status(503, detail)).into_response()
        }
    }
}

/// RFC 7644 section 7.2: "SCIM messages MUST be exchanged over TLS". What came without it is not even looked at.
pub async fn over_tls(
    State(config): State<Arc<Config>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let detail = match hop::require_https(&config, peer.ip(), request.headers()) {
        Ok(()) => return next.run(request).await,
        Err(Plain::NotFromAProxy) => {
            "the request did not come through a proxy that Muster trusts, nothing was changed: call the https address; the administrator of Muster names the proxy's address in MUSTER_TRUSTED_PROXIES"
        }
        Err(Plain::NotByHttps) => {
            "the request came over plain http, nothing was changed: call the https address, and take the token for known to others; the proxy before Muster must say X-Forwarded-Proto: https for what came by https"
        }
    };
    Failure::from(ScimError::status(403, detail)).into_response()
}

/// CORS for any origin, without credentials: Microsoft's SCIM Validator calls from a browser. A token in a header is what
/// counts, so that a foreign page can do nothing that it could not do from its own server.
pub async fn cross_origin(request: Request, next: Next) -> Response {
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let mut response = match *request.method() {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => return open(next.run(request).await),
    };
    let headers = response.headers_mut();
    let methods = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, OPTIONS");
    headers.insert(header::ALLOW, methods.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    let usual = HeaderValue::from_static("authorization, content-type, accept, if-match, if-none-match");
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.unwrap_or(usual));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    open(response)
}

fn open(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let readable = HeaderValue::from_static("etag, location, retry-after, www-authenticate");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    async fn answer(router: Router) -> (u16, serde_json::Value) {
        let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/scim+json");
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_answered_as_an_error_without_its_text() {
        async fn panics() -> StatusCode {
            panic!("the cause, for the log only")
        }
        let router = Router::new().route("/", get(panics)).layer(CatchPanicLayer::custom(panicked));
        let (status, body) = answer(router).await;
        assert_eq!((status, body["status"].as_str()), (500, Some("500")));
        assert!(!body.to_string().contains("the cause"));
    }

    #[tokio::test]
    async fn what_takes_too_long_is_answered_in_time() {
        let at_once = |request, next| within(Duration::from_millis(1), request, next);
        let never = || async { std::future::pending::<StatusCode>().await };
        let router = Router::new().route("/", get(never)).layer(axum::middleware::from_fn(at_once));
        let (status, body) = answer(router).await;
        assert_eq!((status, body["status"].as_str()), (503, Some("503")));
    }
}
