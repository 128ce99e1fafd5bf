//! A query sent by POST to `/.search` (RFC 7644 section 3.4.3).

use serde_json::Value;

use super::{ListRequest, SEARCH_REQUEST_SCHEMA};
use crate::{
    error::{Result, ScimError},
    json,
};

/// The body of `POST /.search` (RFC 7644 section 3.4.3): a [`ListRequest`] in JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest(pub ListRequest);

impl SearchRequest {
    /// Reads the body (RFC 7644 section 3.4.3). Names may come in any case; `attributes` may be an array or a string.
    ///
    /// # Errors
    /// `invalidSyntax` when it is no object or `schemas` names something else; otherwise as
    /// [`ListRequest::from_pairs`]:
    /// `invalidValue`, `invalidCount`, `invalidFilter` and `invalidPath`.
    pub fn parse(body: &Value) -> Result<Self> {
        let Value::Object(map) = body else {
            return Err(ScimError::invalid_syntax(format!("the body must be a JSON object, not {}", json::show(body))));
        };
        let schemas = json::get(map, "schemas").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if !schemas.iter().filter_map(Value::as_str).any(|urn| urn.eq_ignore_ascii_case(SEARCH_REQUEST_SCHEMA)) {
            return Err(ScimError::invalid_syntax(format!(
                "\"schemas\" of a search must hold \"{SEARCH_REQUEST_SCHEMA}\""
            )));
        }
        let mut pairs = Vec::with_capacity(map.len());
        for (name, value) in
            map.iter().filter(|(name, value)| !name.eq_ignore_ascii_case("schemas") && !value.is_null())
        {
            pairs.push((name.as_str(), text(name, value)?));
        }
        ListRequest::from_pairs(pairs).map(Self)
    }
}

/// A value as it would stand in a query string.
fn text(name: &str, value: &Value) -> Result<String> {
    let wrong = || ScimError::invalid_value(format!("\"{name}\" of a search cannot be {}", json::show(value)));
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Array(items) => {
            let names: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
            names.map(|names| names.join(",")).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}
