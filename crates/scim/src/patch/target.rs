//! What a path means for a resource type.

use crate::{
    path::{AttrPath, Path},
    schema::{Mutability, Resolved, ResourceType, Schema},
};

pub(super) enum Target<'a> {
    /// The core schema's URN: as if there were no path.
    Core,
    /// An extension's URN: its attributes are meant.
    Extension(&'a Schema),
    /// `schemas`, which is computed, not set.
    Schemas,
    /// An attribute or a sub-attribute.
    Attribute(Resolved<'a>),
}

impl<'a> Target<'a> {
    /// A name that stands in the value of an extension belongs to that extension: `within`.
    pub(super) fn find(kind: &'a ResourceType, path: &Path, within: Option<&str>) -> Option<Target<'a>> {
        let attr_path = path.attr_path();
        if path.filter.is_none() && path.schema.is_some() {
            // A schema's URN looks like a qualified name: …:2.0:User.
            let urn = attr_path.to_string();
            if kind.schema.id.eq_ignore_ascii_case(&urn) {
                return Some(Target::Core);
            }
            if let Some(schema) = kind.extension(&urn) {
                return Some(Target::Extension(schema));
            }
        }
        let schema = attr_path.schema.or_else(|| within.map(str::to_owned));
        let found = kind.resolve_strictly(&AttrPath { schema, ..attr_path })?;
        let is_schemas = found.extension.is_none() && found.attribute.name == "schemas";
        Some(if is_schemas { Target::Schemas } else { Target::Attribute(found) })
    }
}

pub(super) fn is_read_only(found: &Resolved<'_>) -> bool {
    found.attribute.mutability == Mutability::ReadOnly || found.leaf().mutability == Mutability::ReadOnly
}
