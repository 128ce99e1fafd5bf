//! A bulk request, read.

use std::collections::HashSet;

use serde_json::Value;

use super::{BULK_REQUEST_SCHEMA, BulkOperation, BulkRequest, Method};
use crate::{
    error::{Result, ScimError},
    json,
};

impl BulkRequest {
    /// Reads a request of at most `max_operations` (RFC 7644 section 3.7).
    ///
    /// # Errors
    /// `invalidSyntax` when the structure is wrong; `invalidValue` when a POST has no `bulkId`, a `bulkId` comes
    /// twice or a body is missing; 413 when there are too many operations (section 3.7.4).
    pub fn parse(body: &Value, max_operations: usize) -> Result<BulkRequest> {
        let Value::Object(map) = body else {
            return Err(ScimError::invalid_syntax(format!("the body must be a JSON object, not {}", json::show(body))));
        };
        let schemas = json::get(map, "schemas").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if !schemas.iter().filter_map(Value::as_str).any(|urn| urn.eq_ignore_ascii_case(BULK_REQUEST_SCHEMA)) {
            return Err(ScimError::invalid_syntax(format!(
                "\"schemas\" of a bulk request must hold \"{BULK_REQUEST_SCHEMA}\""
            )));
        }
        let Some(Value::Array(items)) = json::get(map, "Operations") else {
            return Err(ScimError::invalid_syntax("\"Operations\" of a bulk request must be an array"));
        };
        if items.len() > max_operations {
            return Err(ScimError::status(
                413,
                format!("the request has {} operations, at most {max_operations} are taken: send several", items.len()),
            ));
        }
        let fail_on_errors = match json::get(map, "failOnErrors") {
            None | Some(Value::Null) => None,
            Some(value) => Some(value.as_u64().ok_or_else(|| {
                ScimError::invalid_syntax(format!("\"failOnErrors\" must be a whole number, not {}", json::show(value)))
            })?),
        };
        let operations: Vec<_> =
            items.iter().enumerate().map(|(index, item)| operation(index, item)).collect::<Result<_>>()?;
        check_bulk_ids(&operations)?;
        Ok(BulkRequest { fail_on_errors, operations })
    }
}

fn operation(index: usize, item: &Value) -> Result<BulkOperation> {
    let at = format!("Operations[{index}]");
    let Value::Object(map) = item else {
        return Err(ScimError::invalid_syntax(format!("{at} must be a JSON object, not {}", json::show(item))));
    };
    let text = |key: &str| match json::get(map, key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => {
            Err(ScimError::invalid_syntax(format!("{at}.{key} must be a string, not {}", json::show(other))))
        }
    };
    let method = text("method")?.unwrap_or_default();
    let all = [Method::Post, Method::Put, Method::Patch, Method::Delete];
    let method = all.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(&method)).ok_or_else(|| {
        ScimError::invalid_syntax(format!("{at}.method is \"{method}\": it must be POST, PUT, PATCH or DELETE"))
    })?;
    let path = text("path")?.filter(|path| path.starts_with('/')).ok_or_else(|| {
        ScimError::invalid_syntax(format!("{at}.path must be relative to the base URL, such as /Users"))
    })?;
    let operation = BulkOperation {
        method,
        bulk_id: text("bulkId")?,
        version: text("version")?,
        path,
        data: json::get(map, "data").cloned(),
    };
    // Section 3.7: "bulkId ... REQUIRED when method is POST", "data ... REQUIRED when method is POST, PUT, or PATCH".
    if method == Method::Post && operation.bulk_id.as_ref().is_none_or(String::is_empty) {
        return Err(ScimError::invalid_value(format!("{at}: a POST needs a \"bulkId\"")));
    }
    if method != Method::Delete && operation.data.as_ref().is_none_or(Value::is_null) {
        return Err(ScimError::invalid_value(format!("{at}: a {} needs \"data\"", method.as_str())));
    }
    Ok(operation)
}

fn check_bulk_ids(operations: &[BulkOperation]) -> Result<()> {
    let mut seen = HashSet::new();
    let posts = operations.iter().filter(|operation| operation.method == Method::Post);
    match posts.filter_map(|operation| operation.bulk_id.as_deref()).find(|id| !seen.insert(*id)) {
        Some(twice) => Err(ScimError::invalid_value(format!("the bulkId \"{twice}\" is used twice: make it unique"))),
        None => Ok(()),
    }
}
