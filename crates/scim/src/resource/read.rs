//! A body, read against its resource type.

use serde_json::{Map, Value};

use super::{Coerce, Incoming};
use crate::{
    Document,
    error::{Result, ScimError},
    json,
    path::AttrPath,
    schema::{Mutability, ResourceType},
};

impl ResourceType {
    /// Reads the body of a POST or PUT (RFC 7644 sections 3.3 and 3.5.1).
    ///
    /// Names are taken in any case and stored in the schema's. Read-only attributes are dropped, as the RFC says;
    /// so is the password, once its type is checked. What no schema knows is dropped and reported in `ignored`. A missing
    /// `schemas` is tolerated: the document's own is computed. Strings are stored as sent, in form C; no attribute's
    /// format is checked beyond its type.
    ///
    /// # Errors
    /// `invalidSyntax` when the body is no object; `invalidValue` when a value has the wrong type, a required attribute is
    /// missing, or two values of one attribute are primary.
    pub fn read(&self, body: &Value) -> Result<Incoming> {
        let Value::Object(body) = body else {
            return Err(ScimError::invalid_syntax(format!("the body must be a JSON object, not {}", json::show(body))));
        };
        let mut incoming = Incoming { document: Document::new(), ignored: Vec::new() };
        for (key, value) in body {
            self.read_member(&mut incoming, key, value)?;
        }
        self.set_schemas(&mut incoming.document);
        self.check_required(&incoming.document)?;
        Ok(incoming)
    }

    fn read_member(&self, incoming: &mut Incoming, key: &str, value: &Value) -> Result<()> {
        if let Some(extension) = self.extension(key) {
            return match value {
                Value::Object(map) => {
                    map.iter().try_for_each(|(name, value)| self.read_value(incoming, Some(&extension.id), name, value))
                }
                value if json::is_unassigned(value) => Ok(()),
                other => Err(ScimError::invalid_value(format!(
                    "\"{key}\" must be an object of the extension's attributes, not {}",
                    json::show(other)
                ))),
            };
        }
        if let (true, Value::Object(map)) = (self.schema.id.eq_ignore_ascii_case(key), value) {
            return map.iter().try_for_each(|(name, value)| self.read_value(incoming, None, name, value));
        }
        self.read_value(incoming, None, key, value)
    }

    fn read_value(&self, incoming: &mut Incoming, urn: Option<&str>, key: &str, value: &Value) -> Result<()> {
        let path =
            AttrPath::parse(key).ok().map(|path| AttrPath { schema: urn.map(str::to_owned).or(path.schema), ..path });
        let Some(found) = path.and_then(|path| self.resolve_strictly(&path)) else {
            incoming.ignored.push(urn.map_or_else(|| key.to_owned(), |urn| format!("{urn}:{key}")));
            return Ok(());
        };
        if found.attribute.mutability == Mutability::ReadOnly || found.leaf().mutability == Mutability::ReadOnly {
            return Ok(());
        }
        let mut coerce = Coerce { ignored: &mut incoming.ignored };
        let coerced = match found.sub {
            None => coerce.attribute(found.attribute, value, key)?,
            // `name.givenName` as a key: one sub-attribute.
            Some(sub) if !found.attribute.multi_valued => coerce
                .attribute(sub, value, key)?
                .map(|value| Value::Object(Map::from_iter([(sub.name.clone(), value)]))),
            Some(_) => {
                incoming.ignored.push(key.to_owned());
                return Ok(());
            }
        };
        // RFC 7643 section 4.1.1: a password is never returned; here it is not even kept.
        if let Some(value) = coerced.filter(|_| found.attribute.mutability != Mutability::WriteOnly) {
            insert(container(&mut incoming.document, found.extension), &found.attribute.name, value);
        }
        Ok(())
    }
}

/// The object that holds an extension's attributes, or the document itself.
fn container<'d>(document: &'d mut Document, extension: Option<&str>) -> &'d mut Document {
    let Some(urn) = extension else { return document };
    let entry = document.entry(urn).or_insert_with(|| Value::Object(Map::new()));
    if !entry.is_object() {
        *entry = Value::Object(Map::new());
    }
    entry.as_object_mut().expect("made an object above")
}

/// Sub-attributes that came under keys of their own are joined.
fn insert(container: &mut Document, name: &str, value: Value) {
    match (container.get_mut(name), value) {
        (Some(Value::Object(present)), Value::Object(more)) => present.extend(more),
        (_, value) => drop(container.insert(name.to_owned(), value)),
    }
}
