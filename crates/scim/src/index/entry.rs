//! From a document to rows.

use serde_json::{Map, Value};

use crate::{
    compare, json,
    path::AttrPath,
    schema::{Attribute, Resolved, ResourceType},
};

/// One value of a document (RFC 7643 section 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The attribute's canonical name: `userName`, `emails.value`, `urn:…:User:manager.value`.
    pub path: String,
    /// Which element of a multi-valued attribute it belongs to; the primary one is 0, others follow in order. Values of one
    /// element share the number; a single value has 0.
    pub element: u32,
    /// What it is compared by; `None` for a complex value as a whole.
    pub key: Option<String>,
}

/// The rows of a document. Values without content have none (RFC 7643 section 2.5).
#[must_use]
pub fn entries(kind: &ResourceType, document: &Map<String, Value>) -> Vec<Entry> {
    let mut found = Vec::new();
    for resolved in kind.attributes() {
        let Some(value) = resolved.value(document) else { continue };
        let name = canonical(&resolved);
        for (element, value) in (0..).zip(elements(value)) {
            add(&mut found, resolved.attribute, &name, element, value);
        }
    }
    found
}

fn add(found: &mut Vec<Entry>, attribute: &Attribute, name: &str, element: u32, value: &Value) {
    if json::is_unassigned(value) {
        return;
    }
    found.push(Entry { path: name.to_owned(), element, key: compare::value_key(attribute, value) });
    for sub in &attribute.sub_attributes {
        let values = match value.get(&sub.name) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        for value in values {
            add(found, sub, &format!("{name}.{}", sub.name), element, value);
        }
    }
}

/// The elements of a value, the primary one first: RFC 7644 section 3.4.2.3 sorts by it.
fn elements(value: &Value) -> Vec<&Value> {
    let Value::Array(items) = value else { return vec![value] };
    let (mut leading, others): (Vec<_>, Vec<_>) =
        items.iter().partition(|item| item.get("primary") == Some(&Value::Bool(true)));
    leading.extend(others);
    leading
}

/// The canonical name (RFC 7643 section 2.1) of what a client wrote; `None` if the resource type has no such attribute. A complex attribute
/// without sub-attribute is its `value` when there is one, which is what comparing and sorting by it means.
#[must_use]
pub fn path(kind: &ResourceType, path: &AttrPath) -> Option<String> {
    let resolved = kind.resolve(path)?;
    let name = canonical(&resolved);
    let inner = resolved.leaf().sub_attribute("value").filter(|_| resolved.leaf().is_complex());
    Some(inner.map_or_else(|| name.clone(), |inner| format!("{name}.{}", inner.name)))
}

/// `[urn:]attribute[.sub]` in the schema's spelling.
pub(super) fn canonical(resolved: &Resolved<'_>) -> String {
    let mut name = resolved.extension.map(|urn| format!("{urn}:")).unwrap_or_default();
    name.push_str(&resolved.attribute.name);
    if let Some(sub) = resolved.sub {
        name.push('.');
        name.push_str(&sub.name);
    }
    name
}
