//! The answer to a query (RFC 7644 section 3.4.2, RFC 9865 section 2).

use serde_json::{Value, json};

use super::LIST_RESPONSE_SCHEMA;

/// A page of results (RFC 7644 section 3.4.2). `total` counts all that match, `itemsPerPage` what is on this page:
/// Okta refuses an app that repeats the `count` it was sent. `Resources` is there even when empty, which Entra wants.
#[must_use]
pub fn list_response(total: u64, start_index: u64, resources: Vec<Value>) -> Value {
    json!({
        "schemas": [LIST_RESPONSE_SCHEMA],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

/// A page of a query by cursor. RFC 9865 section 2: `nextCursor` is in every page but the last.
#[must_use]
pub fn cursor_list_response(total: u64, next: Option<&str>, previous: Option<&str>, resources: Vec<Value>) -> Value {
    let mut list = json!({
        "schemas": [LIST_RESPONSE_SCHEMA],
        "totalResults": total,
        "itemsPerPage": resources.len(),
    });
    if let Some(next) = next {
        list["nextCursor"] = next.into();
    }
    if let Some(previous) = previous {
        list["previousCursor"] = previous.into();
    }
    list["Resources"] = resources.into();
    list
}
