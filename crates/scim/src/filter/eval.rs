//! Whether a document satisfies a filter.

use serde_json::{Map, Value};

use super::{AttrPath, CompareOp, CompareValue, Filter, element};
use crate::{
    compare, json,
    schema::{Attribute, ResourceType},
};

impl Filter {
    /// Whether a document satisfies the filter (RFC 7644 section 3.4.2.2). A name that the resource type does not know has no value;
    /// [`Filter::check`] is where it is refused.
    #[must_use]
    pub fn matches(&self, kind: &ResourceType, document: &Map<String, Value>) -> bool {
        self.holds(&|path| {
            let resolved = kind.resolve(path)?;
            let values = resolved.value(document).map(elements).unwrap_or_default();
            Some(match resolved.sub {
                None => (resolved.attribute, values),
                Some(sub) => (sub, values.iter().filter_map(|value| value.get(&sub.name)).flat_map(elements).collect()),
            })
        })
    }

    /// Whether one element of a multi-valued attribute satisfies the filter in a path's brackets.
    pub(crate) fn matches_element(&self, parent: &Attribute, value: &Value) -> bool {
        self.holds(&|path| {
            let attribute = element(parent, path)?;
            let values = if parent.is_complex() { value.get(&attribute.name).map(elements) } else { Some(vec![value]) };
            Some((attribute, values.unwrap_or_default()))
        })
    }

    fn holds(&self, find: &Find<'_>) -> bool {
        match self {
            Filter::And(left, right) => left.holds(find) && right.holds(find),
            Filter::Or(left, right) => left.holds(find) || right.holds(find),
            Filter::Not(inner) => !inner.holds(find),
            Filter::Present(path) => find(path).is_some_and(|(_, values)| present(&values)),
            Filter::Compare { path, op, value } => {
                find(path).is_some_and(|(attribute, values)| compared(attribute, &values, *op, value))
            }
            Filter::ValuePath { path, filter } => find(path).is_some_and(|(parent, values)| {
                values.iter().any(|value| !json::is_unassigned(value) && filter.matches_element(parent, value))
            }),
        }
    }
}

/// From a path to its definition and its values.
type Find<'f> = dyn Fn(&AttrPath) -> Option<(&'f Attribute, Vec<&'f Value>)> + 'f;

fn elements(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        single => vec![single],
    }
}

fn present(values: &[&Value]) -> bool {
    values.iter().any(|value| !json::is_unassigned(value))
}

fn compared(attribute: &Attribute, values: &[&Value], op: CompareOp, wanted: &CompareValue) -> bool {
    if *wanted == CompareValue::Null {
        return present(values) == (op == CompareOp::Ne);
    }
    // RFC 7644 section 3.4.2.2: without a sub-attribute, "value" of a complex attribute is compared.
    let (attribute, values): (_, Vec<_>) = match attribute.sub_attribute("value") {
        Some(inner) if attribute.is_complex() => {
            (inner, values.iter().filter_map(|value| value.get("value")).collect())
        }
        _ => (attribute, values.to_vec()),
    };
    let mut assigned = values.into_iter().filter(|value| !json::is_unassigned(value)).peekable();
    if assigned.peek().is_none() {
        return op == CompareOp::Ne;
    }
    assigned.any(|value| one(attribute, value, op, wanted))
}

/// Values that cannot be compared are not equal, and have no order.
fn one(attribute: &Attribute, value: &Value, op: CompareOp, wanted: &CompareValue) -> bool {
    match (compare::value_key(attribute, value), compare::wanted_key(attribute, op, wanted)) {
        (Some(key), Some(wanted)) => op.holds(&key, &wanted),
        _ => op == CompareOp::Ne,
    }
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    text.parse().ok().or_else(|| text.to_ascii_lowercase().parse().ok())
}
