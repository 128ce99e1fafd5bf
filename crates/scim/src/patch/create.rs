//! The element that a filter describes.

use serde_json::{Map, Value};

use super::CreateMissing;
use crate::{
    compare::fold,
    filter::{CompareOp, CompareValue, Filter},
    resource::Coerce,
    schema::{Attribute, AttributeType, Mutability},
};

/// `{"type": "work"}` for `type eq "work"`; `None` where the filter does not describe an element, or one that may not be made.
pub(super) fn seed(attribute: &Attribute, filter: &Filter, create: CreateMissing) -> Option<Map<String, Value>> {
    match filter {
        Filter::And(left, right) => {
            let mut map = seed(attribute, left, create)?;
            map.extend(seed(attribute, right, create)?);
            Some(map)
        }
        Filter::Compare { path, op: CompareOp::Eq, value } => {
            let sub = attribute.sub_attribute(&path.attribute)?;
            if sub.mutability == Mutability::ReadOnly {
                return None;
            }
            Some(Map::from_iter([(sub.name.clone(), sub_value(sub, value, create)?)]))
        }
        _ => None,
    }
}

fn sub_value(sub: &Attribute, value: &CompareValue, create: CreateMissing) -> Option<Value> {
    let value = match value {
        CompareValue::Null => return None,
        CompareValue::Bool(flag) => Value::Bool(*flag),
        CompareValue::Number(number) => Value::Number(number.clone()),
        CompareValue::String(text) => Value::String(text.clone()),
    };
    // What is stored is canonical, whoever wrote it.
    let value = Coerce { ignored: &mut Vec::new() }.attribute(sub, &value, &sub.name).ok().flatten()?;
    if sub.kind == AttributeType::Boolean {
        let primary = sub.name == "primary" && value == Value::Bool(true);
        return (primary || create == CreateMissing::Any).then_some(value);
    }
    let canonical = value.as_str().and_then(|text| {
        let key = fold(text);
        sub.canonical_values.iter().find(|canonical| fold(canonical) == key)
    });
    match (canonical, create) {
        (Some(canonical), _) => Some(canonical.as_str().into()),
        (None, CreateMissing::Any) => Some(value),
        (None, CreateMissing::Canonical) => None,
    }
}
