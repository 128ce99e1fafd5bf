//! The body of a PATCH, read.

use serde_json::Value;

use super::{MAX_OPERATIONS, Op, Operation, PATCH_OP_SCHEMA, PatchRequest};
use crate::{
    error::{Result, ScimError},
    json,
    path::Path,
};

impl PatchRequest {
    /// Reads a request (RFC 7644 section 3.5.2). Names, operations and the schema's URN may come in any case.
    ///
    /// # Errors
    /// `invalidSyntax` when the structure is wrong; `invalidPath` or `invalidFilter` for a path; `invalidValue` when
    /// an add or replace has no value; `noTarget` when a remove has no path (section 3.5.2.2); 413 over
    /// [`MAX_OPERATIONS`].
    pub fn parse(body: &Value) -> Result<PatchRequest> {
        let Value::Object(map) = body else {
            return Err(ScimError::invalid_syntax(format!("the body must be a JSON object, not {}", json::show(body))));
        };
        let schemas = json::get(map, "schemas").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if !schemas.iter().filter_map(Value::as_str).any(|urn| urn.eq_ignore_ascii_case(PATCH_OP_SCHEMA)) {
            return Err(ScimError::invalid_syntax(format!("\"schemas\" of a PATCH must hold \"{PATCH_OP_SCHEMA}\"")));
        }
        let operations = match json::get(map, "Operations") {
            Some(Value::Array(operations)) if !operations.is_empty() => operations,
            _ => {
                return Err(ScimError::invalid_syntax(
                    "\"Operations\" of a PATCH must be an array of at least one operation",
                ));
            }
        };
        if operations.len() > MAX_OPERATIONS {
            return Err(ScimError::status(
                413,
                format!(
                    "the PATCH has {} operations, at most {MAX_OPERATIONS} are taken: send several",
                    operations.len()
                ),
            ));
        }
        let operations = operations.iter().enumerate().map(|(index, value)| operation(index, value));
        Ok(PatchRequest { operations: operations.collect::<Result<_>>()? })
    }
}

fn operation(index: usize, value: &Value) -> Result<Operation> {
    let at = format!("Operations[{index}]");
    let Value::Object(map) = value else {
        return Err(ScimError::invalid_syntax(format!("{at} must be a JSON object, not {}", json::show(value))));
    };
    let op = match json::get(map, "op") {
        Some(Value::String(op)) if op.eq_ignore_ascii_case("add") => Op::Add,
        Some(Value::String(op)) if op.eq_ignore_ascii_case("remove") => Op::Remove,
        Some(Value::String(op)) if op.eq_ignore_ascii_case("replace") => Op::Replace,
        other => {
            let found = other.map_or_else(|| "missing".to_owned(), json::show);
            return Err(ScimError::invalid_syntax(format!("{at}.op is {found}: it must be add, remove or replace")));
        }
    };
    let path = match json::get(map, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(Path::parse(text)?),
        Some(other) => {
            return Err(ScimError::invalid_path(format!("{at}.path must be a string, not {}", json::show(other))));
        }
    };
    let value = json::get(map, "value").cloned();
    let operation = Operation { op, path, value };
    operation.check(&at)?;
    Ok(operation)
}

impl Operation {
    /// What sections 3.5.2.1 to 3.5.2.3 ask of an operation before it meets a resource.
    fn check(&self, at: &str) -> Result<()> {
        match (self.op, &self.path, &self.value) {
            (Op::Remove, None, _) => {
                Err(ScimError::no_target(format!("{at}: a remove needs a \"path\" that says what to remove")))
            }
            (Op::Remove, ..) => Ok(()),
            (_, _, None) => Err(ScimError::invalid_value(format!("{at}: an add or replace needs a \"value\""))),
            (_, None, Some(value)) if !value.is_object() => Err(ScimError::invalid_value(format!(
                "{at}: without a \"path\", \"value\" must be an object of attributes, not {}",
                json::show(value)
            ))),
            _ => Ok(()),
        }
    }
}
