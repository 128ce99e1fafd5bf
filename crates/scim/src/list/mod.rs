//! Queries and their answers (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865).

mod cursor;
mod request;
mod response;
mod search;

pub use cursor::Cursor;
pub use request::ListRequest;
pub use response::{cursor_list_response, list_response};
pub use search::SearchRequest;

/// The schema of a list.
pub const LIST_RESPONSE_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The schema of a query sent by POST.
pub const SEARCH_REQUEST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
