//! `meta` (RFC 7643 section 3.1), and the order in which a resource's attributes stand.

use muster_scim::{Document, etag};
use serde_json::{Value, json};

use crate::time::Timestamp;

/// What the service knows about a resource besides its document.
pub struct Meta<'a> {
    pub resource_type: &'a str,
    pub id: &'a str,
    pub location: String,
    pub version: i64,
    pub created: &'a Timestamp,
    pub last_modified: &'a Timestamp,
}

impl Meta<'_> {
    /// The version as it stands in `meta.version` and in the ETag header.
    pub fn etag(&self) -> String {
        etag::weak(self.version)
    }

    /// The whole resource: `schemas` and `id` lead, what was spliced in and `meta` end.
    pub fn complete(&self, document: &Document, spliced: Option<(&str, Vec<Value>)>) -> Document {
        let mut resource = Document::new();
        if let Some(schemas) = document.get("schemas") {
            resource.insert("schemas".into(), schemas.clone());
        }
        resource.insert("id".into(), self.id.into());
        let rest = document.iter().filter(|(key, _)| *key != "schemas");
        resource.extend(rest.map(|(key, value)| (key.clone(), value.clone())));
        if let Some((name, values)) = spliced.filter(|(_, values)| !values.is_empty()) {
            resource.insert(name.to_string(), values.into());
        }
        let meta = json!({
            "resourceType": self.resource_type,
            "created": self.created,
            "lastModified": self.last_modified,
            "location": self.location,
            "version": self.etag(),
        });
        resource.insert("meta".into(), meta);
        resource
    }
}
