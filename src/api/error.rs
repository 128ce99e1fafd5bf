//! How the API refuses: `{"error": {"code", "message"}}`, with the header that goes with the status.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::api_keys::Scope;
use crate::error::Error;
use crate::http::limits::TooMany;

/// Why a call was not answered. `code` is stable; `message` says what happened and what to do.
#[derive(Debug, Clone)]
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// RFC 6750 section 3: what a client is told beside it.
    challenge: Option<String>,
    /// In seconds, where waiting helps.
    retry_after: Option<u64>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), challenge: None, retry_after: None }
    }

    /// Section 3.1: a request without a key is told nothing but how to bring one.
    pub fn missing() -> Self {
        let message = "there is no API key: send one of a service account as Authorization: Bearer";
        let refusal = Self::new(StatusCode::UNAUTHORIZED, "missing_key", message);
        Self { challenge: Some("Bearer".into()), ..refusal }
    }

    pub fn key(message: &str) -> Self {
        let refusal = Self::new(StatusCode::UNAUTHORIZED, "invalid_key", message);
        Self { challenge: Some("Bearer error=\"invalid_token\"".into()), ..refusal }
    }

    /// Whether it was for want of a good key: what is counted.
    pub fn is_of_key(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }

    pub fn scope(scope: Scope) -> Self {
        let scope = scope.as_str();
        let message = format!("the API key has no scope {scope}: make one that has it, on the service account's page");
        let refusal = Self::new(StatusCode::FORBIDDEN, "missing_scope", message);
        Self { challenge: Some(format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"")), ..refusal }
    }

    pub fn plain() -> Self {
        let message = "the call did not come by https, and was not looked at: call the https address, and take the key for known to others";
        Self::new(StatusCode::FORBIDDEN, "https_required", message)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what} here"))
    }

    pub fn method() -> Self {
        let message = "this method is not possible here: the header Allow names what is";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
    }

    pub fn late() -> Self {
        let message = "this took too long and was given up, nothing was changed: try again in a moment";
        Self::unavailable(message)
    }

    fn unavailable(message: impl Into<String>) -> Self {
        Self { retry_after: Some(5), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message) }
    }
}

impl From<TooMany> for Refusal {
    fn from(limit: TooMany) -> Self {
        let message = format!(
            "there were too many calls without a good API key: wait {} seconds, then send a good one",
            limit.seconds
        );
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", message);
        Self { retry_after: Some(limit.seconds), ..refusal }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(what) => Self::not_found(what),
            Error::TooMany(limit) => limit.into(),
            Error::Forbidden(text) => Self::new(StatusCode::FORBIDDEN, "forbidden", text),
            Error::Conflict(_) | Error::LastBreakGlassOwner { .. } | Error::AdoptionWaits(_) => {
                Self::new(StatusCode::CONFLICT, "conflict", error.to_string())
            }
            Error::Invalid(problems) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", problems.to_string()),
            Error::Unavailable(text) => Self::unavailable(text),
            Error::Internal(_) => {
                tracing::error!(error = %error, "an API call failed");
                let message = "the fault is on this side and has been logged, nothing was changed: try again";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": { "code": self.code, "message": self.message } }));
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge.and_then(|challenge| HeaderValue::try_from(challenge).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
