//! Bulk operations (RFC 7644 section 3.7).
//!
//! The server carries the operations out one after the other; this module reads the request, finds and resolves what
//! the operations know of one another, and writes the answer.
//!
//! ```
//! use std::collections::BTreeMap;
//! use muster_scim::bulk::{self, BulkRequest};
//! use serde_json::json;
//!
//! let request = BulkRequest::parse(&json!({
//!     "schemas": [bulk::BULK_REQUEST_SCHEMA],
//!     "Operations": [
//!         { "method": "POST", "path": "/Users", "bulkId": "ada", "data": { "userName": "ada" } },
//!         { "method": "POST", "path": "/Groups", "bulkId": "g",
//!           "data": { "displayName": "Engines", "members": [{ "value": "bulkId:ada" }] } },
//!     ],
//! }), 100)?;
//! let mut group = request.operations[1].data.clone().unwrap_or_default();
//! assert!(bulk::references(&group).contains("ada"));
//! // The user was created as 2819c223:
//! bulk::substitute(&mut group, &BTreeMap::from([("ada".to_owned(), "2819c223".to_owned())]));
//! assert_eq!(group["members"][0]["value"], "2819c223");
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```

mod parse;
mod reference;

pub use reference::{references, substitute, substitute_path};

use serde_json::{Value, json};

use crate::error::ScimError;

/// The schema of a bulk request (RFC 7644 sections 3.7 and 8.2).
pub const BULK_REQUEST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// The schema of a bulk response (RFC 7644 sections 3.7 and 8.2).
pub const BULK_RESPONSE_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// The HTTP method of a bulk operation (RFC 7644 section 3.7).
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

/// One operation of a bulk request (RFC 7644 section 3.7).
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

/// The body of a bulk request (RFC 7644 section 3.7).
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// After how many errors to stop; never if `None`.
    pub fail_on_errors: Option<u64>,
    /// The operations.
    pub operations: Vec<BulkOperation>,
}

impl Method {
    /// The method in capitals, as RFC 7644 section 3.7 writes it.
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
    /// The entry of the response for an operation that succeeded (RFC 7644 section 3.7.3).
    #[must_use]
    pub fn succeeded(&self, status: u16, location: &str, version: Option<&str>) -> Value {
        let mut result = self.result(status);
        result["location"] = location.into();
        if let Some(version) = version {
            result["version"] = version.into();
        }
        result
    }

    /// The entry of the response for an operation that failed (RFC 7644 section 3.7.3). A failed POST has no location.
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

/// The body of the answer, which is 200 whatever became of the operations (RFC 7644 section 3.7.3).
#[must_use]
pub fn bulk_response(results: Vec<Value>) -> Value {
    json!({ "schemas": [BULK_RESPONSE_SCHEMA], "Operations": results })
}
