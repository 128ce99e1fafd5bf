//! PATCH (RFC 7644 section 3.5.2).
//!
//! Where the RFC, its test suites and the identity providers pull apart:
//! - A value path that matches nothing makes the element if the filter says what it is, and what is made satisfies the
//!   filter: see [`CreateMissing`].
//! - `""` and `null` remove an optional value; on a required one they are `invalidValue`.
//! - `remove` with a `value` removes just those values; an empty array removes nothing. Removing what is not there is
//!   no error, so that a request can be sent twice.
//! - The keys of a value without path may be paths themselves. Among them, read-only attributes are skipped and unknown
//!   ones reported; named by an explicit path they are `mutability` and `invalidPath`.
//! - A complex attribute is merged. But its `value` says which thing it is: with another `value` the rest goes.
//!
//! ```
//! use muster_scim::{patch::{self, PatchOptions, PatchRequest}, schema::ResourceType};
//! use serde_json::json;
//!
//! let users = ResourceType::user();
//! let ada = users.read(&json!({ "userName": "ada", "active": true }))?.document;
//! let request = PatchRequest::parse(&json!({
//!     "schemas": [patch::PATCH_OP_SCHEMA],
//!     "Operations": [
//!         { "op": "Replace", "path": "active", "value": "False" },
//!         { "op": "add", "value": { "name.givenName": "Ada" } },
//!     ],
//! }))?;
//! let patched = patch::apply(&users, &ada, &request, &PatchOptions::default())?;
//! assert!(patched.changed);
//! assert_eq!(patched.document["active"], false);
//! assert_eq!(patched.document["name"], json!({ "givenName": "Ada" }));
//!
//! let again = patch::apply(&users, &patched.document, &request, &PatchOptions::default())?;
//! assert!(!again.changed, "meta.lastModified stays");
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```

mod apply;
mod create;
mod matching;
mod parse;
mod remove;
mod target;
mod write;

pub use apply::apply;

use serde_json::Value;

use crate::{Document, path::Path};

/// The schema of a PATCH request (RFC 7644 section 3.5.2).
pub const PATCH_OP_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// How many operations a request may hold; RFC 7644 section 7.5.2 leaves limits to the server.
pub const MAX_OPERATIONS: usize = 1000;

/// What an operation does (RFC 7644 section 3.5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// RFC 7644 section 3.5.2.1.
    Add,
    /// RFC 7644 section 3.5.2.2.
    Remove,
    /// RFC 7644 section 3.5.2.3.
    Replace,
}

/// One operation of a request (RFC 7644 section 3.5.2).
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What it does.
    pub op: Op,
    /// Where; without it `value` is an object of attributes.
    pub path: Option<Path>,
    /// What with. `Some(Null)` was sent, `None` was not.
    pub value: Option<Value>,
}

/// The body of a PATCH (RFC 7644 section 3.5.2).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PatchRequest {
    /// The operations, in order.
    pub operations: Vec<Operation>,
}

/// What a server may choose where RFC 7644 section 3.5.2 and its clients differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PatchOptions {
    /// When a value path that matches nothing makes an element.
    pub create_missing_elements: CreateMissing,
}

/// When `emails[type eq "work"].value` makes a work e-mail where there is none. RFC 7644 section
/// 3.5.2.3 says `noTarget`, Entra counts on creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CreateMissing {
    /// When every condition is `eq` with a canonical value of the schema, or `primary eq true`.
    #[default]
    Canonical,
    /// When every condition is `eq`.
    Any,
}

/// The outcome of a PATCH (RFC 7644 section 3.5.2).
#[derive(Debug, Clone, PartialEq)]
pub struct Patched {
    /// The document after the last operation.
    pub document: Document,
    /// Whether it differs; if not, `meta.lastModified` stays (section 3.5.2.1).
    pub changed: bool,
    /// Keys of values that no schema knows, as they were written.
    pub ignored: Vec<String>,
}
