//! A resource type: one core schema, its extensions, and where it is served (RFC 7643 section 6).

use serde_json::{Value, json};

use super::{
    RESOURCE_TYPE, Schema,
    parse::{flag, object, text},
};
use crate::{
    error::{Result, ScimError},
    json,
};

/// A kind of resource (RFC 7643 section 6). It is the subject of most of this crate's verbs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    /// The identifier, often the name.
    pub id: String,
    /// The name, as in `meta.resourceType`.
    pub name: String,
    /// The endpoint relative to the base URL: `/Users`.
    pub endpoint: String,
    /// What it is for.
    pub description: String,
    /// The core schema.
    pub schema: Schema,
    /// The schema extensions.
    pub extensions: Vec<Extension>,
}

/// A schema extension of a resource type (RFC 7643 sections 3.3 and 6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The extension's schema.
    pub schema: Schema,
    /// Whether every resource must have it.
    pub required: bool,
}

impl ResourceType {
    /// Users, with the enterprise extension (RFC 7643 sections 4.1, 4.3 and 8.6).
    #[must_use]
    pub fn user() -> Self {
        Self {
            id: "User".into(),
            name: "User".into(),
            endpoint: "/Users".into(),
            description: "User Account".into(),
            schema: Schema::user(),
            extensions: vec![Extension { schema: Schema::enterprise_user(), required: false }],
        }
    }

    /// Groups (RFC 7643 sections 4.2 and 8.6).
    #[must_use]
    pub fn group() -> Self {
        Self {
            id: "Group".into(),
            name: "Group".into(),
            endpoint: "/Groups".into(),
            description: "Group".into(),
            schema: Schema::group(),
            extensions: Vec::new(),
        }
    }

    /// Reads the form of RFC 7643 section 6; the URIs in it are looked up among `schemas`.
    ///
    /// # Errors
    /// `invalidValue`: a name or endpoint is missing, a value has the wrong type, or a schema is unknown.
    pub fn parse(value: &Value, schemas: &[Schema]) -> Result<Self> {
        let at = "the resource type";
        let map = object(value, at)?;
        let need = |key: &str| {
            text(map, key, at)?
                .filter(|text| !text.is_empty())
                .ok_or_else(|| ScimError::invalid_value(format!("{at} has no \"{key}\"")))
        };
        let name = need("name")?;
        let mut extensions: Vec<Extension> = Vec::new();
        match json::get(map, "schemaExtensions") {
            None | Some(Value::Null) => {}
            Some(Value::Array(items)) => {
                for item in items {
                    let item = object(item, "schemaExtensions")?;
                    let urn = text(item, "schema", "schemaExtensions")?.unwrap_or_default();
                    let required = flag(item, "required", "schemaExtensions")?;
                    extensions.push(Extension { schema: find(schemas, &urn)?, required });
                }
            }
            Some(other) => {
                return Err(ScimError::invalid_value(format!(
                    "schemaExtensions must be an array of {{schema, required}}, not {}",
                    json::show(other)
                )));
            }
        }
        Ok(Self {
            id: text(map, "id", at)?.unwrap_or_else(|| name.clone()),
            endpoint: need("endpoint")?,
            description: text(map, "description", at)?.unwrap_or_default(),
            schema: find(schemas, &need("schema")?)?,
            extensions,
            name,
        })
    }

    /// The representation of RFC 7643 section 8.6, without `meta`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut json = json!({
            "schemas": [RESOURCE_TYPE],
            "id": self.id,
            "name": self.name,
            "endpoint": self.endpoint,
        });
        if !self.description.is_empty() {
            json["description"] = self.description.as_str().into();
        }
        json["schema"] = self.schema.id.as_str().into();
        if !self.extensions.is_empty() {
            let entry =
                |extension: &Extension| json!({ "schema": extension.schema.id, "required": extension.required });
            json["schemaExtensions"] = self.extensions.iter().map(entry).collect();
        }
        json
    }
}

fn find(schemas: &[Schema], urn: &str) -> Result<Schema> {
    schemas.iter().find(|schema| schema.id.eq_ignore_ascii_case(urn)).cloned().ok_or_else(|| {
        ScimError::invalid_value(format!("the schema \"{urn}\" is not defined: define it first or correct the URN"))
    })
}
