//! A schema out of its JSON (RFC 7643 section 7), with errors that say where.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Attribute, AttributeType, Mutability, Returned, Schema, Uniqueness};
use crate::{
    error::{Result, ScimError},
    json,
};

impl Schema {
    /// Reads the form of RFC 7643 section 7. A characteristic that is left out has the default of section 2.2.
    ///
    /// # Errors
    /// `invalidValue`, naming the place: a missing or empty `id`, no attributes, a wrong or doubled attribute
    /// name, an unknown keyword, a complex attribute without sub-attributes or within another one.
    pub fn parse(value: &Value) -> Result<Schema> {
        let map = object(value, "the schema")?;
        let id = text(map, "id", "the schema")?
            .filter(|id| !id.is_empty())
            .ok_or_else(|| ScimError::invalid_value("the schema has no \"id\": give it a URN"))?;
        let attributes = attributes(json::get(map, "attributes"), "attributes", Depth::Top)?;
        if attributes.is_empty() {
            return Err(ScimError::invalid_value(format!("schema {id}: \"attributes\" is empty, define at least one")));
        }
        Ok(Schema {
            name: text(map, "name", "the schema")?.unwrap_or_else(|| id.clone()),
            description: text(map, "description", "the schema")?.unwrap_or_default(),
            id,
            attributes,
        })
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Depth {
    Top,
    Sub,
}

fn attributes(value: Option<&Value>, at: &str, depth: Depth) -> Result<Vec<Attribute>> {
    let items = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(other) => return Err(wrong(at, "an array of attribute definitions", other)),
    };
    let mut names = HashSet::new();
    let mut attributes = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let attribute = attribute(item, &format!("{at}[{index}]"), depth)?;
        if !names.insert(attribute.name.to_ascii_lowercase()) {
            return Err(ScimError::invalid_value(format!(
                "{at}[{index}]: \"{}\" is defined twice (names are case-insensitive)",
                attribute.name
            )));
        }
        attributes.push(attribute);
    }
    Ok(attributes)
}

fn attribute(value: &Value, at: &str, depth: Depth) -> Result<Attribute> {
    let map = object(value, at)?;
    let name = name(map, at)?;
    let at = format!("{at} (\"{name}\")");
    let kind = keyword(map, "type", &at, AttributeType::ALL)?.unwrap_or(AttributeType::String);
    if kind == AttributeType::Complex && depth == Depth::Sub {
        // RFC 7643 section 2.3.8: "complex attributes MUST NOT contain sub-attributes that have sub-attributes".
        // The schema of schemas itself is the one exception that the RFC makes.
        if !name.eq_ignore_ascii_case("subAttributes") {
            return Err(ScimError::invalid_value(format!("{at}: a sub-attribute cannot be complex itself")));
        }
    }
    let sub_attributes = attributes(json::get(map, "subAttributes"), &format!("{at}.subAttributes"), Depth::Sub)?;
    if (kind == AttributeType::Complex) == sub_attributes.is_empty() {
        return Err(ScimError::invalid_value(format!(
            "{at}: an attribute has \"subAttributes\" when its type is \"complex\", and only then"
        )));
    }
    Ok(Attribute {
        kind,
        multi_valued: flag(map, "multiValued", &at)?,
        description: text(map, "description", &at)?.unwrap_or_default(),
        required: flag(map, "required", &at)?,
        canonical_values: texts(map, "canonicalValues", &at)?,
        case_exact: flag(map, "caseExact", &at)?,
        mutability: keyword(map, "mutability", &at, Mutability::ALL)?.unwrap_or(Mutability::ReadWrite),
        returned: keyword(map, "returned", &at, Returned::ALL)?.unwrap_or(Returned::Default),
        uniqueness: keyword(map, "uniqueness", &at, Uniqueness::ALL)?.unwrap_or(Uniqueness::None),
        reference_types: texts(map, "referenceTypes", &at)?,
        sub_attributes,
        name,
    })
}

/// RFC 7643 section 2.1: `ATTRNAME = ALPHA *(nameChar)`, and `$ref`.
fn name(map: &Map<String, Value>, at: &str) -> Result<String> {
    let name = text(map, "name", at)?.ok_or_else(|| ScimError::invalid_value(format!("{at}: \"name\" is missing")))?;
    let bare = name.strip_prefix('$').unwrap_or(&name);
    let valid = bare.starts_with(|c: char| c.is_ascii_alphabetic())
        && bare.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$'));
    if !valid {
        return Err(ScimError::invalid_value(format!(
            "{at}: \"{name}\" is no attribute name: begin with a letter and use letters, digits, \"-\", \"_\" and \"$\""
        )));
    }
    Ok(name)
}

pub(super) fn object<'a>(value: &'a Value, at: &str) -> Result<&'a Map<String, Value>> {
    value.as_object().ok_or_else(|| wrong(at, "a JSON object", value))
}

pub(super) fn text(map: &Map<String, Value>, key: &str, at: &str) -> Result<Option<String>> {
    match json::get(map, key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(wrong(&format!("{at}.{key}"), "a string", other)),
    }
}

fn texts(map: &Map<String, Value>, key: &str, at: &str) -> Result<Vec<String>> {
    let items = match json::get(map, key) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(other) => return Err(wrong(&format!("{at}.{key}"), "an array of strings", other)),
    };
    items
        .iter()
        .map(|item| {
            item.as_str().map(str::to_owned).ok_or_else(|| wrong(&format!("{at}.{key}"), "an array of strings", item))
        })
        .collect()
}

pub(super) fn flag(map: &Map<String, Value>, key: &str, at: &str) -> Result<bool> {
    match json::get(map, key) {
        None | Some(Value::Null) => Ok(false),
        Some(value) => json::as_bool(value).ok_or_else(|| wrong(&format!("{at}.{key}"), "true or false", value)),
    }
}

fn keyword<T: Copy>(map: &Map<String, Value>, key: &str, at: &str, all: &[(&str, T)]) -> Result<Option<T>> {
    let Some(text) = text(map, key, at)? else { return Ok(None) };
    let found = all.iter().find(|(keyword, _)| keyword.eq_ignore_ascii_case(&text));
    found.map(|(_, value)| Some(*value)).ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|(keyword, _)| *keyword).collect();
        ScimError::invalid_value(format!("{at}.{key}: \"{text}\" is not one of {}", known.join(", ")))
    })
}

fn wrong(at: &str, expected: &str, found: &Value) -> ScimError {
    ScimError::invalid_value(format!("{at} must be {expected}, not {}", json::show(found)))
}
