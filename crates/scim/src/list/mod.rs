//! Queries and their answers (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865).
//!
//! ```
//! use muster_scim::list::{ListRequest, list_response};
//! use serde_json::json;
//!
//! let request = ListRequest::from_pairs([("filter", "userName sw \"a\""), ("startIndex", "0"), ("count", "2")])?;
//! assert_eq!((request.start_index, request.count), (1, Some(2)));
//!
//! let page = list_response(7, request.start_index, vec![json!({ "id": "1" }), json!({ "id": "2" })]);
//! assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(7), &json!(2)));
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```

mod cursor;
mod request;
mod response;
mod search;

pub use cursor::Cursor;
pub use request::ListRequest;
pub use response::{cursor_list_response, list_response};
pub use search::SearchRequest;

/// The schema of a list (RFC 7644 section 3.4.2).
pub const LIST_RESPONSE_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The schema of a query sent by POST (RFC 7644 section 3.4.3).
pub const SEARCH_REQUEST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
