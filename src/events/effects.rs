//! What an event did to people's roles, in words: "Mia gained Editor, lost nothing."

use serde_json::Value;

use super::Event;

/// One line for each thing it did; none where it moved nobody's roles.
pub fn effects(event: &Event) -> Vec<String> {
    let Some(after) = &event.after else { return Vec::new() };
    let mut lines = Vec::new();
    let (gained, lost) = (names(after.get("roles_gained")), names(after.get("roles_lost")));
    if !gained.is_empty() || !lost.is_empty() {
        lines.push(format!("{} gained {}, lost {}.", person(event), listed(&gained), listed(&lost)));
    }
    for (key, became) in [("level_gained", "is an admin now"), ("level_lost", "is no admin any more")] {
        if after.get(key).is_some() {
            lines.push(format!("{} {became}.", person(event)));
        }
    }
    for (key, one, many) in [
        ("roles_gained_by", "1 person gained a role", "people gained a role"),
        ("roles_lost_by", "1 person lost a role", "people lost a role"),
        ("level_gained_by", "1 person became an admin", "people became admins"),
        ("level_lost_by", "1 person is no admin any more", "people are no admins any more"),
    ] {
        lines.extend(after.get(key).and_then(|told| many_people(told, one, many)));
    }
    lines
}

/// Who it is about: the member of a group's event, else the subject.
fn person(event: &Event) -> &str {
    let sides = [&event.after, &event.before];
    let member = sides.into_iter().flatten().find_map(|side| side.get("member")?.get("name")?.as_str());
    member.unwrap_or(&event.subject_name)
}

/// "12 people lost a role: Ada (Editor), Bob (Editor, Viewer) and 10 more."
fn many_people(told: &Value, one: &str, many: &str) -> Option<String> {
    let people = told.get("people")?.as_u64()?;
    let named: Vec<String> = told.get("first")?.as_array()?.iter().map(named).collect();
    let count = if people == 1 { one.to_string() } else { format!("{people} {many}") };
    let more = people.saturating_sub(named.len() as u64);
    let and_more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("{count}: {}{and_more}.", named.join(", ")))
}

fn named(person: &Value) -> String {
    let name = person.get("name").and_then(Value::as_str).unwrap_or("somebody");
    match names(person.get("roles")).as_slice() {
        [] => name.to_string(),
        roles => format!("{name} ({})", roles.join(", ")),
    }
}

fn names(roles: Option<&Value>) -> Vec<&str> {
    let roles = roles.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    roles.iter().filter_map(|role| role.get("name")?.as_str()).collect()
}

/// "Editor", "Editor and Viewer", "Author, Editor and Viewer"; "nothing".
fn listed(names: &[&str]) -> String {
    match names {
        [] => "nothing".to_string(),
        [one] => (*one).to_string(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::EventId;
    use crate::time::Timestamp;
    use serde_json::json;

    fn told(before: Option<Value>, after: Value) -> Vec<String> {
        effects(&Event {
            id: EventId::new(),
            kind: "group.member_removed".into(),
            at: Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap(),
            actor_kind: "directory".into(),
            actor_id: None,
            actor_name: "Acme Okta".into(),
            subject_kind: "group".into(),
            subject_id: String::new(),
            subject_name: "Engineering".into(),
            before,
            after: Some(after),
        })
    }

    #[test]
    fn one_person_is_told_by_name() {
        let mia = Some(json!({ "member": { "name": "Mia" } }));
        let roles = json!({ "roles_gained": [{ "name": "Editor" }], "level_gained": "admin" });
        assert_eq!(told(mia.clone(), roles), ["Mia gained Editor, lost nothing.", "Mia is an admin now."]);
        let lost = json!({ "roles_lost": [{ "name": "Author" }, { "name": "Editor" }] });
        assert_eq!(told(mia, lost), ["Mia gained nothing, lost Author and Editor."]);
        assert_eq!(told(None, json!({ "member": { "name": "Mia" } })), [] as [&str; 0]);
    }

    #[test]
    fn many_people_are_counted_and_the_first_are_named() {
        let first = json!([{ "name": "Ada", "roles": [{ "name": "Editor" }] }, { "name": "Bob", "roles": [{ "name": "Editor" }] }]);
        let lost = json!({ "roles_lost_by": { "people": 12, "first": first } });
        assert_eq!(told(None, lost), ["12 people lost a role: Ada (Editor), Bob (Editor) and 10 more."]);
    }
}
