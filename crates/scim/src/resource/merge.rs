//! PUT (RFC 7644 section 3.5.1): what was read takes the place of what there is.

use serde_json::Value;

use super::Incoming;
use crate::{
    Document,
    error::{Result, ScimError},
    json,
    schema::{Attribute, AttributeType, Mutability, Resolved, ResourceType},
};

impl ResourceType {
    /// Replaces the read-write attributes of `current` by those of `incoming` (RFC 7644 section 3.5.1): what is not
    /// sent is gone. Read-only and write-only values stay. `active` stays too when it is not sent, so that a PUT that
    /// does not speak of it never lets a leaver back in.
    ///
    /// # Errors
    /// `mutability` when an immutable attribute would change: its "input value(s) MUST match". If it is not sent, it
    /// stays.
    pub fn merge_put(&self, current: &Document, incoming: Incoming) -> Result<Document> {
        let mut merged = incoming.document;
        for found in self.attributes() {
            let Some(present) = found.value(current).filter(|value| !json::is_unassigned(value)) else { continue };
            let sent = found.value(&merged).cloned();
            match found.attribute.mutability {
                Mutability::ReadOnly => put(&mut merged, &found, present.clone()),
                Mutability::WriteOnly if sent.is_none() => put(&mut merged, &found, present.clone()),
                Mutability::Immutable => match sent {
                    None => put(&mut merged, &found, present.clone()),
                    Some(sent) if sent == *present => {}
                    Some(sent) => return Err(immutable(&found.attribute.name, present, &sent)),
                },
                _ if sent.is_none() && is_active(&found) => put(&mut merged, &found, present.clone()),
                _ => {
                    if let Some(sent) = sent.filter(|_| !found.attribute.multi_valued) {
                        put(&mut merged, &found, keep_subs(found.attribute, present, sent)?);
                    }
                }
            }
        }
        self.set_schemas(&mut merged);
        Ok(merged)
    }
}

fn is_active(found: &Resolved<'_>) -> bool {
    found.extension.is_none() && found.attribute.name == "active" && found.attribute.kind == AttributeType::Boolean
}

/// The read-only and immutable sub-attributes of a complex attribute: they belong to its value, and go with it.
fn keep_subs(attribute: &Attribute, present: &Value, mut sent: Value) -> Result<Value> {
    let same = sent.get("value") == present.get("value");
    for sub in attribute.sub_attributes.iter().filter(|_| same) {
        let Some(kept) = present.get(&sub.name) else { continue };
        match sub.mutability {
            Mutability::ReadOnly => sent[&sub.name] = kept.clone(),
            Mutability::Immutable => match sent.get(&sub.name) {
                Some(new) if new != kept => {
                    return Err(immutable(&format!("{}.{}", attribute.name, sub.name), kept, new));
                }
                _ => sent[&sub.name] = kept.clone(),
            },
            _ => {}
        }
    }
    Ok(sent)
}

fn put(document: &mut Document, found: &Resolved<'_>, value: Value) {
    match found.extension {
        None => drop(document.insert(found.attribute.name.clone(), value)),
        Some(urn) => {
            let container = document.entry(urn).or_insert_with(|| Value::Object(Document::new()));
            container[&found.attribute.name] = value;
        }
    }
}

fn immutable(name: &str, present: &Value, sent: &Value) -> ScimError {
    ScimError::mutability(format!(
        "\"{name}\" is immutable: it is {} and cannot become {}, send the present value or leave it out",
        json::show(present),
        json::show(sent)
    ))
}
