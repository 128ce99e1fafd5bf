//! SCIM 2.0 as pure functions: the data model of [RFC 7643] and the messages of [RFC 7644], without a
//! server, a database or a clock.
//!
//! Schemas are data ([`schema`]). A [`schema::ResourceType`] reads a body into a canonical document
//! ([`resource`]), changes it by PATCH ([`patch`]), tests it against a filter ([`filter`]) and chooses what
//! of it is shown ([`project`]). Documents are plain `serde_json` maps. Every refusal is an
//! [`error::ScimError`], which is also the answer that goes over the wire.
//!
//! | module | what it answers | RFC |
//! |---|---|---|
//! | [`schema`] | what a resource may hold | 7643 sections 2, 4, 6, 7 and 8.7 |
//! | [`resource`] | bodies of POST and PUT | 7643 section 2, 7644 sections 3.3 and 3.5.1 |
//! | [`filter`], [`path`] | which resources, which values | 7644 sections 3.4.2.2, 3.5.2 and 3.10 |
//! | [`patch`], [`members`] | PATCH of a resource, and of a group with many members | 7644 section 3.5.2 |
//! | [`project`] | what of a resource is returned | 7644 sections 3.4.2.5 and 3.9 |
//! | [`list`], [`bulk`] | queries, bulk operations and their answers | 7644 sections 3.4.2, 3.4.3 and 3.7, 9865 |
//! | [`etag`], [`error`] | versions, refusals | 7644 sections 3.14 and 3.12 |
//! | [`compare`] | when two strings are one | 7643 section 2.2, 7644 section 5 |
//!
//! What identity providers really send is accepted wherever that loses nothing: names in any case,
//! `"True"` for `true`, a bare string for a manager, paths as keys. What is stored is always canonical.
//!
//! ```
//! use muster_scim::{filter::Filter, patch::{self, PatchOptions, PatchRequest}, schema::ResourceType};
//! use serde_json::json;
//!
//! let users = ResourceType::user();
//! let created = users.read(&json!({ "USERNAME": "ada@example.com", "active": "True", "colour": "red" }))?;
//! assert_eq!(created.document["userName"], "ada@example.com");
//! assert_eq!(created.document["active"], true);
//! assert_eq!(created.ignored, ["colour"]);
//!
//! let request = PatchRequest::parse(&json!({
//!     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
//!     "Operations": [{ "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ada@work.example" }]
//! }))?;
//! let patched = patch::apply(&users, &created.document, &request, &PatchOptions::default())?;
//! assert!(patched.changed);
//!
//! let filter = Filter::parse(r#"userName eq "ADA@example.com" and emails.value ew "work.example""#)?;
//! filter.check(&users)?;
//! assert!(filter.matches(&users, &patched.document));
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```
//!
//! Strings are compared in one place, [`compare`]: by user name, by an attribute's `caseExact`.
//!
//! ```
//! use muster_scim::compare;
//!
//! assert_eq!(compare::user_name_key("CAF\u{c9}@Example.com"), compare::user_name_key("cafe\u{301}@example.COM"));
//! assert_ne!(compare::nfc("Ada"), compare::nfc("ada"));
//! assert_eq!(compare::fold("Ada"), compare::fold("ada"));
//! ```
//!
//! [RFC 7643]: https://www.rfc-editor.org/rfc/rfc7643
//! [RFC 7644]: https://www.rfc-editor.org/rfc/rfc7644
#![forbid(unsafe_code)]
#![warn(missing_docs, clippy::missing_errors_doc, rustdoc::broken_intra_doc_links)]

pub mod bulk;
pub mod compare;
pub mod error;
pub mod etag;
pub mod filter;
pub mod index;
mod json;
pub mod list;
pub mod members;
pub mod patch;
pub mod path;
pub mod project;
pub mod resource;
pub mod schema;

/// A JSON object that keeps the order of its keys: how a resource (RFC 7643 section 3) is held.
pub type Document = serde_json::Map<String, serde_json::Value>;
