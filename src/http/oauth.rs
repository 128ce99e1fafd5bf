//! What all endpoints that speak OAuth have in common, whoever they are for: their forms, and how they refuse (RFC 6749).

use std::collections::HashMap;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

/// Section 5.1: nothing of these answers is kept on the way.
pub const NO_STORE: [(HeaderName, &str); 2] = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];

/// The parameters of a form, by name. Section 3.2: "Parameters sent without a value MUST be treated as if they were omitted
/// from the request. … Request and response parameters MUST NOT be included more than once."
///
/// # Errors
/// A description for `invalid_request`.
pub fn parameters(body: &[u8]) -> Result<HashMap<String, String>, &'static str> {
    let mut parameters = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(body).into_owned().filter(|(_, value)| !value.is_empty()) {
        if parameters.insert(name, value).is_some() {
            return Err("a parameter is sent more than once");
        }
    }
    Ok(parameters)
}

/// Section 5.2: an error's code, and its description for whoever reads it at the other side. `scheme` is what a 401 names
/// (RFC 9110 section 15.5.2), also to clients that used none; `retry_after` is in seconds, where waiting helps.
pub fn refusal(
    status: StatusCode,
    code: &str,
    description: &str,
    scheme: &'static str,
    retry_after: Option<u64>,
) -> Response {
    let body = Json(json!({ "error": code, "error_description": description }));
    let mut response = (status, NO_STORE, body).into_response();
    let headers = response.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
    }
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
