//! Remove on one attribute (RFC 7644 section 3.5.2.2).

use serde_json::{Map, Value};

use super::{
    matching::{check, positions},
    write::{array, array_of, immutable, object},
};
use crate::{
    error::Result,
    path::Path,
    resource::is_label_only,
    schema::{Attribute, Mutability, Resolved},
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
                    array(keep(elements(), |_, element| !names(value, element)))
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
fn names(value: &Value, element: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| names(item, element)),
        // By its `value` and, if told, its type; an element without `value` by all that is told.
        Value::Object(wanted) => {
            let identified = wanted.contains_key("value");
            let told = wanted
                .iter()
                .filter(|(key, value)| !value.is_null() && (!identified || matches!(key.as_str(), "value" | "type")));
            let mut told = told.peekable();
            told.peek().is_some() && told.all(|(key, value)| element.get(key) == Some(value))
        }
        simple => element == simple || element.get("value") == Some(simple),
    }
}
