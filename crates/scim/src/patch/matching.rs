//! Add and replace on the values that a filter in the path chooses.

use serde_json::{Map, Value};

use super::{
    CreateMissing, Op,
    create::seed,
    write::{Writer, array, array_of, immutable, object},
};
use crate::{
    error::{Result, ScimError},
    filter::Filter,
    json,
    resource::{clear_primary, dedupe, has_primary, is_primary},
    schema::{Attribute, Mutability},
};

impl Writer<'_> {
    /// Section 3.5.2.3: "all matching record values SHALL be replaced"; with a sub-attribute, that of each.
    pub(super) fn matching(
        &mut self,
        attribute: &Attribute,
        sub: Option<&Attribute>,
        filter: &Filter,
        present: Option<Value>,
        value: &Value,
    ) -> Result<Option<Value>> {
        check(attribute, filter, self.at)?;
        let elements = array_of(present);
        let chosen = positions(attribute, filter, &elements);
        match sub {
            _ if chosen.is_empty() => self.make(attribute, sub, filter, elements, value),
            Some(sub) => self.touch(attribute, sub, elements, &chosen, value),
            None => self.whole(attribute, filter, elements, &chosen, value),
        }
    }

    /// Makes the element that the filter describes. One that would not satisfy the filter is not made: it would be made
    /// again each time the request is sent.
    fn make(
        &mut self,
        attribute: &Attribute,
        sub: Option<&Attribute>,
        filter: &Filter,
        mut elements: Vec<Value>,
        value: &Value,
    ) -> Result<Option<Value>> {
        let new = seed(attribute, filter, self.create).ok_or_else(|| self.no_target())?;
        let made = match sub {
            _ if json::is_unassigned(value) => None,
            Some(sub) => self.sub(attribute, sub, new, value)?.map(Value::Object),
            None => match self.coerce.single(attribute, value, self.at)? {
                Some(Value::Object(value)) => Some(new.into_iter().chain(value).collect()),
                other => other,
            },
        };
        let Some(made) = made else { return Ok(array(elements)) };
        if !filter.matches_element(attribute, &made) {
            return Err(self.no_target());
        }
        elements.push(made);
        let last = elements.len() - 1;
        self.settle(attribute, elements, &[last])
    }

    /// The chosen elements take a value each, or go if it is none.
    fn whole(
        &mut self,
        attribute: &Attribute,
        filter: &Filter,
        mut elements: Vec<Value>,
        chosen: &[usize],
        value: &Value,
    ) -> Result<Option<Value>> {
        let new = self.coerce.single(attribute, value, self.at)?;
        for &index in chosen {
            let element = &mut elements[index];
            *element = match (&new, &*element) {
                (None, _) => Value::Null,
                (Some(Value::Object(new)), Value::Object(old)) => {
                    let mut next = old.clone();
                    if self.op == Op::Replace {
                        // What the filter says about the value stays true of it unless the value says otherwise.
                        let described = seed(attribute, filter, CreateMissing::Any).unwrap_or_default();
                        next.retain(|name, _| described.contains_key(name) || is_fixed(attribute, name));
                    }
                    next.extend(new.clone());
                    if let Some(sub) = attribute.sub_attributes.iter().find(|sub| changes(sub, old, &next)) {
                        return Err(immutable(attribute, sub));
                    }
                    next.into()
                }
                (Some(new), _) => new.clone(),
            };
        }
        self.settle(attribute, elements, chosen)
    }

    /// The chosen elements take a sub-attribute each.
    pub(super) fn touch(
        &mut self,
        attribute: &Attribute,
        sub: &Attribute,
        mut elements: Vec<Value>,
        chosen: &[usize],
        value: &Value,
    ) -> Result<Option<Value>> {
        for &index in chosen {
            let map = object(Some(elements[index].take()));
            elements[index] = self.sub(attribute, sub, map, value)?.map_or(Value::Null, Value::Object);
        }
        self.settle(attribute, elements, chosen)
    }

    /// RFC 7643 section 2.4: one primary; RFC 7644 section 3.5.2: the new one.
    fn settle(&self, attribute: &Attribute, mut elements: Vec<Value>, chosen: &[usize]) -> Result<Option<Value>> {
        let mut primaries = chosen.iter().filter(|&&index| has_primary(attribute) && is_primary(&elements[index]));
        match (primaries.next().copied(), primaries.next()) {
            (Some(_), Some(_)) => {
                return Err(ScimError::invalid_value(format!(
                    "\"{}\" makes several values of \"{}\" primary, at most one may be: choose one by a filter",
                    self.at, attribute.name
                )));
            }
            (Some(index), None) => clear_primary(&mut elements, index),
            _ => {}
        }
        elements.retain(|element| !json::is_unassigned(element));
        dedupe(&mut elements);
        Ok(array(elements))
    }

    fn no_target(&self) -> ScimError {
        ScimError::no_target(format!(
            "\"{}\" matches no value, and its filter does not say which value to make: add the value first",
            self.at
        ))
    }
}

/// Whether a value keeps its sub-attribute of that name when the rest of it is replaced.
fn is_fixed(attribute: &Attribute, name: &str) -> bool {
    attribute.sub_attribute(name).is_some_and(|sub| sub.mutability == Mutability::Immutable)
}

fn changes(sub: &Attribute, old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    sub.mutability == Mutability::Immutable && old.contains_key(&sub.name) && old.get(&sub.name) != new.get(&sub.name)
}

/// A filter needs values to choose among, and must speak of their sub-attributes.
pub(super) fn check(attribute: &Attribute, filter: &Filter, at: &str) -> Result<()> {
    if !attribute.multi_valued {
        return Err(ScimError::invalid_path(format!(
            "\"{at}\": \"{}\" has one value only, leave the brackets out",
            attribute.name
        )));
    }
    filter.check_elements(attribute)
}

pub(super) fn positions(attribute: &Attribute, filter: &Filter, elements: &[Value]) -> Vec<usize> {
    let matching = elements.iter().enumerate().filter(|(_, element)| filter.matches_element(attribute, element));
    matching.map(|(index, _)| index).collect()
}
