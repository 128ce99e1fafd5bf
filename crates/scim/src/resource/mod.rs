//! Bodies of POST and PUT: what was sent becomes a canonical document (RFC 7643 section 2, RFC 7644 sections 3.3 and
//! 3.5.1).
//!
//! ```
//! use muster_scim::{resource::parse_date_time, schema::ResourceType};
//! use serde_json::json;
//!
//! let users = ResourceType::user();
//! let mut ada = users.read(&json!({ "userName": "ada", "title": "Countess", "active": "False" }))?.document;
//! ada.insert("id".into(), json!("2819c223"));
//!
//! // A PUT replaces what the client may write, and does not let a leaver back in by saying nothing of `active`.
//! let sent = users.read(&json!({ "userName": "ada", "nickName": "Ada", "id": "another" }))?;
//! let merged = users.merge_put(&ada, sent)?;
//! assert_eq!(merged["id"], "2819c223");
//! assert_eq!((merged.get("title"), &merged["nickName"], &merged["active"]), (None, &json!("Ada"), &json!(false)));
//!
//! assert_eq!(parse_date_time("2026-01-31T09:00:00+01:00"), parse_date_time("2026-01-31T08:00:00Z"));
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```

mod coerce;
mod date_time;
mod merge;
mod multi;
mod read;
mod required;

pub use date_time::parse as parse_date_time;

pub(crate) use coerce::{Coerce, is_label_only};
pub(crate) use multi::{absorb, clear_primary, dedupe, has_primary, is_primary};

use crate::Document;

/// A body as it was understood (RFC 7644 sections 3.3 and 3.5.1).
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// Canonical names, canonical types, nothing unassigned, nothing read-only, no password, and `schemas`.
    pub document: Document,
    /// What was sent and is known to no schema, as it was written: not stored, worth a line in a log.
    pub ignored: Vec<String>,
}
