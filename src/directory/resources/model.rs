//! What such a resource is.

use serde_json::{Map, Value};

use crate::id::ResourceId;
use crate::time::Timestamp;

/// A resource of a custom type.
#[derive(Debug, Clone)]
pub struct Resource {
    pub id: ResourceId,
    /// The SCIM resource as it is answered, without `meta`.
    pub document: Map<String, Value>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Resource {
    /// What people call it: the first of the usual names that it has, or its id.
    pub fn name(document: &Map<String, Value>, id: &ResourceId) -> String {
        let name =
            ["displayName", "name", "userName", "externalId"].into_iter().find_map(|key| document.get(key)?.as_str());
        name.map_or_else(|| id.to_string(), str::to_string)
    }
}
