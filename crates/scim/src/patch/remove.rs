//! Remove on one attribute (RFC 7644 section 3.5.2.2).

use serde_json::{Map, Value};

use super::{
    matching::{check, positions},
    write::{array, array_of, immutable, object},
};
use crate::{
    compare,
    error::Result,
    json,
    path::Path,
    resource::{dedupe, is_label_only},
    schema::{Attribute, AttributeType, Mutability, Resolved},
};

/// The next value of the attribute; `None` is unassigned. What is not there is not missed.
pub(super) fn remove(
    found: &Resolved<'_>,
    path: &Path,
    present: Option<Value>,
    value: Option<&Value>,
) -> Result<Option<Value>> {
    let attribute = found.attribute;
    let chosen = match &path.filter {
        Some(filter) => {
            check(attribute, filter, &path.to_string())?;
            Some(positions(attribute, filter, &array_of(present.clone())))
        }
        None => None,
    };
    match found.sub {
        Some(sub) if attribute.multi_valued => remove_sub_of_each(attribute, sub, array_of(present), chosen.as_deref()),
        Some(sub) => Ok(without(attribute, sub, object(present))?.map(Value::Object)),
        None => {
            let elements = || array_of(present.clone());
            Ok(match (chosen, value) {
                (Some(chosen), _) => array(keep(elements(), |index, _| !chosen.contains(&index))),
                // Entra names the values to remove in "value", without a filter.
                (None, Some(value)) if attribute.multi_valued && !value.is_null() => {
                    array(keep(elements(), |_, element| !names(attribute, value, element)))
                }
                _ => None,
            })
        }
    }
}

fn keep(elements: Vec<Value>, wanted: impl Fn(usize, &Value) -> bool) -> Vec<Value> {
    elements
        .into_iter()
        .enumerate()
        .filter(|(index, element)| wanted(*index, element))
        .map(|(_, element)| element)
        .collect()
}

fn remove_sub_of_each(
    attribute: &Attribute,
    sub: &Attribute,
    elements: Vec<Value>,
    chosen: Option<&[usize]>,
) -> Result<Option<Value>> {
    let mut kept = Vec::with_capacity(elements.len());
    for (index, element) in elements.into_iter().enumerate() {
        if chosen.is_none_or(|chosen| chosen.contains(&index)) {
            kept.extend(without(attribute, sub, object(Some(element)))?.map(Value::Object));
        } else {
            kept.push(element);
        }
    }
    dedupe(&mut kept);
    Ok(array(kept))
}

/// An object without a sub-attribute; `None` when what remains would be labels of nothing.
fn without(attribute: &Attribute, sub: &Attribute, mut map: Map<String, Value>) -> Result<Option<Map<String, Value>>> {
    let removed = map.shift_remove(&sub.name).is_some();
    if removed && sub.mutability == Mutability::Immutable {
        return Err(immutable(attribute, sub));
    }
    let gone = if attribute.multi_valued { removed && is_label_only(&map) } else { removed && sub.name == "value" };
    Ok(if gone || map.is_empty() { None } else { Some(map) })
}

/// Whether a value, or one of an array of values, means this element.
fn names(attribute: &Attribute, value: &Value, element: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| names(attribute, item, element)),
        Value::Object(wanted) => match json::get(wanted, "value") {
            // By its `value` and, if told, its type.
            Some(value) => {
                !json::is_unassigned(value)
                    && has(attribute, "value", value, element)
                    && told(wanted, "type").is_none_or(|kind| has(attribute, "type", kind, element))
            }
            // An element without `value`, by all that is told.
            None => {
                let mut told = wanted.iter().filter(|(_, value)| !value.is_null()).peekable();
                told.peek().is_some() && told.all(|(name, value)| has(attribute, name, value, element))
            }
        },
        simple => same(attribute, simple, element) || has(attribute, "value", simple, element),
    }
}

fn told<'v>(wanted: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    json::get(wanted, name).filter(|value| !value.is_null())
}

/// Whether the element's sub-attribute of that name, in any case, has the value.
fn has(attribute: &Attribute, name: &str, wanted: &Value, element: &Value) -> bool {
    let present = attribute.sub_attribute(name).and_then(|sub| Some((sub, element.get(&sub.name)?)));
    present.is_some_and(|(sub, present)| same(sub, wanted, present))
}

/// Whether two values are one by the attribute's type and case (RFC 7643 section 2.2).
fn same(attribute: &Attribute, wanted: &Value, present: &Value) -> bool {
    match (wanted, present) {
        (wanted, Value::Bool(flag)) if attribute.kind == AttributeType::Boolean => json::as_bool(wanted) == Some(*flag),
        (Value::String(wanted), Value::String(present)) => {
            compare::key(attribute, wanted) == compare::key(attribute, present)
        }
        _ => wanted == present,
    }
}
