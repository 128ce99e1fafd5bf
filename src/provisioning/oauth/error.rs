//! How the token endpoint refuses (RFC 6749 section 5.2).

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::error::Error;
use crate::http::limits::TooMany;
use crate::http::oauth;

/// The description is for the engineer at the other console: plain ASCII without quotes and backslashes, as the RFC wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    description: Cow<'static, str>,
    /// In seconds, where waiting helps.
    retry_after: Option<u64>,
}

impl Refusal {
    /// The client is not told which part was wrong.
    pub const UNKNOWN_CLIENT: Self = Self {
        status: StatusCode::UNAUTHORIZED,
        code: "invalid_client",
        description: Cow::Borrowed(
            "the client is not known at this base URL, or what it shows is wrong: copy token endpoint, client ID and client secret of one directory from Muster",
        ),
        retry_after: None,
    };

    fn new(status: StatusCode, code: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, description: description.into(), retry_after: None }
    }

    /// Whether the client could not show who it is.
    pub fn is_of_client(&self) -> bool {
        self.code == "invalid_client"
    }

    /// "The request is missing a required parameter, … repeats a parameter, … or is otherwise malformed."
    pub fn request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// "Client authentication failed."
    pub fn client(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    /// "The authenticated client is not authorized to use this authorization grant type."
    pub fn unauthorized(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unauthorized_client", description)
    }

    pub fn grant_type() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "only the grant type client_credentials is offered here",
        )
    }

    /// Not the client's doing: the RFC has no code of its own for it here, and lends the one of section 4.1.2.1.
    pub fn unavailable(description: &'static str) -> Self {
        let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", description);
        Self { retry_after: Some(5), ..refusal }
    }
}

/// RFC 6585 section 4. `slow_down` is what RFC 8628 calls the same thing at its token endpoint.
impl From<TooMany> for Refusal {
    fn from(TooMany { seconds, by, first }: TooMany) -> Self {
        if first {
            tracing::warn!(by, "too many token requests without a good client: slowed down");
        }
        let description = format!("there were too many requests of clients that are not known: wait {seconds} seconds");
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "slow_down", description) }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) | Error::Conflict(_) => Self::unavailable("the database is busy: try again"),
            error => {
                tracing::error!(%error, "a token request failed");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "server_error",
                    "the fault is on this side and has been logged: try again",
                )
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let scheme = "Basic realm=\"Muster\", charset=\"UTF-8\"";
        oauth::refusal(self.status, self.code, &self.description, scheme, self.retry_after)
    }
}
