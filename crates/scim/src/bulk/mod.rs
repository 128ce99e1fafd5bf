//! Bulk operations (RFC 7644 section 3.7).

mod parse;
mod reference;

pub use reference::{references, substitute, substitute_path};

use serde_json::{Value, json};

use crate::error::ScimError;

/// The schema of a bulk request.
pub const BULK_REQUEST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// The schema of a bulk response.
pub const BULK_RESPONSE_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// The HTTP method of a bulk operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Create.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Delete.
    Delete,
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkOperation {
    /// The method.
    pub method: Method,
    /// The client's name for what a POST creates.
    pub bulk_id: Option<String>,
    /// The version that the resource must have, as in If-Match.
    pub version: Option<String>,
    /// The path relative to the base URL: `/Users` or `/Users/{id}`.
    pub path: String,
    /// The body.
    pub data: Option<Value>,
}

/// The body of a bulk request.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// After how many errors to stop; never if `None`.
    pub fail_on_errors: Option<u64>,
    /// The operations.
    pub operations: Vec<BulkOperation>,
}

impl Method {
    /// The method in capitals.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl BulkOperation {
    /// The entry of the response for an operation that succeeded.
    #[must_use]
    pub fn succeeded(&self, status: u16, location: &str, version: Option<&str>) -> Value {
        let mut result = self.result(status);
        result["location"] = location.into();
        if let Some(version) = version {
            result["version"] = version.into();
        }
        result
    }

    /// The entry of the response for an operation that failed. A failed POST has no location.
    #[must_use]
    pub fn failed(&self, error: &ScimError, location: Option<&str>) -> Value {
        let mut result = self.result(error.status);
        if let (Some(location), true) = (location, self.method != Method::Post) {
            result["location"] = location.into();
        }
        result["response"] = error.to_json();
        result
    }

    fn result(&self, status: u16) -> Value {
        let mut result = json!({ "method": self.method.as_str() });
        if let Some(bulk_id) = &self.bulk_id {
            result["bulkId"] = bulk_id.as_str().into();
        }
        // Section 3.7.3: "status" is a string.
        result["status"] = status.to_string().into();
        result
    }
}

/// The body of the answer, which is 200 whatever became of the operations.
#[must_use]
pub fn bulk_response(results: Vec<Value>) -> Value {
    json!({ "schemas": [BULK_RESPONSE_SCHEMA], "Operations": results })
}
