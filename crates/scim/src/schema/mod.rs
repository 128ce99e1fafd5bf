//! Schemas as data (RFC 7643 sections 2, 6 and 7): what a resource may hold, and how each attribute behaves.
//!
//! ```
//! use muster_scim::schema::{Mutability, ResourceType, Schema};
//! use serde_json::json;
//!
//! let badge = Schema::parse(&json!({
//!     "id": "urn:example:Badge",
//!     "attributes": [{ "name": "number", "required": true, "mutability": "immutable" }],
//! }))?;
//! let badges = ResourceType::parse(
//!     &json!({ "name": "Badge", "endpoint": "/Badges", "schema": "urn:example:badge" }),
//!     &[Schema::user(), badge],
//! )?;
//! let number = badges.attribute("NUMBER").map(|found| found.leaf().mutability);
//! assert_eq!(number, Some(Mutability::Immutable));
//! assert_eq!(badges.read(&json!({})).unwrap_err().to_json()["scimType"], "invalidValue");
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```

mod attribute;
mod builtin;
mod lookup;
mod parse;
mod resource_type;

pub use attribute::{Attribute, AttributeType, Mutability, Returned, Uniqueness};
pub use builtin::discovery;
pub use lookup::Resolved;
pub use resource_type::{Extension, ResourceType};

use serde_json::{Value, json};

/// The core schema of a user (RFC 7643 section 4.1).
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The core schema of a group (RFC 7643 section 4.2).
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The enterprise extension of a user (RFC 7643 section 4.3).
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The schema of a schema (RFC 7643 section 7).
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
/// The schema of a resource type (RFC 7643 section 6).
pub const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// The schema of the service provider's configuration (RFC 7643 section 5).
pub const SERVICE_PROVIDER_CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

/// A collection of attribute definitions (RFC 7643 section 7). Made by [`Schema::parse`] or one of the built-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The URI that names the schema.
    pub id: String,
    /// Its human-readable name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The attributes, in the order in which they are shown.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// The attribute of that name, in any case (RFC 7643 section 2.1).
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// The representation of RFC 7643 section 8.7. It holds no null: Entra refuses a schema that does.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut schema = json!({ "schemas": [SCHEMA], "id": self.id, "name": self.name });
        if !self.description.is_empty() {
            schema["description"] = self.description.as_str().into();
        }
        schema["attributes"] = self.attributes.iter().map(Attribute::to_json).collect();
        schema
    }
}
