//! What of a resource is returned: `attributes` and `excludedAttributes` (RFC 7644 sections 3.4.2.5 and 3.9).
//!
//! ```
//! use muster_scim::{project::Projection, schema::ResourceType};
//! use serde_json::json;
//!
//! let groups = ResourceType::group();
//! let group = groups.read(&json!({ "displayName": "Engines", "members": [{ "value": "2819c223" }] }))?.document;
//! let projection = Projection::parse(&groups, None, Some("members"))?;
//! assert!(!projection.wants(&groups, "members"), "a server need not load them");
//! let shown = projection.apply(&groups, &group);
//! assert_eq!(shown["displayName"], "Engines");
//! assert!(!shown.contains_key("members"));
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```

use serde_json::{Map, Value};

use crate::{
    Document,
    error::{Result, ScimError},
    json,
    path::AttrPath,
    schema::{Attribute, ResourceType, Returned},
};

/// Which attributes an answer holds (RFC 7644 section 3.9).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection {
    mode: Mode,
    names: Vec<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    /// Neither parameter was sent.
    #[default]
    Default,
    /// `attributes`: these and the minimum.
    Only,
    /// `excludedAttributes`: all but these.
    Except,
}

/// A name with the schema's own spelling. Without attribute a whole extension is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    extension: Option<String>,
    attribute: Option<String>,
    sub: Option<String>,
}

/// How the names of a request touch one attribute.
enum Named<'a> {
    No,
    Whole,
    Subs(Vec<&'a str>),
}

impl Projection {
    /// Reads the two parameters (RFC 7644 section 3.9): names divided by commas, URN-qualified or not, in any case.
    /// Unknown ones are ignored; an empty parameter counts as not sent.
    ///
    /// # Errors
    /// `invalidValue` when both are sent; section 3.9 lets a request use one.
    pub fn parse(kind: &ResourceType, attributes: Option<&str>, excluded: Option<&str>) -> Result<Self> {
        let sent = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        match (sent(attributes), sent(excluded)) {
            (Some(_), Some(_)) => Err(ScimError::invalid_value(
                "\"attributes\" and \"excludedAttributes\" exclude each other: send one of them",
            )),
            (Some(text), None) => Ok(Self { mode: Mode::Only, names: names(kind, &text) }),
            (None, Some(text)) => Ok(Self { mode: Mode::Except, names: names(kind, &text) }),
            (None, None) => Ok(Self::default()),
        }
    }

    /// Whether an answer could hold any of the attribute (RFC 7643 section 7, "returned"); if not, a server need not
    /// load it.
    #[must_use]
    pub fn wants(&self, kind: &ResourceType, name: &str) -> bool {
        kind.attribute(name).is_some_and(|found| match (self.keeps(found.extension, found.attribute), found.sub) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(named), Some(sub)) => self.keeps_sub(&named, sub),
        })
    }

    /// The part of a document that an answer holds. `id` and `schemas` are always in it (RFC 7643 section 3.1).
    #[must_use]
    pub fn apply(&self, kind: &ResourceType, document: &Document) -> Document {
        let mut shown = Document::new();
        for (key, value) in document {
            if let (Some(schema), Value::Object(values)) = (kind.extension(key), value) {
                let inner = self.pick(Some(&schema.id), values, |name| schema.attribute(name));
                if !inner.is_empty() {
                    shown.insert(schema.id.clone(), inner.into());
                }
                continue;
            }
            let core = kind.resolve_strictly(&AttrPath::new(key.as_str())).map(|found| found.attribute);
            if let Some(value) = core.and_then(|attribute| self.show(None, attribute, value)) {
                shown.insert(key.clone(), value);
            }
        }
        shown
    }

    fn pick<'a>(
        &self,
        extension: Option<&str>,
        values: &Map<String, Value>,
        find: impl Fn(&str) -> Option<&'a Attribute>,
    ) -> Map<String, Value> {
        let one = |(key, value): (&String, &Value)| Some((key.clone(), self.show(extension, find(key)?, value)?));
        values.iter().filter_map(one).collect()
    }

    fn show(&self, extension: Option<&str>, attribute: &Attribute, value: &Value) -> Option<Value> {
        let named = self.keeps(extension, attribute)?;
        let shown = match value {
            Value::Array(items) if attribute.is_complex() => items
                .iter()
                .map(|item| self.show_subs(&named, attribute, item))
                .filter(|item| !json::is_unassigned(item))
                .collect(),
            value if attribute.is_complex() => self.show_subs(&named, attribute, value),
            value => value.clone(),
        };
        // RFC 7643 section 2.5: what is unassigned is not returned.
        Some(shown).filter(|shown| !json::is_unassigned(shown))
    }

    fn show_subs(&self, named: &Named<'_>, attribute: &Attribute, value: &Value) -> Value {
        let Value::Object(map) = value else { return value.clone() };
        let keeps = |key: &str| attribute.sub_attribute(key).is_some_and(|sub| self.keeps_sub(named, sub));
        map.iter().filter(|(key, _)| keeps(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// Whether the attribute is returned at all, and how it was named (RFC 7643 section 7, "returned").
    fn keeps(&self, extension: Option<&str>, attribute: &Attribute) -> Option<Named<'_>> {
        let named = self.named(extension, attribute);
        let keeps = match (attribute.returned, self.mode) {
            (Returned::Never, _) => false,
            (Returned::Always, _) => true,
            (Returned::Default, Mode::Default) => true,
            (Returned::Default, Mode::Except) => !matches!(named, Named::Whole) || always(attribute),
            (Returned::Request, Mode::Default | Mode::Except) => false,
            (_, Mode::Only) => {
                !matches!(named, Named::No) || (always(attribute) && attribute.returned == Returned::Default)
            }
        };
        keeps.then_some(named)
    }

    fn keeps_sub(&self, named: &Named<'_>, sub: &Attribute) -> bool {
        let is_named = matches!(named, Named::Subs(subs) if subs.contains(&sub.name.as_str()));
        match (sub.returned, self.mode) {
            (Returned::Never, _) => false,
            (Returned::Always, _) => true,
            (Returned::Request, Mode::Only) => is_named,
            (Returned::Request, _) => false,
            (Returned::Default, Mode::Default) => true,
            (Returned::Default, Mode::Except) => !is_named && !matches!(named, Named::Whole),
            (Returned::Default, Mode::Only) => is_named || matches!(named, Named::Whole),
        }
    }

    fn named(&self, extension: Option<&str>, attribute: &Attribute) -> Named<'_> {
        let mut subs = Vec::new();
        for name in self.names.iter().filter(|name| name.extension.as_deref() == extension) {
            match (&name.attribute, &name.sub) {
                (None, _) => return Named::Whole,
                (Some(own), None) if *own == attribute.name => return Named::Whole,
                (Some(own), Some(sub)) if *own == attribute.name => subs.push(sub.as_str()),
                _ => {}
            }
        }
        if subs.is_empty() { Named::No } else { Named::Subs(subs) }
    }
}

/// Whether a part of the attribute is returned whatever the request says.
fn always(attribute: &Attribute) -> bool {
    attribute.sub_attributes.iter().any(|sub| sub.returned == Returned::Always)
}

fn names(kind: &ResourceType, text: &str) -> Vec<Name> {
    let name = |text: &str| {
        if let Some(schema) = kind.extension(text) {
            return Some(Name { extension: Some(schema.id.clone()), attribute: None, sub: None });
        }
        let found = kind.attribute(text)?;
        Some(Name {
            extension: found.extension.map(str::to_owned),
            attribute: Some(found.attribute.name.clone()),
            sub: found.sub.map(|sub| sub.name.clone()),
        })
    };
    text.split(',').map(str::trim).filter_map(name).collect()
}
