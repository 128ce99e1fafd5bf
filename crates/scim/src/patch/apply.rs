//! The operations, one after the other, on a copy.

use serde_json::{Map, Value};

use super::{
    CreateMissing, Op, Operation, PatchOptions, PatchRequest, Patched,
    remove::remove,
    target::{Target, is_read_only},
    write::Writer,
};
use crate::{
    Document,
    error::{Result, ScimError},
    json,
    path::Path,
    resource::Coerce,
    schema::{Extension, Mutability, Resolved, ResourceType, Schema},
};

/// Applies a request to a document. It is atomic: on an error nothing of it is kept (RFC 7644 section 3.5.2).
///
/// # Errors
/// `invalidPath` for a path that names nothing; `mutability` for a read-only or set immutable attribute, and for removing a
/// required one; `invalidValue` for a value of the wrong type, two primaries, or a required attribute left without value;
/// `invalidFilter` for a wrong filter in a path; `noTarget` for one that matches nothing.
pub fn apply(
    kind: &ResourceType,
    current: &Document,
    request: &PatchRequest,
    options: &PatchOptions,
) -> Result<Patched> {
    let create = options.create_missing_elements;
    let mut editor = Editor { kind, create, document: current.clone(), ignored: Vec::new() };
    for operation in &request.operations {
        editor.operation(operation)?;
    }
    let Editor { mut document, ignored, .. } = editor;
    kind.set_schemas(&mut document);
    kind.check_required(&document)?;
    let changed = differs(current, &document);
    Ok(Patched { document, changed, ignored })
}

/// `schemas` follows from the rest.
fn differs(before: &Document, after: &Document) -> bool {
    let own = |document: &Document| document.keys().filter(|key| *key != "schemas").count();
    own(before) != own(after) || after.iter().any(|(key, value)| key != "schemas" && before.get(key) != Some(value))
}

struct Editor<'a> {
    kind: &'a ResourceType,
    create: CreateMissing,
    document: Document,
    ignored: Vec<String>,
}

impl<'a> Editor<'a> {
    fn operation(&mut self, operation: &Operation) -> Result<()> {
        match (operation.op, &operation.path, &operation.value) {
            (Op::Remove, None, _) => Err(ScimError::no_target("a remove needs a \"path\" that says what to remove")),
            (Op::Remove, Some(path), value) => self.remove(path, value.as_ref()),
            (_, _, None) => Err(ScimError::invalid_value("an add or replace needs a \"value\"")),
            (op, None, Some(value)) => self.members(op, None, value),
            (op, Some(path), Some(value)) => self.set(op, path, value),
        }
    }

    /// An explicit path.
    fn set(&mut self, op: Op, path: &Path, value: &Value) -> Result<()> {
        match self.target(path)? {
            Target::Schemas => Ok(()),
            Target::Core => self.members(op, None, value),
            Target::Extension(schema) => self.extension(op, schema, value),
            Target::Attribute(found) if is_read_only(&found) => Err(read_only(path)),
            Target::Attribute(found) => self.write(op, path, &found, value),
        }
    }

    fn remove(&mut self, path: &Path, value: Option<&Value>) -> Result<()> {
        let found = match self.target(path)? {
            Target::Schemas => return Ok(()),
            Target::Extension(schema) => {
                let required = |extension: &Extension| extension.required && extension.schema.id == schema.id;
                if self.kind.extensions.iter().any(required) {
                    return Err(required_stays(path));
                }
                return self.clear_extension(schema);
            }
            Target::Core => {
                return Err(ScimError::no_target(format!(
                    "\"{path}\" is the whole resource: name an attribute, or use DELETE"
                )));
            }
            Target::Attribute(found) => found,
        };
        if is_read_only(&found) {
            return Err(read_only(path));
        }
        // Section 3.5.2.2: a required attribute cannot be removed: "an error with ... "mutability"".
        if found.leaf().required && path.filter.as_ref().is_none_or(|_| found.sub.is_some()) {
            return Err(required_stays(path));
        }
        let present = found.value(&self.document).cloned();
        let next = remove(&found, path, present.clone(), value)?;
        // "If an attribute is removed or becomes unassigned": by a filter, or with its last sub-attribute.
        if found.attribute.required && next.is_none() {
            return Err(required_stays(path));
        }
        self.store(&found, present, next)
    }

    fn target(&self, path: &Path) -> Result<Target<'a>> {
        Target::find(self.kind, path, None).ok_or_else(|| {
            ScimError::invalid_path(format!(
                "\"{path}\" is no attribute of {}: correct the path or take it out of the mapping",
                self.kind.name
            ))
        })
    }

    /// The keys of a value without path: each is a path, relative to the extension if there is one.
    fn members(&mut self, op: Op, within: Option<&str>, value: &Value) -> Result<()> {
        let Value::Object(map) = value else {
            return Err(ScimError::invalid_value(format!(
                "without the path of an attribute, \"value\" must be an object of attributes, not {}",
                json::show(value)
            )));
        };
        for (key, value) in map {
            let path = Path::parse(key).ok();
            let target = path.as_ref().and_then(|path| Target::find(self.kind, path, within));
            match (target, &path) {
                (Some(Target::Core), _) if within.is_none() => self.members(op, Some(&self.kind.schema.id), value)?,
                (Some(Target::Extension(schema)), _) if within.is_none() => self.extension(op, schema, value)?,
                (Some(Target::Schemas), _) => {}
                (Some(Target::Attribute(found)), Some(path)) => {
                    if !is_read_only(&found) {
                        self.write(op, path, &found, value)?;
                    }
                }
                _ => self.ignored.push(within.map_or_else(|| key.clone(), |urn| format!("{urn}:{key}"))),
            }
        }
        Ok(())
    }

    /// The value of a schema's URN is merged into the extension; nothing takes the extension away.
    fn extension(&mut self, op: Op, schema: &Schema, value: &Value) -> Result<()> {
        let nothing = match value {
            Value::Object(map) => op == Op::Replace && map.is_empty(),
            other => json::is_unassigned(other),
        };
        if nothing {
            return self.clear_extension(schema);
        }
        self.members(op, Some(&schema.id), value)
    }

    /// Takes an extension's values away, but for those that are not the client's to take.
    fn clear_extension(&mut self, schema: &Schema) -> Result<()> {
        let Some(Value::Object(values)) = self.document.get_mut(&schema.id) else { return Ok(()) };
        for attribute in &schema.attributes {
            match attribute.mutability {
                Mutability::ReadOnly => {}
                Mutability::Immutable if values.contains_key(&attribute.name) => return Err(set_once(&attribute.name)),
                _ => drop(values.shift_remove(&attribute.name)),
            }
        }
        if values.is_empty() {
            self.document.shift_remove(&schema.id);
        }
        Ok(())
    }

    fn write(&mut self, op: Op, path: &Path, found: &Resolved<'a>, value: &Value) -> Result<()> {
        let present = found.value(&self.document).cloned();
        let at = path.to_string();
        let coerce = Coerce { ignored: &mut self.ignored };
        let mut writer = Writer { op, create: self.create, coerce, at: &at };
        let next = writer.write(found, path.filter.as_ref(), present.clone(), value)?;
        // RFC 7643 section 4.1.1: a password is never returned; here it is checked and not kept.
        if found.attribute.mutability == Mutability::WriteOnly {
            return Ok(());
        }
        self.store(found, present, next)
    }

    fn store(&mut self, found: &Resolved<'a>, present: Option<Value>, next: Option<Value>) -> Result<()> {
        let name = &found.attribute.name;
        if found.attribute.mutability == Mutability::Immutable && present.is_some() && present != next {
            return Err(set_once(name));
        }
        match (found.extension, next) {
            (None, Some(next)) => drop(self.document.insert(name.clone(), next)),
            (None, None) => drop(self.document.shift_remove(name)),
            (Some(urn), Some(next)) => {
                let entry = self.document.entry(urn).or_insert_with(|| Value::Object(Map::new()));
                entry[name] = next;
            }
            (Some(urn), None) => {
                let container = self.document.get_mut(urn).and_then(Value::as_object_mut);
                let emptied =
                    container.is_some_and(|container| container.shift_remove(name).is_some() && container.is_empty());
                if emptied {
                    self.document.shift_remove(urn);
                }
            }
        }
        Ok(())
    }
}

fn required_stays(path: &Path) -> ScimError {
    ScimError::mutability(format!("\"{path}\" is required and cannot be removed: replace its value"))
}

fn set_once(name: &str) -> ScimError {
    ScimError::mutability(format!("\"{name}\" is immutable and has a value already: leave it as it is"))
}

fn read_only(path: &Path) -> ScimError {
    ScimError::mutability(format!("\"{path}\" is read-only: take it out of the mapping"))
}
