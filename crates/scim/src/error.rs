//! The error of the protocol (RFC 7644 section 3.12).
//!
//! ```
//! use muster_scim::error::ScimError;
//! use serde_json::json;
//!
//! let error = ScimError::uniqueness("userName \"ada\" is taken");
//! assert_eq!(error.to_json(), json!({
//!     "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
//!     "status": "409",
//!     "scimType": "uniqueness",
//!     "detail": "userName \"ada\" is taken",
//! }));
//! ```

use serde_json::{Value, json};

/// The schema of an error message (RFC 7644 section 3.12).
pub const ERROR_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Everything in this crate that can fail, fails with a [`ScimError`] (RFC 7644 section 3.12).
pub type Result<T> = std::result::Result<T, ScimError>;

/// A refusal, as it goes over the wire (RFC 7644 section 3.12). `detail` is shown to an administrator of the identity
/// provider word for word: it says what was wrong, which value it was, and what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct ScimError {
    /// The HTTP status.
    pub status: u16,
    /// The detail error keyword, where the RFC has one.
    pub scim_type: Option<ScimType>,
    /// What was wrong, for a human.
    pub detail: String,
}

/// The detail error keywords of RFC 7644 section 3.12 (table 9) and RFC 9865.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScimType {
    /// The filter's syntax is wrong, or attribute and operator do not go together.
    InvalidFilter,
    /// The filter yields more than the server is willing to return.
    TooMany,
    /// A value is in use already.
    Uniqueness,
    /// The change does not go with the attribute's mutability.
    Mutability,
    /// The body's structure is wrong.
    InvalidSyntax,
    /// The path is malformed or names nothing.
    InvalidPath,
    /// The path yields nothing to operate on.
    NoTarget,
    /// A value is missing or of the wrong type.
    InvalidValue,
    /// The protocol version is not supported.
    InvalidVers,
    /// The request carries sensitive information in a URI.
    Sensitive,
    /// The cursor is not one that the server gave out (RFC 9865).
    InvalidCursor,
    /// The cursor was valid once (RFC 9865).
    ExpiredCursor,
    /// The count is wrong, or differs from that of the cursor (RFC 9865).
    InvalidCount,
}

impl ScimType {
    /// The keyword as it is written in `scimType` (RFC 7644 table 9).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }

    /// The status that RFC 7644 table 9 gives the keyword.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Uniqueness => 409,
            Self::Sensitive => 403,
            _ => 400,
        }
    }
}

macro_rules! constructors {
    ($($name:ident => $kind:ident),* $(,)?) => {
        impl ScimError {
            $(
                #[doc = concat!("[`ScimType::", stringify!($kind), "`] with that keyword's status (RFC 7644 table 9, RFC 9865).")]
                #[must_use]
                pub fn $name(detail: impl Into<String>) -> Self {
                    Self { status: ScimType::$kind.status(), scim_type: Some(ScimType::$kind), detail: detail.into() }
                }
            )*
        }
    };
}

constructors! {
    invalid_filter => InvalidFilter,
    too_many => TooMany,
    uniqueness => Uniqueness,
    mutability => Mutability,
    invalid_syntax => InvalidSyntax,
    invalid_path => InvalidPath,
    no_target => NoTarget,
    invalid_value => InvalidValue,
    invalid_vers => InvalidVers,
    sensitive => Sensitive,
    invalid_cursor => InvalidCursor,
    expired_cursor => ExpiredCursor,
    invalid_count => InvalidCount,
}

impl ScimError {
    /// An error that has a status and no keyword: 401, 403, 404, 412, 413, 429, 500, 501… (RFC 7644 table 8).
    #[must_use]
    pub fn status(status: u16, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into() }
    }

    /// 404 for a resource that is not there (RFC 7644 table 8).
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::status(404, detail)
    }

    /// The body of the answer. RFC 7644 section 3.12: `status` is "a JSON string".
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "schemas": [ERROR_SCHEMA], "status": self.status.to_string() });
        if let Some(kind) = self.scim_type {
            body["scimType"] = kind.as_str().into();
        }
        body["detail"] = self.detail.as_str().into();
        body
    }
}
