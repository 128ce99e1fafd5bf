//! The translator from our errors to SCIM's (RFC 7644 section 3.12).

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_scim::error::ScimError;

use super::answer::MEDIA_TYPE;
use crate::error::{Error, WaitingAdoption};

/// How an endpoint fails, and what is kept of it although nothing was done. The error also travels as an extension of the
/// response, for whoever keeps a record of it.
#[derive(Debug, Clone)]
pub struct Failure(pub ScimError, pub Option<Box<WaitingAdoption>>);

impl From<ScimError> for Failure {
    fn from(error: ScimError) -> Self {
        Self(error, None)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(match error {
            Error::AdoptionWaits(waiting) => {
                return Self(ScimError::uniqueness(waiting.detail.clone()), Some(waiting));
            }
            Error::NotFound(what) => ScimError::not_found(format!("there is no such {what} in this directory")),
            Error::Conflict(detail) => ScimError::uniqueness(detail),
            Error::Forbidden(detail) => ScimError::status(403, detail),
            // RFC 7644 section 3.12: 403, "the operation is not permitted".
            Error::LastBreakGlassOwner { .. } => ScimError::status(403, error.to_string()),
            Error::Invalid(problems) => ScimError::invalid_value(problems.to_string()),
            Error::TooMany(_) => ScimError::status(429, error.to_string()),
            Error::Unavailable(detail) => ScimError::status(503, detail),
            Error::Internal(_) => {
                tracing::error!(error = %error, "a SCIM request failed");
                fault()
            }
        })
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = Response::new(Body::from(self.0.to_json().to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        // RFC 7235 section 3.1: a 401 names the scheme. Okta takes Retry-After in whole seconds only.
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        response.extensions_mut().insert(self.0);
        response
    }
}

/// A fault of ours: the details are in our log, not in the answer.
pub fn fault() -> ScimError {
    ScimError::status(
        500,
        "the fault is on this side and has been logged, nothing was changed: try again, and tell the administrator of Muster if it happens again",
    )
}
