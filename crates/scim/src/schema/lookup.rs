//! From a name to its definition, and on to the value in a document.

use serde_json::{Map, Value};

use super::{Attribute, ResourceType, Schema, builtin};
use crate::path::AttrPath;

/// What a name stands for in a resource type: an attribute, perhaps one of its sub-attributes, and the extension
/// under whose key the values are (RFC 7643 section 3.3).
#[derive(Debug, Clone, Copy)]
pub struct Resolved<'a> {
    /// The URN of the extension; `None` for core and common attributes.
    pub extension: Option<&'a str>,
    /// The attribute.
    pub attribute: &'a Attribute,
    /// The sub-attribute, if the name went that far.
    pub sub: Option<&'a Attribute>,
}

impl<'a> Resolved<'a> {
    /// The sub-attribute if there is one, else the attribute: what an attribute path (RFC 7644 section 3.10) ends in.
    #[must_use]
    pub fn leaf(&self) -> &'a Attribute {
        self.sub.unwrap_or(self.attribute)
    }

    /// The value of the attribute (not of the sub-attribute) in a document; an extension's values stand under its URN
    /// (RFC 7643 section 3.3).
    #[must_use]
    pub fn value<'d>(&self, document: &'d Map<String, Value>) -> Option<&'d Value> {
        let container = match self.extension {
            None => document,
            Some(urn) => document.get(urn)?.as_object()?,
        };
        container.get(&self.attribute.name)
    }
}

impl ResourceType {
    /// Looks up `userName`, `name.givenName`, `meta.created` or a URN-qualified form of these, in any case (RFC 7644
    /// section 3.10).
    /// A plain name that the core does not define is looked for in the extensions: Entra asks for `manager`.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Resolved<'_>> {
        self.resolve(&AttrPath::parse(name).ok()?)
    }

    /// As [`ResourceType::attribute`], for a path that is parsed already (RFC 7644 section 3.10).
    #[must_use]
    pub fn resolve(&self, path: &AttrPath) -> Option<Resolved<'_>> {
        let (extension, attribute) = match &path.schema {
            None => self.plain(&path.attribute)?,
            Some(urn) => self.qualified(urn, &path.attribute)?,
        };
        let sub = match &path.sub {
            None => None,
            Some(name) => Some(attribute.sub_attribute(name)?),
        };
        Some(Resolved { extension, attribute, sub })
    }

    fn plain(&self, name: &str) -> Option<(Option<&str>, &Attribute)> {
        let core = self.schema.attribute(name).or_else(|| builtin::common().attribute(name));
        core.map(|attribute| (None, attribute)).or_else(|| {
            self.extensions.iter().find_map(|extension| {
                let schema = &extension.schema;
                schema.attribute(name).map(|attribute| (Some(schema.id.as_str()), attribute))
            })
        })
    }

    fn qualified(&self, urn: &str, name: &str) -> Option<(Option<&str>, &Attribute)> {
        if self.schema.id.eq_ignore_ascii_case(urn) {
            let attribute = self.schema.attribute(name).or_else(|| builtin::common().attribute(name))?;
            return Some((None, attribute));
        }
        let schema = self.extension(urn)?;
        schema.attribute(name).map(|attribute| (Some(schema.id.as_str()), attribute))
    }

    /// The extension schema of that URN, in any case (RFC 7643 section 3.3).
    #[must_use]
    pub fn extension(&self, urn: &str) -> Option<&Schema> {
        self.extensions.iter().map(|extension| &extension.schema).find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// Every attribute with its place: common, core, then each extension's.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = Resolved<'_>> {
        let core =
            builtin::common().attributes.iter().chain(&self.schema.attributes).map(|attribute| (None, attribute));
        let extensions = self.extensions.iter().flat_map(|extension| {
            let schema = &extension.schema;
            schema.attributes.iter().map(|attribute| (Some(schema.id.as_str()), attribute))
        });
        core.chain(extensions).map(|(extension, attribute)| Resolved { extension, attribute, sub: None })
    }
}
