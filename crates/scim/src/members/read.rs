//! Members out of JSON.

use std::collections::HashSet;

use serde_json::Value;

use super::Member;
use crate::{
    error::{Result, ScimError},
    json,
    path::AttrPath,
    schema::GROUP,
};

/// The members in the body of a POST or PUT, each once, in order. `None` when the body does not speak of members:
/// a PUT then clears them by RFC 7644 section 3.5.1, and a server may rather leave them.
///
/// # Errors
/// `invalidValue` when a member has no `value` or a `type` that is neither User nor Group.
pub fn read_members(body: &Value) -> Result<Option<Vec<Member>>> {
    let Value::Object(map) = body else { return Ok(None) };
    let is_members = |key: &str| AttrPath::parse(key).is_ok_and(|path| path.sub.is_none() && path.is(GROUP, "members"));
    // Some clients put core attributes under the core schema's URN, as those of an extension.
    let nested = map.iter().find(|(key, value)| key.eq_ignore_ascii_case(GROUP) && value.is_object());
    let inner = nested.and_then(|(_, value)| value.as_object()).into_iter().flatten();
    match map.iter().chain(inner).find(|(key, _)| is_members(key)) {
        Some((_, value)) => members(value).map(Some),
        None => Ok(None),
    }
}

/// One member or an array of them, each once, in order.
pub(super) fn members(value: &Value) -> Result<Vec<Member>> {
    let items = match value {
        Value::Null => return Ok(Vec::new()),
        Value::String(text) if text.is_empty() => return Ok(Vec::new()),
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut seen = HashSet::with_capacity(items.len());
    let mut members = Vec::with_capacity(items.len());
    for item in items {
        let member = member(item)?;
        if seen.insert(member.value.clone()) {
            members.push(member);
        }
    }
    Ok(members)
}

fn member(item: &Value) -> Result<Member> {
    let map = match item {
        Value::String(value) if !value.is_empty() => {
            return Ok(Member { value: value.clone(), kind: None, display: None });
        }
        Value::Object(map) => map,
        other => return Err(no_value(other)),
    };
    let text = |name: &str| json::get(map, name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let value = text("value").ok_or_else(|| no_value(item))?.to_owned();
    let kind = match text("type") {
        None => None,
        Some(kind) if kind.eq_ignore_ascii_case("User") => Some("User".to_owned()),
        Some(kind) if kind.eq_ignore_ascii_case("Group") => Some("Group".to_owned()),
        Some(kind) => {
            return Err(ScimError::invalid_value(format!(
                "the member \"{value}\" has the type \"{kind}\": it must be User or Group, or be left out"
            )));
        }
    };
    Ok(Member { value, kind, display: text("display").map(str::to_owned) })
}

fn no_value(item: &Value) -> ScimError {
    ScimError::invalid_value(format!(
        "the member {} has no \"value\": send the id of a user or group that was provisioned before",
        json::show(item)
    ))
}
