//! `/api/v1`: what programs ask with an API key.

mod keys;
pub mod me;
mod users;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt as _;
use serde_json::Value;

use crate::support::TestApp;

/// What came back; every answer is JSON, and kept nowhere.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

/// Any call; the path is below `/api/v1`.
pub async fn call(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = app.send(request.body(Body::empty()).expect("a request")).await;
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a whole body").to_bytes();
    assert_eq!(parts.headers[header::CONTENT_TYPE], "application/json", "{path}");
    assert_eq!(parts.headers[header::CACHE_CONTROL], "no-store", "{path}");
    let body = serde_json::from_slice(&bytes).expect("the answer is JSON");
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}

/// A call with this key.
pub async fn get(app: &TestApp, path: &str, key: &str) -> Answer {
    call(app, Method::GET, path, &[("authorization", &format!("Bearer {key}"))]).await
}

/// An error of that status and code; it says what to do.
#[track_caller]
pub fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.body["error"]["code"].as_str()), (status, Some(code)), "{}", answer.body);
    assert!(answer.body["error"]["message"].as_str().is_some_and(|message| message.len() > 10), "{}", answer.body);
}
