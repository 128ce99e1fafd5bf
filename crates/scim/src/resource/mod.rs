//! Bodies of POST and PUT: what was sent becomes a canonical document (RFC 7643 section 2, RFC 7644 sections 3.3 and
//! 3.5.1).

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

/// A body as it was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// Canonical names, canonical types, nothing unassigned, nothing read-only, no password, and `schemas`.
    pub document: Document,
    /// What was sent and is known to no schema, as it was written: not stored, worth a line in a log.
    pub ignored: Vec<String>,
}
