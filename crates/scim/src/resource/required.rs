//! What every document must have: its required attributes, and `schemas` (RFC 7643 sections 2.2 and 3).

use serde_json::{Map, Value};

use crate::{
    Document,
    error::{Result, ScimError},
    json,
    path::AttrPath,
    schema::{Attribute, Mutability, Resolved, ResourceType, Schema},
};

impl ResourceType {
    /// `schemas` is what the document uses: the base schema, then the extensions that have values. An extension without
    /// values goes (RFC 7643 section 3: the URN is present exactly when its key is).
    pub fn set_schemas(&self, document: &mut Document) {
        let mut schemas = vec![Value::from(self.schema.id.as_str())];
        for extension in &self.extensions {
            let urn = &extension.schema.id;
            match document.get(urn).map(json::is_unassigned) {
                Some(false) => schemas.push(urn.as_str().into()),
                Some(true) => drop(document.shift_remove(urn)),
                None => {}
            }
        }
        document.shift_remove("schemas");
        document.shift_insert(0, "schemas".into(), schemas.into());
    }

    /// Every attribute that a client must send is there (RFC 7643 section 2.2, "required").
    pub(crate) fn check_required(&self, document: &Map<String, Value>) -> Result<()> {
        require(&self.schema, document)?;
        for extension in &self.extensions {
            match document.get(&extension.schema.id).and_then(Value::as_object) {
                Some(values) => require(&extension.schema, values)?,
                None if extension.required => {
                    return Err(ScimError::invalid_value(format!(
                        "the extension \"{}\" is required for {}: send it",
                        extension.schema.id, self.name
                    )));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// As [`ResourceType::resolve`], but a plain name does not reach into an extension: bodies have keys for those.
    pub(crate) fn resolve_strictly(&self, path: &AttrPath) -> Option<Resolved<'_>> {
        self.resolve(path).filter(|found| path.schema.is_some() || found.extension.is_none())
    }
}

fn require(schema: &Schema, values: &Map<String, Value>) -> Result<()> {
    for attribute in schema.attributes.iter().filter(|attribute| settable(attribute)) {
        match values.get(&attribute.name).filter(|value| !json::is_unassigned(value)) {
            None if attribute.required => return Err(missing(&attribute.name)),
            Some(Value::Array(items)) => items.iter().try_for_each(|item| require_subs(attribute, item))?,
            Some(value) => require_subs(attribute, value)?,
            None => {}
        }
    }
    Ok(())
}

fn require_subs(attribute: &Attribute, value: &Value) -> Result<()> {
    let absent = |sub: &&Attribute| value.get(&sub.name).is_none_or(json::is_unassigned);
    match attribute.sub_attributes.iter().filter(|sub| sub.required && settable(sub)).find(absent) {
        Some(sub) => Err(missing(&format!("{}.{}", attribute.name, sub.name))),
        None => Ok(()),
    }
}

fn settable(attribute: &Attribute) -> bool {
    matches!(attribute.mutability, Mutability::ReadWrite | Mutability::Immutable)
}

fn missing(name: &str) -> ScimError {
    ScimError::invalid_value(format!("\"{name}\" is required and has no value: map a non-empty attribute to it"))
}
