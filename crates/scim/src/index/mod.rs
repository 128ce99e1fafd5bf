//! What a database keeps beside a document in order to answer filters and to sort (RFC 7644 sections 3.4.2.2 and 3.4.2.3).
//!
//! A document becomes [`Entry`]s: a row for each of its values, with the key that the value is compared by. A filter
//! becomes a [`Condition`] on such rows. Both carry one canonical name for an attribute, however the client wrote it, and
//! keys are compared byte by byte, so that a database needs neither the schema nor Unicode to answer as
//! [`Filter::matches`](crate::filter::Filter::matches) does.
//!
//! ```
//! use muster_scim::{filter::Filter, index, schema::ResourceType};
//! use serde_json::json;
//!
//! let users = ResourceType::user();
//! let document = users.read(&json!({ "userName": "Ada", "emails": [{ "value": "A@x.example", "type": "work" }] }))?.document;
//! let entries = index::entries(&users, &document);
//! assert!(entries.iter().any(|entry| entry.path == "emails.value" && entry.key.as_deref() == Some("a@x.example")));
//!
//! let filter = Filter::parse(r#"EMAILS[type eq "work" and value ew "x.example"]"#)?;
//! assert!(index::Condition::of(&users, &filter).holds(&entries));
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```

mod condition;
mod entry;

pub use condition::{Condition, Test};
pub use entry::{Entry, entries, path};
