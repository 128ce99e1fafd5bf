//! A PATCH of a group, split into what concerns its document and what concerns its members.

use serde_json::{Map, Value};

use super::{MemberChange, Step, read::members};
use crate::{
    error::{Result, ScimError},
    filter::{CompareOp, CompareValue, Filter},
    json,
    patch::{Op, Operation, PatchRequest},
    path::Path,
    schema::GROUP,
};

impl PatchRequest {
    /// Splits the PATCH of a group (RFC 7644 section 3.5.2). The order of the operations is kept.
    ///
    /// `remove members[value eq "a" or value eq "b"]` and `remove members` with a `value` remove just those; an empty
    /// array removes nobody. Only `remove members` without value, and `replace members` by nothing, remove everybody.
    ///
    /// # Errors
    /// `invalidValue` for a member without `value`; `mutability` where a member would be changed in place, for its
    /// sub-attributes are immutable (RFC 7643 section 4.2); `invalidFilter` for a wrong filter on members.
    pub fn split_members(&self) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        for operation in &self.operations {
            match &operation.path {
                Some(path) if is_members(path) => {
                    steps.extend(change(operation.op, path, operation.value.as_ref())?.map(Step::Members));
                }
                // A value without path, or of the schema's URN, may speak of members among other things.
                path => match &operation.value {
                    Some(Value::Object(map)) if path.as_ref().is_none_or(is_group) => {
                        split_value(operation.op, map, &mut steps)?;
                    }
                    _ => push(&mut steps, operation.clone()),
                },
            }
        }
        Ok(steps)
    }
}

fn split_value(op: Op, map: &Map<String, Value>, steps: &mut Vec<Step>) -> Result<()> {
    let mut rest = Map::new();
    let mut changes = Vec::new();
    for (key, value) in map {
        match (Path::parse(key), value) {
            (Ok(path), _) if is_members(&path) => changes.extend(change(op, &path, Some(value))?.map(Step::Members)),
            (Ok(path), Value::Object(inner)) if is_group(&path) => split_value(op, inner, steps)?,
            _ => drop(rest.insert(key.clone(), value.clone())),
        }
    }
    if !rest.is_empty() {
        push(steps, Operation { op, path: None, value: Some(rest.into()) });
    }
    steps.extend(changes);
    Ok(())
}

/// Neighbouring operations on the document make one step.
fn push(steps: &mut Vec<Step>, operation: Operation) {
    match steps.last_mut() {
        Some(Step::Document(request)) => request.operations.push(operation),
        _ => steps.push(Step::Document(PatchRequest { operations: vec![operation] })),
    }
}

fn is_members(path: &Path) -> bool {
    path.attr_path().is(GROUP, "members")
}

fn is_group(path: &Path) -> bool {
    path.filter.is_none() && path.to_string().eq_ignore_ascii_case(GROUP)
}

fn change(op: Op, path: &Path, value: Option<&Value>) -> Result<Option<MemberChange>> {
    if path.sub.is_some() || (path.filter.is_some() && op != Op::Remove) {
        return Err(ScimError::mutability(format!(
            "\"{path}\" would change a member in place: remove the member and add another"
        )));
    }
    match (op, &path.filter, value) {
        (Op::Remove, Some(filter), _) => remove_matching(filter).map(Some),
        (Op::Remove, None, None | Some(Value::Null)) => Ok(Some(MemberChange::Clear)),
        (Op::Remove, None, Some(value)) => {
            let ids: Vec<_> = members(value)?.into_iter().map(|member| member.value).collect();
            Ok((!is_nobody(value)).then_some(MemberChange::Remove(ids)))
        }
        (_, _, None) => Err(ScimError::invalid_value(format!("an add or replace of \"{path}\" needs a \"value\""))),
        (Op::Add, _, Some(value)) => {
            let members = members(value)?;
            Ok((!is_nobody(value)).then_some(MemberChange::Add(members)))
        }
        (Op::Replace, _, Some(value)) if is_nobody(value) => Ok(Some(MemberChange::Clear)),
        (Op::Replace, _, Some(value)) => members(value).map(|members| Some(MemberChange::Replace(members))),
    }
}

/// `[]`, null and "". An array that holds something, be it wrong, is not nobody.
fn is_nobody(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        other => json::is_unassigned(other) && !other.is_object(),
    }
}

fn remove_matching(filter: &Filter) -> Result<MemberChange> {
    let group = crate::schema::Schema::group();
    if let Some(members) = group.attribute("members") {
        filter.check_elements(members)?;
    }
    let mut ids = Vec::new();
    Ok(if collect_ids(filter, &mut ids) {
        MemberChange::Remove(ids)
    } else {
        MemberChange::RemoveWhere(filter.clone())
    })
}

/// Whether the filter does nothing but list identifiers.
fn collect_ids(filter: &Filter, ids: &mut Vec<String>) -> bool {
    match filter {
        Filter::Or(left, right) => collect_ids(left, ids) && collect_ids(right, ids),
        Filter::Compare { path, op: CompareOp::Eq, value: CompareValue::String(id) } => {
            ids.push(id.clone());
            path.attribute.eq_ignore_ascii_case("value")
        }
        _ => false,
    }
}
