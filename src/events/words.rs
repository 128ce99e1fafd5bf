//! An event as a sentence: "Acme Okta added Ada Lovelace to Engineering".

use serde_json::Value;

use super::Event;

/// What happened, in words. A kind that is not known here is spelled out from its own name.
pub fn sentence(event: &Event) -> String {
    let (actor, subject) = (&event.actor_name, &event.subject_name);
    match event.kind.as_str() {
        "organization.created" => format!("{actor} set up {subject}"),
        "user.created" if event.actor_kind == "directory" => format!("{actor} sent {subject}"),
        "user.created" | "group.created" | "role.created" | "connection.created" => format!("{actor} added {subject}"),
        "user.updated" | "group.updated" | "role.updated" | "connection.updated" => {
            format!("{actor} changed {}{subject}", changed_fields(event))
        }
        "user.deleted" | "group.deleted" | "role.deleted" | "connection.deleted" => {
            format!("{actor} deleted {subject}")
        }
        "user.deactivated" => format!("{actor} deactivated {subject}"),
        "user.reactivated" | "user.activated" => format!("{actor} reactivated {subject}"),
        "user.adopted" => format!("{actor} took over {subject}"),
        "user.suspended" => match text(&event.after, "reason") {
            Some(reason) => format!("{actor} suspended {subject}: “{reason}”"),
            None => format!("{actor} suspended {subject}"),
        },
        "user.suspension_lifted" => format!("{actor} lifted the suspension of {subject}"),
        "user.level_changed" => match text(&event.after, "level") {
            Some("member") => format!("{actor} made {subject} a member"),
            Some(level) => format!("{actor} made {subject} an {level}"),
            None => format!("{actor} changed the level of {subject}"),
        },
        "user.signed_in" | "session.started" => format!("{subject} signed in"),
        "user.signed_out" | "session.ended" => format!("{subject} signed out"),
        "group.renamed" => match text(&event.before, "display_name") {
            Some(former) => format!("{actor} renamed {former} to {subject}"),
            None => format!("{actor} renamed {subject}"),
        },
        "group.member_added" | "group.members_added" => format!("{actor} added {} to {subject}", members(&event.after)),
        "group.member_removed" | "group.members_removed" => {
            format!("{actor} removed {} from {subject}", members(&event.before))
        }
        "group.role_attached" => format!("{actor} gave {subject} the role {}", role(&event.after)),
        "group.role_detached" => format!("{actor} took the role {} from {subject}", role(&event.before)),
        other => spelled_out(other, actor, subject),
    }
}

/// "connection.token_rotated" → "Ada: connection token rotated, Acme Okta".
fn spelled_out(kind: &str, actor: &str, subject: &str) -> String {
    format!("{actor}: {}, {subject}", kind.replace(['.', '_'], " "))
}

/// "title and department of " for the fields that the event names; nothing where it names none or many.
fn changed_fields(event: &Event) -> String {
    let Some(Value::Object(after)) = &event.after else {
        return String::new();
    };
    let fields: Vec<String> = after.keys().map(|field| field.replace('_', " ")).collect();
    match fields.as_slice() {
        [] => String::new(),
        [one] => format!("{one} of "),
        [first, second] => format!("{first} and {second} of "),
        _ => String::new(),
    }
}

fn text<'a>(value: &'a Option<Value>, field: &str) -> Option<&'a str> {
    value.as_ref()?.get(field)?.as_str().filter(|text| !text.is_empty())
}

fn role(value: &Option<Value>) -> &str {
    value.as_ref().and_then(|value| value.get("role")).and_then(name).unwrap_or("that was deleted")
}

/// One member by name, more by their number.
fn members(value: &Option<Value>) -> String {
    let Some(value) = value else {
        return "a member".to_string();
    };
    if let Some(name) = value.get("member").and_then(name) {
        return name.to_string();
    }
    match value.get("members").and_then(Value::as_array).map(Vec::as_slice) {
        Some([one]) => name(one).unwrap_or("a member").to_string(),
        Some(many) => format!("{} members", many.len()),
        None => "a member".to_string(),
    }
}

/// `"Ada"` or `{"name": "Ada"}`.
fn name(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("name")?.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::EventId;
    use crate::time::Timestamp;
    use serde_json::json;

    fn event(kind: &str, before: Option<Value>, after: Option<Value>) -> Event {
        Event {
            id: EventId::new(),
            kind: kind.into(),
            at: Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap(),
            actor_kind: "user".into(),
            actor_id: None,
            actor_name: "Grace".into(),
            subject_kind: "group".into(),
            subject_id: String::new(),
            subject_name: "Engineering".into(),
            before,
            after,
        }
    }

    fn said(kind: &str, before: Option<Value>, after: Option<Value>) -> String {
        sentence(&event(kind, before, after))
    }

    #[test]
    fn memberships_name_the_member_or_count_them() {
        let one = Some(json!({ "member": { "id": "1", "name": "Ada Lovelace" } }));
        assert_eq!(said("group.member_added", None, one.clone()), "Grace added Ada Lovelace to Engineering");
        assert_eq!(said("group.member_removed", one, None), "Grace removed Ada Lovelace from Engineering");
        let many = Some(json!({ "members": [{ "name": "Ada" }, { "name": "Bob" }] }));
        assert_eq!(said("group.members_added", None, many), "Grace added 2 members to Engineering");
    }

    #[test]
    fn roles_and_levels_are_named() {
        let role = Some(json!({ "role": { "id": "1", "key": "editor", "name": "Editor" } }));
        assert_eq!(said("group.role_attached", None, role.clone()), "Grace gave Engineering the role Editor");
        assert_eq!(said("group.role_detached", role, None), "Grace took the role Editor from Engineering");
        assert_eq!(
            said("user.level_changed", None, Some(json!({ "level": "owner" }))),
            "Grace made Engineering an owner"
        );
    }

    #[test]
    fn changes_name_up_to_two_fields() {
        let after = |fields: Value| Some(fields);
        assert_eq!(said("role.updated", None, after(json!({ "name": "x" }))), "Grace changed name of Engineering");
        assert_eq!(said("role.updated", None, after(json!({ "a": 1, "b": 2, "c": 3 }))), "Grace changed Engineering");
    }

    #[test]
    fn an_unknown_kind_is_spelled_out() {
        assert_eq!(said("connection.token_rotated", None, None), "Grace: connection token rotated, Engineering");
    }
}
