//! How the endpoints of the command refuse: RFC 6749 section 5.2, RFC 6750 section 3.1.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::error::Error;
use crate::http::limits::TooMany;
use crate::http::oauth;

/// The command prints the description as it is.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    description: &'static str,
    /// In seconds, where waiting helps.
    retry_after: Option<u64>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, description: &'static str) -> Self {
        Self { status, code, description, retry_after: None }
    }

    pub fn request(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    pub fn plain() -> Self {
        let description =
            "the request did not come by https, or not through a proxy that this server trusts: call the https address";
        Self::new(StatusCode::FORBIDDEN, "invalid_request", description)
    }

    pub fn grant_type() -> Self {
        let description = "only the grant type authorization_code is offered here";
        Self::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description)
    }

    pub fn client() -> Self {
        let description = "the client is not known here: the only one is muster-cli";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    /// One answer for every code that is not good: which reason it was is in the log of the organization.
    pub fn grant() -> Self {
        let description = "the code is wrong, used, or too old: run muster login again";
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", description)
    }

    pub fn token() -> Self {
        let description = "the sign-in has ended, or was ended: run muster login again";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_token", description)
    }
}

impl From<TooMany> for Refusal {
    fn from(TooMany { seconds, by, first }: TooMany) -> Self {
        if first {
            tracing::warn!(by, "too many codes that never were: slowed down");
        }
        let description =
            "there were too many attempts with codes that are not known: wait, then run muster login again";
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "slow_down", description) }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            // Whose access was taken away meanwhile is told no more than whoever has no code.
            Error::Forbidden(_) => Self::grant(),
            Error::Unavailable(_) | Error::Conflict(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "the database is busy: try again")
            }
            error => {
                tracing::error!(%error, "a terminal's request failed");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "server_error",
                    "the fault is on the server's side and has been logged: try again",
                )
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let scheme = "Bearer realm=\"Muster\", error=\"invalid_token\"";
        oauth::refusal(self.status, self.code, self.description, scheme, self.retry_after)
    }
}
