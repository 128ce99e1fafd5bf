//! One value and the type that its schema gives it (RFC 7643 section 2.3).

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

use super::{dedupe, has_primary, parse_date_time};
use crate::{
    compare::nfc,
    error::{Result, ScimError},
    json,
    schema::{Attribute, AttributeType, Mutability},
};

/// Brings values into their canonical form and notes what no schema knows.
pub(crate) struct Coerce<'a> {
    pub(crate) ignored: &'a mut Vec<String>,
}

impl Coerce<'_> {
    /// The canonical form of a value, or `None` where it says "unassigned": null, "", [] and {} (section 2.5).
    pub(crate) fn attribute(&mut self, attribute: &Attribute, value: &Value, at: &str) -> Result<Option<Value>> {
        if !attribute.multi_valued {
            return self.single(attribute, value, at);
        }
        let values = self.elements(attribute, value, at)?;
        Ok(if values.is_empty() { None } else { Some(Value::Array(values)) })
    }

    /// The elements of a multi-valued attribute. One value stands for an array of one.
    ///
    /// RFC 7643 section 2.4: "The primary attribute value 'true' MUST appear no more than once."
    pub(crate) fn elements(&mut self, attribute: &Attribute, value: &Value, at: &str) -> Result<Vec<Value>> {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.extend(self.single(attribute, item, at)?);
        }
        dedupe(&mut values);
        if has_primary(attribute) && values.iter().filter(|value| super::is_primary(value)).count() > 1 {
            return Err(ScimError::invalid_value(format!(
                "\"{at}\" has several values with \"primary\": true, at most one may be primary: mark one"
            )));
        }
        Ok(values)
    }

    /// One value, of an attribute or of an element.
    pub(crate) fn single(&mut self, attribute: &Attribute, value: &Value, at: &str) -> Result<Option<Value>> {
        if json::is_unassigned(value) {
            return Ok(None);
        }
        if attribute.is_complex() {
            return self.complex(attribute, value, at);
        }
        simple(attribute, value, at).map(Some)
    }

    fn complex(&mut self, attribute: &Attribute, value: &Value, at: &str) -> Result<Option<Value>> {
        let map = match value {
            Value::Object(map) => map,
            // Entra sends a manager in an array of one.
            Value::Array(items) if items.len() == 1 && !attribute.multi_valued => {
                return self.single(attribute, &items[0], at);
            }
            Value::String(_) if attribute.sub_attribute("value").is_some() => {
                return self.complex(attribute, &Value::Object(Map::from_iter([("value".into(), value.clone())])), at);
            }
            other => return Err(wrong(at, "an object of sub-attributes", other)),
        };
        let mut canonical = Map::new();
        let mut emptied = false;
        for (key, value) in map {
            let Some(sub) = attribute.sub_attribute(key) else {
                self.ignored.push(format!("{at}.{key}"));
                continue;
            };
            if sub.mutability == Mutability::ReadOnly {
                continue;
            }
            match self.attribute(sub, value, &format!("{at}.{}", sub.name))? {
                Some(value) => drop(canonical.insert(sub.name.clone(), value)),
                None => emptied = true,
            }
        }
        let labelled = attribute.multi_valued || attribute.sub_attribute("value").is_some();
        let nothing = canonical.is_empty() || (emptied && labelled && is_label_only(&canonical));
        Ok(if nothing { None } else { Some(Value::Object(canonical)) })
    }
}

/// Whether an element has labels and nothing that they would label.
pub(crate) fn is_label_only(element: &Map<String, Value>) -> bool {
    element.keys().all(|key| matches!(key.as_str(), "type" | "primary" | "$ref"))
}

fn simple(attribute: &Attribute, value: &Value, at: &str) -> Result<Value> {
    match attribute.kind {
        AttributeType::Boolean => {
            json::as_bool(value).map(Value::Bool).ok_or_else(|| wrong(at, "true or false", value))
        }
        AttributeType::Integer => integer(value).ok_or_else(|| wrong(at, "a number without a fraction", value)),
        AttributeType::Decimal => {
            if value.is_number() {
                Ok(value.clone())
            } else {
                Err(wrong(at, "a number", value))
            }
        }
        AttributeType::DateTime => match value.as_str().and_then(parse_date_time) {
            Some(_) => Ok(value.clone()),
            None => Err(wrong(at, "a date and time such as \"2026-01-31T08:00:00Z\"", value)),
        },
        AttributeType::Binary => match value.as_str() {
            Some(text) if is_base64(text) => Ok(value.clone()),
            _ => Err(wrong(at, "base64", value)),
        },
        AttributeType::String | AttributeType::Reference | AttributeType::Complex => match value.as_str() {
            Some(text) => Ok(nfc(text).into()),
            // A password in the wrong form is still a password: errors are logged and shown.
            None if attribute.mutability == Mutability::WriteOnly => {
                Err(ScimError::invalid_value(format!("\"{at}\" must be a string")))
            }
            None => Err(wrong(at, "a string", value)),
        },
    }
}

fn integer(value: &Value) -> Option<Value> {
    // Beyond 2^53 a float has no fraction to speak of, nor the digits that were meant.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.is_i64() || value.is_u64() {
        return Some(value.clone());
    }
    let float = value.as_f64()?;
    #[allow(clippy::cast_possible_truncation)]
    (float.fract() == 0.0 && float.abs() <= EXACT).then(|| Value::from(float as i64))
}

/// RFC 7643 section 2.3.6: base64 or base64url, padded or not; line breaks are usual in certificates.
fn is_base64(text: &str) -> bool {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    [&STANDARD, &URL_SAFE].into_iter().any(|alphabet| GeneralPurpose::new(alphabet, config).decode(&packed).is_ok())
}

fn wrong(at: &str, expected: &str, found: &Value) -> ScimError {
    ScimError::invalid_value(format!("\"{at}\" must be {expected}, not {}", json::show(found)))
}
