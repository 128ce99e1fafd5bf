//! POST, PUT and PATCH in words.

use muster_scim::members::{MemberChange, Step, read_members};
use muster_scim::patch::{Op, Operation, PatchRequest};
use muster_scim::path::Path;
use serde_json::{Map, Value};

use super::{Facts, Kind};

/// How many attributes are named; more are counted.
const NAMED: usize = 3;

pub(super) fn create(kind: Kind, facts: &Facts<'_>) -> String {
    let made = match (kind, facts.request.and_then(|body| kind.name_in(body))) {
        (Kind::User, Some(name)) => format!("create {name}"),
        (Kind::Group, Some(name)) => format!("create the group {name}"),
        (_, None) => format!("create {}", kind.words().0),
    };
    made + &with_members(kind, facts)
}

pub(super) fn replace(kind: Kind, facts: &Facts<'_>) -> String {
    let verb = match facts.request.and_then(|body| truth(body.get("active")?)) {
        Some(false) if kind == Kind::User => "replace and deactivate",
        _ => "replace",
    };
    format!("{verb} {}{}", facts.noun(kind), with_members(kind, facts))
}

fn with_members(kind: Kind, facts: &Facts<'_>) -> String {
    let sent = facts.request.filter(|_| kind == Kind::Group).map(read_members);
    match sent {
        Some(Ok(Some(members))) if !members.is_empty() => format!(" with {}", count(members.len(), facts)),
        _ => String::new(),
    }
}

pub(super) fn patch(kind: Kind, facts: &Facts<'_>) -> String {
    let noun = facts.noun(kind);
    let Some(Ok(request)) = facts.request.map(PatchRequest::parse) else { return format!("change {noun}") };
    let steps = match kind {
        Kind::User => Ok(vec![Step::Document(request)]),
        Kind::Group => request.split_members(),
    };
    let Ok(steps) = steps else { return format!("change {noun}") };
    let mut told = Vec::new();
    let mut attributes = Attributes::default();
    for step in &steps {
        match step {
            Step::Document(request) => request.operations.iter().for_each(|operation| attributes.note(operation)),
            Step::Members(change) => told.push(members(change, facts)),
        }
    }
    told.extend(attributes.told(&noun));
    if told.is_empty() { format!("change nothing of {noun}") } else { told.join("; ") }
}

/// "add 3 members to Engineering"
fn members(change: &MemberChange, facts: &Facts<'_>) -> String {
    let group = facts.name(Kind::Group).unwrap_or("a group");
    match change {
        MemberChange::Add(members) => format!("add {} to {group}", count(members.len(), facts)),
        MemberChange::Remove(ids) => format!("remove {} from {group}", count(ids.len(), facts)),
        MemberChange::RemoveWhere(_) => format!("remove the members that match a filter from {group}"),
        MemberChange::Clear => format!("remove all members from {group}"),
        MemberChange::Replace(members) => {
            format!("replace the members of {group} with {}", count(members.len(), facts))
        }
    }
}

fn count(members: usize, facts: &Facts<'_>) -> String {
    let least = if facts.cut { "at least " } else { "" };
    format!("{least}{members} member{}", if members == 1 { "" } else { "s" })
}

/// What the operations do to attributes, each named once.
#[derive(Default)]
struct Attributes {
    set: Vec<String>,
    cleared: Vec<String>,
    active: Option<bool>,
}

impl Attributes {
    fn note(&mut self, operation: &Operation) {
        let value = operation.value.as_ref().unwrap_or(&Value::Null);
        match (&operation.path, value) {
            (Some(path), Value::Object(map)) if path.schema.is_some() && is_extension(path) => self.note_all(map),
            (Some(path), _) if operation.op == Op::Remove => self.note_one(path, &Value::Null),
            (Some(path), value) => self.note_one(path, value),
            (None, Value::Object(map)) => self.note_all(map),
            (None, _) => {}
        }
    }

    fn note_all(&mut self, map: &Map<String, Value>) {
        for (key, value) in map {
            match (Path::parse(key), value) {
                (Ok(path), Value::Object(inner)) if is_extension(&path) => self.note_all(inner),
                (Ok(path), value) => self.note_one(&path, value),
                (Err(_), _) => {}
            }
        }
    }

    fn note_one(&mut self, path: &Path, value: &Value) {
        let name = &path.attribute;
        // A password is not kept, the others are not a client's to change.
        if ["password", "id", "schemas", "meta"].iter().any(|other| name.eq_ignore_ascii_case(other)) {
            return;
        }
        if let (true, Some(active)) = (name.eq_ignore_ascii_case("active"), truth(value)) {
            self.active = Some(active);
            return;
        }
        let empty = value.is_null() || value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty);
        let names = if empty { &mut self.cleared } else { &mut self.set };
        if !names.contains(name) {
            names.push(name.clone());
        }
    }

    fn told(self, noun: &str) -> Vec<String> {
        let active = self.active.map(|active| match active {
            true => format!("activate {noun}"),
            false => format!("deactivate {noun}"),
        });
        let of = |verb: &str, names: Vec<String>| {
            (!names.is_empty()).then(|| format!("{verb} {} of {noun}", enumerated(&names)))
        };
        [active, of("set", self.set), of("clear", self.cleared)].into_iter().flatten().collect()
    }
}

/// `urn:…:2.0:User`, a schema's name, reads as the attribute `User` of `urn:…:2.0`.
fn is_extension(path: &Path) -> bool {
    path.schema.as_ref().is_some_and(|schema| schema.ends_with(".0")) && path.sub.is_none()
}

/// "title, department and manager", or how many.
fn enumerated(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        [first @ .., last] if names.len() <= NAMED => format!("{} and {last}", first.join(", ")),
        _ => format!("{} attributes", names.len()),
    }
}

/// Entra sends "True" and "False".
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
