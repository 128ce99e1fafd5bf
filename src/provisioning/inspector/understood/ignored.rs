//! What was sent and not taken: keys that no schema knows, what is read-only, passwords.

use muster_scim::Document;
use muster_scim::members::Step;
use muster_scim::patch::{self, PatchOptions, PatchRequest};
use muster_scim::schema::Mutability;
use serde_json::{Map, Value, json};

use super::{Facts, Kind};

/// The names, each once, in the order in which they were sent.
pub(super) fn ignored(kind: Kind, facts: &Facts<'_>) -> Vec<String> {
    let Some(Value::Object(body)) = facts.request else { return Vec::new() };
    let mut names = match facts.method {
        "POST" | "PUT" => of_document(kind, body),
        "PATCH" => of_patch(kind, facts),
        _ => Vec::new(),
    };
    let mut seen = Vec::new();
    names.retain(|name| {
        let new = !seen.contains(name);
        seen.push(name.clone());
        new
    });
    names
}

fn of_document(kind: Kind, body: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<String> = body.iter().filter(|(key, value)| is_untaken(kind, key, value)).map(key_of).collect();
    // Members travel beside the document: there may be many.
    let document: Map<_, _> = body.iter().filter(|(key, _)| !key.ends_with("members")).map(owned).collect();
    if let Ok(incoming) = kind.resource_type().read(&document.into()) {
        names.extend(incoming.ignored);
    }
    names
}

fn of_patch(kind: Kind, facts: &Facts<'_>) -> Vec<String> {
    let Some(Ok(request)) = facts.request.map(PatchRequest::parse) else { return Vec::new() };
    let mut names = Vec::new();
    for operation in &request.operations {
        match (&operation.path, &operation.value) {
            (Some(path), Some(value)) if is_untaken(kind, &path.attribute, value) => names.push(path.to_string()),
            (None, Some(Value::Object(map))) => {
                names.extend(map.iter().filter(|(key, value)| is_untaken(kind, key, value)).map(key_of));
            }
            _ => {}
        }
    }
    let steps = match kind {
        Kind::User => vec![Step::Document(request)],
        Kind::Group => request.split_members().unwrap_or_default(),
    };
    // Done once more to what it came to: that tells the keys again, whatever else it changes.
    let document = document(kind, facts);
    for step in steps {
        if let Step::Document(request) = step
            && let Ok(patched) = patch::apply(kind.resource_type(), &document, &request, &PatchOptions::default())
        {
            names.extend(patched.ignored);
        }
    }
    names
}

/// The resource as it was answered, or one that has what every one must have.
fn document(kind: Kind, facts: &Facts<'_>) -> Document {
    match facts.response.filter(|_| facts.status < 300) {
        Some(Value::Object(resource)) if kind.name_in(facts.response.unwrap_or(&Value::Null)).is_some() => {
            resource.clone()
        }
        _ => Document::from_iter([(kind.naming().to_string(), json!("-"))]),
    }
}

/// A password, or a read-only attribute that is none of those which every resource is sent back with.
fn is_untaken(kind: Kind, key: &str, value: &Value) -> bool {
    let attribute = kind.resource_type().schema.attribute(key);
    let unassigned = value.is_null() || value.as_array().is_some_and(Vec::is_empty) || value.as_str() == Some("");
    let usual = ["id", "schemas", "meta"].iter().any(|usual| key.eq_ignore_ascii_case(usual));
    let not_taken = |mutability| matches!(mutability, Mutability::ReadOnly | Mutability::WriteOnly);
    !unassigned && !usual && attribute.is_some_and(|attribute| not_taken(attribute.mutability))
}

fn key_of((key, _): (&String, &Value)) -> String {
    key.clone()
}

fn owned((key, value): (&String, &Value)) -> (String, Value) {
    (key.clone(), value.clone())
}
