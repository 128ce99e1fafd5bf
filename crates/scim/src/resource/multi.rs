//! Multi-valued attributes (RFC 7643 section 2.4).

use std::collections::HashMap;

use serde_json::Value;

use crate::schema::{Attribute, AttributeType};

/// Whether elements of the attribute can be primary.
pub(crate) fn has_primary(attribute: &Attribute) -> bool {
    attribute.sub_attribute("primary").is_some_and(|sub| sub.kind == AttributeType::Boolean)
}

pub(crate) fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// RFC 7644 section 3.5.2: a new primary "SHALL" set the old one's `primary` to false.
pub(crate) fn clear_primary(elements: &mut [Value], except: usize) {
    for (index, element) in elements.iter_mut().enumerate() {
        if index != except && is_primary(element) {
            element["primary"] = false.into();
        }
    }
}

/// Later elements with the type and value of an earlier one are merged into it.
pub(crate) fn dedupe(elements: &mut Vec<Value>) {
    let all = std::mem::take(elements);
    absorb(elements, all);
}

/// Takes elements in, merging each into the one that has its type and value, if there is one; tells where each went.
pub(crate) fn absorb(elements: &mut Vec<Value>, more: Vec<Value>) -> Vec<usize> {
    let mut places: HashMap<String, usize> = HashMap::with_capacity(elements.len() + more.len());
    for (index, element) in elements.iter().enumerate() {
        places.entry(identity(element)).or_insert(index);
    }
    let place = |element: Value| match places.get(&identity(&element)) {
        Some(&index) => {
            merge(&mut elements[index], element);
            index
        }
        None => {
            places.insert(identity(&element), elements.len());
            elements.push(element);
            elements.len() - 1
        }
    };
    more.into_iter().map(place).collect()
}

fn merge(kept: &mut Value, later: Value) {
    if let (Value::Object(kept), Value::Object(later)) = (kept, later) {
        kept.extend(later);
    }
}

/// What makes two elements one: section 2.4 wants no "(type, value)" twice. Without `value` the whole counts, in
/// whatever order its names stand.
fn identity(element: &Value) -> String {
    let Some(value) = element.get("value") else {
        let mut element = element.clone();
        element.sort_all_objects();
        return element.to_string();
    };
    let kind = element.get("type").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    Value::from(vec![Value::from(kind), value.clone()]).to_string()
}
