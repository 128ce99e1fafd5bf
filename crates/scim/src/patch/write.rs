//! Add and replace on one attribute: from the present value to the next (RFC 7644 sections 3.5.2.1 and 3.5.2.3).

use serde_json::{Map, Value};

use super::{CreateMissing, Op};
use crate::{
    error::{Result, ScimError},
    filter::Filter,
    json,
    resource::{Coerce, absorb, clear_primary, is_label_only, is_primary},
    schema::{Attribute, Mutability, Resolved},
};

pub(super) struct Writer<'a> {
    pub(super) op: Op,
    pub(super) create: CreateMissing,
    pub(super) coerce: Coerce<'a>,
    /// The path, for errors.
    pub(super) at: &'a str,
}

impl Writer<'_> {
    /// The next value of the attribute; `None` is unassigned.
    pub(super) fn write(
        &mut self,
        found: &Resolved<'_>,
        filter: Option<&Filter>,
        present: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>> {
        let attribute = found.attribute;
        match (filter, found.sub) {
            (Some(filter), sub) => self.matching(attribute, sub, filter, present, value),
            (None, None) if attribute.multi_valued => self.values(attribute, present, value),
            (None, None) if attribute.is_complex() => self.complex(attribute, object(present), value),
            (None, None) => self.coerce.attribute(attribute, value, self.at),
            (None, Some(sub)) if attribute.multi_valued => self.every(attribute, sub, present, value),
            (None, Some(sub)) => Ok(self.sub(attribute, sub, object(present), value)?.map(Value::Object)),
        }
    }

    /// Section 3.5.2.1: values are added to a multi-valued attribute; section 3.5.2.3: they replace all that it has.
    fn values(&mut self, attribute: &Attribute, present: Option<Value>, value: &Value) -> Result<Option<Value>> {
        let new = self.coerce.elements(attribute, value, self.at)?;
        if self.op == Op::Replace {
            return Ok(array(new));
        }
        let mut elements = array_of(present);
        let primary = new.iter().position(is_primary);
        let places = absorb(&mut elements, new);
        if let Some(primary) = primary {
            clear_primary(&mut elements, places[primary]);
        }
        Ok(array(elements))
    }

    /// Section 3.5.2.3: "Sub-attributes that are not specified SHALL be left unchanged."
    fn complex(&mut self, attribute: &Attribute, present: Map<String, Value>, value: &Value) -> Result<Option<Value>> {
        let map = match value {
            Value::Object(map) => map,
            Value::Array(items) if items.len() == 1 => return self.complex(attribute, present, &items[0]),
            value if json::is_unassigned(value) => return Ok(None),
            // A bare string, or a mistake that deserves its message.
            other => {
                let coerced = self.coerce.single(attribute, other, self.at)?;
                return coerced.map_or(Ok(None), |value| self.complex(attribute, present, &value));
            }
        };
        let mut next = Some(present);
        // `value` first: it decides whether the rest is kept.
        let (first, rest): (Vec<_>, Vec<_>) = map.iter().partition(|(key, _)| key.eq_ignore_ascii_case("value"));
        for (key, value) in first.into_iter().chain(rest) {
            match attribute.sub_attribute(key) {
                None => self.coerce.ignored.push(format!("{}.{key}", self.at)),
                Some(sub) if sub.mutability == Mutability::ReadOnly => {}
                Some(sub) => match self.sub(attribute, sub, next.unwrap_or_default(), value)? {
                    None if sub.name == "value" => return Ok(None),
                    changed => next = changed,
                },
            }
        }
        Ok(next.filter(|map| !map.is_empty()).map(Value::Object))
    }

    /// Every value gets the sub-attribute; without any, one is made of it.
    fn every(
        &mut self,
        attribute: &Attribute,
        sub: &Attribute,
        present: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>> {
        let mut elements = array_of(present);
        if elements.is_empty() {
            elements.push(Value::Object(Map::new()));
        }
        let all: Vec<_> = (0..elements.len()).collect();
        self.touch(attribute, sub, elements, &all, value)
    }

    /// An object with one sub-attribute set; `None` when nothing worth keeping remains.
    pub(super) fn sub(
        &mut self,
        attribute: &Attribute,
        sub: &Attribute,
        mut map: Map<String, Value>,
        value: &Value,
    ) -> Result<Option<Map<String, Value>>> {
        let value = self.coerce.attribute(sub, value, self.at)?;
        let present = map.get(&sub.name).cloned();
        if sub.mutability == Mutability::Immutable && present.is_some() && present != value {
            return Err(immutable(attribute, sub));
        }
        let identifies = sub.name == "value" && !attribute.multi_valued;
        match value {
            Some(value) => {
                // Another manager: the old one's $ref and name would be wrong.
                if identifies && present.as_ref() != Some(&value) {
                    map.clear();
                }
                map.insert(sub.name.clone(), value);
            }
            None if identifies => return Ok(None),
            None => {
                let removed = map.shift_remove(&sub.name).is_some();
                if map.is_empty() || (removed && attribute.multi_valued && is_label_only(&map)) {
                    return Ok(None);
                }
            }
        }
        Ok(Some(map))
    }
}

pub(super) fn immutable(attribute: &Attribute, sub: &Attribute) -> ScimError {
    ScimError::mutability(format!(
        "\"{0}.{1}\" is immutable: remove the value from \"{0}\" and add another",
        attribute.name, sub.name
    ))
}

pub(super) fn object(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

pub(super) fn array_of(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(elements)) => elements,
        Some(Value::Null) | None => Vec::new(),
        Some(single) => vec![single],
    }
}

pub(super) fn array(elements: Vec<Value>) -> Option<Value> {
    if elements.is_empty() { None } else { Some(Value::Array(elements)) }
}
