//! How the endpoints of the command refuse: RFC 6749 section 5.2, RFC 6750 section 3.1.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::Error;

/// The command prints the description as it is.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    description: &'static str,
}

impl Refusal {
    pub fn request(description: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "invalid_request", description }
    }

    pub fn plain() -> Self {
        let description =
            "the request did not come by https, or not through a proxy that this server trusts: call the https address";
        Self { status: StatusCode::FORBIDDEN, code: "invalid_request", description }
    }

    pub fn grant_type() -> Self {
        let description = "only the grant type authorization_code is offered here";
        Self { status: StatusCode::BAD_REQUEST, code: "unsupported_grant_type", description }
    }

    pub fn client() -> Self {
        let description = "the client is not known here: the only one is muster-cli";
        Self { status: StatusCode::UNAUTHORIZED, code: "invalid_client", description }
    }

    /// One answer for every code that is not good: which reason it was is in the log of the organization.
    pub fn grant() -> Self {
        let description = "the code is wrong, used, or too old: run muster login again";
        Self { status: StatusCode::BAD_REQUEST, code: "invalid_grant", description }
    }

    pub fn token() -> Self {
        let description = "the sign-in has ended, or was ended: run muster login again";
        Self { status: StatusCode::UNAUTHORIZED, code: "invalid_token", description }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            // Whose access was taken away meanwhile is told no more than whoever has no code.
            Error::Forbidden(_) => Self::grant(),
            Error::Unavailable(_) | Error::Conflict(_) => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                code: "temporarily_unavailable",
                description: "the database is busy: try again",
            },
            error => {
                tracing::error!(%error, "a terminal's request failed");
                Self {
                    status: StatusCode::INTERNAL_SERVER_ERROR,
                    code: "server_error",
                    description: "the fault is on the server's side and has been logged: try again",
                }
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.code, "error_description": self.description }));
        let mut response = (self.status, no_store(), body).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"Muster\", error=\"invalid_token\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// RFC 6749 section 5.1.
pub(super) fn no_store() -> [(header::HeaderName, &'static str); 2] {
    [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")]
}
