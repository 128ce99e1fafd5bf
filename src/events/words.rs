//! An event as a sentence: "Acme Okta added Ada Lovelace to Engineering".

use serde_json::Value;

use super::Event;

/// What happened, in words. A kind that is not known here is spelled out from its own name.
pub fn sentence(event: &Event) -> String {
    let (actor, subject) = (&event.actor_name, &event.subject_name);
    match event.kind.as_str() {
        "organization.created" => format!("{actor} set up {subject}"),
        "user.created" if event.actor_kind == "directory" => format!("{actor} sent {subject}"),
        "resource.created" => format!("{actor} sent {subject}"),
        "user.created" | "group.created" | "role.created" | "connection.created" => format!("{actor} added {subject}"),
        "group.updated" if text(&event.before, "displayName").is_some() => {
            format!("{actor} renamed {} to {subject}", text(&event.before, "displayName").unwrap_or_default())
        }
        "user.updated" | "group.updated" | "resource.updated" | "role.updated" | "connection.updated" => {
            format!("{actor} changed {}{subject}", changed_fields(event))
        }
        "user.deleted" | "group.deleted" | "resource.deleted" | "role.deleted" | "connection.deleted" => {
            format!("{actor} deleted {subject}")
        }
        "user.answerable_changed" => match name_of(&event.after, "answerable") {
            Some(person) if person == actor.as_str() => format!("{actor} answers for {subject} now"),
            Some(person) => format!("{actor} let {person} answer for {subject}"),
            None => format!("{actor} changed who answers for {subject}"),
        },
        "user.note_changed" => format!("{actor} changed the note about {subject}"),
        "user.alias_added" => format!("{actor} gave {subject} the alias {}", alias(&event.after)),
        "user.alias_removed" => format!("{actor} took the alias {} from {subject}", alias(&event.before)),
        "api_key.created" => format!("{actor} made the API key {} for {subject}", key(&event.after)),
        "api_key.revoked" => format!("{actor} revoked the API key {} of {subject}", key(&event.before)),
        "user.adoption_asked" => format!("{actor} asked to take over {subject}, who is local"),
        "user.adoption_confirmed" => format!("{actor} confirmed that {subject} may be taken over"),
        "user.adoption_declined" => format!("{actor} declined that {subject} is taken over"),
        "user.adopted" => format!("{actor} took over {subject}, who was local"),
        "user.taken_over" => format!("{actor} took over {subject}, who had come by signing in"),
        "user.released" => format!("{actor} released {subject}: local now"),
        "user.moved" => format!("{actor} moved {subject} to another connection"),
        "connection.people_moved" => {
            format!(
                "{actor} moved the people of {subject} to {}",
                name_of(&event.after, "to").unwrap_or("another connection")
            )
        }
        "group.released" => format!("{actor} released {subject}: local now"),
        "user.deactivated" => format!("{actor} deactivated {subject}"),
        "user.reactivated" => format!("{actor} reactivated {subject}"),
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
        "user.operator_made" => format!("{actor} made {subject} an operator of this installation"),
        "user.operator_unmade" => format!("{actor} made {subject} an operator no more"),
        "break_glass.refused" => {
            format!("{actor} was refused a change: {subject} is the last who gets in without an identity provider")
        }
        "invitation.created" => format!("{actor} made an invitation link for {subject}"),
        "password_link.created" => format!("{actor} made a link for {subject} to choose another password"),
        "password.changed" => format!("{subject} chose a new password"),
        "second_factor.enrolled" => format!("{subject} set up an authenticator app"),
        "second_factor.removed" => format!("{actor} took the authenticator app and recovery codes from {subject}"),
        "recovery_code.used" => format!("{subject} used a recovery code"),
        "recovery_codes.replaced" => format!("{subject} made new recovery codes"),
        "organization.sso_required_changed" => match event.after.as_ref().and_then(|after| after.get("sso_required")) {
            Some(Value::Bool(true)) => format!("{actor} required single sign-on at {subject}"),
            _ => format!("{actor} allowed passwords at {subject}"),
        },
        "sign_in.succeeded" => format!("{subject} signed in"),
        "sign_in.refused" if event.subject_kind == "user" => format!("{subject} was refused at sign-in"),
        "sign_in.refused" => format!("Somebody was refused at sign-in to {subject}"),
        "sign_in.slowed" => format!("Attempts to sign in to {subject} were slowed down: there were too many"),
        "keys.rotated" => format!("{actor} rotated the key that seals stored secrets"),
        "sign_in.ended_by_provider" => format!("{subject} was signed out by the identity provider"),
        "connection.key_rotated" => format!("{actor} made a new signing key for {subject}"),
        "connection.sign_in_changed" => format!("{actor} changed how people sign in through {subject}"),
        "connection.sync_changed" => format!("{actor} changed how the people of {subject} are synced"),
        "schema.added" => format!("{actor} added the schema {subject}"),
        "schema.replaced" => format!("{actor} replaced the schema {subject}"),
        "schema.removed" => format!("{actor} removed the schema {subject}"),
        "directory.settings_changed" => format!("{actor} changed how calls to {subject} are answered"),
        "brake.closed" => format!("The brake of {subject} closed: {} would have lost access", people(&event.after)),
        "brake.released" => format!("{actor} released what {subject} had asked: {} lost access", people(&event.after)),
        "brake.kept" => format!("{actor} kept {} whom {subject} wanted out", people(&event.before)),
        "brake.settings_changed" => format!("{actor} changed the limits of the brake of {subject}"),
        "directory.paused" => format!("{actor} paused provisioning through {subject}"),
        "directory.resumed" => format!("{actor} resumed provisioning through {subject}"),
        "directory.token_created" => format!("{actor} made a SCIM token for {subject}"),
        "directory.token_rotated" => format!("{actor} rotated a SCIM token of {subject}"),
        "directory.client_secret_created" => format!("{actor} made a client secret for {subject}"),
        "directory.client_secret_rotated" => format!("{actor} rotated a client secret of {subject}"),
        "directory.client_secret_revoked" => format!("{actor} revoked a client secret of {subject}"),
        "directory.federation_saved" => format!("{actor} set up workload identity federation for {subject}"),
        "directory.federation_removed" => format!("{actor} ended the workload identity federation of {subject}"),
        "directory.token_revoked" => format!("{actor} revoked a SCIM token of {subject}"),
        "identity.linked" => format!("{subject} may sign in through an identity provider now"),
        "identity.unlinked" => format!("{subject} may not sign in through an identity provider any more"),
        "identity.changed" => format!("The sign-in link of {subject} followed the externalId"),
        "identity.pinned" => format!("The sign-in link of {subject} was pinned"),
        "identity.waiting" => format!("A new sign-in link of {subject} waits for confirmation"),
        "identity.confirmed" => format!("{actor} confirmed the sign-in link of {subject}"),
        "identity.refused" => format!("The sign-in link of {subject} was not made"),
        "identity.linked_by_email" => format!("{subject} was linked to an identity provider by their e-mail address"),
        "domain.added" => format!("{actor} added the domain {subject}"),
        "domain.verified" => format!("{actor} verified the domain {subject}"),
        "domain.lost" => format!("The domain {subject} was lost: its record was gone at two daily checks"),
        "domain.removed" => format!("{actor} removed the domain {subject}"),
        "group.member_added" => format!("{actor} added {} to {subject}", member(&event.after)),
        "group.member_removed" => format!("{actor} removed {} from {subject}", member(&event.before)),
        "group.role_attached" => format!("{actor} gave {subject} the role {}", role(&event.after)),
        "group.role_detached" => format!("{actor} took the role {} from {subject}", role(&event.before)),
        "group.level_mapped" => format!("{actor} made everybody in {subject} an admin"),
        "group.level_released" => format!("{actor} ended that everybody in {subject} is an admin"),
        "role.extended" => format!("{actor} extended the role {} of {subject}", role(&event.after)),
        "role.expired" => format!("The role {} of {subject} ended by itself", role(&event.before)),
        "directory.groups_are_roles_changed" => {
            match event.after.as_ref().and_then(|after| after.get("groups_are_roles")) {
                Some(Value::Bool(true)) => format!("{actor} made every group that {subject} pushes a role"),
                _ => format!("{actor} ended that every group that {subject} pushes is a role"),
            }
        }
        "role.granted" if text(&event.after, "expires_at").is_some() => {
            let until = text(&event.after, "expires_at").map(minute).unwrap_or_default();
            format!("{actor} gave {subject} the role {} until {until}", role(&event.after))
        }
        "role.granted" => format!("{actor} gave {subject} the role {}", role(&event.after)),
        "role.revoked" => format!("{actor} took the role {} from {subject}", role(&event.before)),
        "organization.session_lifetimes_changed" => format!("{actor} changed how long sessions at {subject} last"),
        "session.ended" => format!("{actor} ended a session of {subject}"),
        "session.all_ended" => format!("{actor} signed {subject} out everywhere"),
        "cli.signed_in" => format!("{subject} signed in from a terminal on {}", device(&event.after)),
        "cli.signed_out" => format!("{subject} signed out in the terminal on {}", device(&event.before)),
        "cli.revoked" => format!("{actor} signed {subject} out in the terminal on {}", device(&event.before)),
        "cli.refused" => format!("A terminal was refused that wanted to sign in as {subject}"),
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
    // An extension is one field, whose name is a URN: no word for a sentence.
    let fields: Vec<String> = after.keys().map(|field| field.replace('_', " ")).collect();
    match fields.as_slice() {
        fields if fields.iter().any(|field| field.contains(':')) => String::new(),
        [one] => format!("{one} of "),
        [first, second] => format!("{first} and {second} of "),
        [] | [_, _, ..] => String::new(),
    }
}

fn text<'a>(value: &'a Option<Value>, field: &str) -> Option<&'a str> {
    value.as_ref()?.get(field)?.as_str().filter(|text| !text.is_empty())
}

/// "2026-12-24 18:00 UTC"
fn minute(at: &str) -> String {
    let at = at.get(..16).unwrap_or(at);
    format!("{} UTC", at.replace('T', " "))
}

fn device(value: &Option<Value>) -> &str {
    text(value, "device").unwrap_or("a computer")
}

/// "1 person", "43 people"
fn people(value: &Option<Value>) -> String {
    match value.as_ref().and_then(|value| value.get("people")?.as_i64()).unwrap_or_default() {
        1 => "1 person".to_string(),
        number => format!("{number} people"),
    }
}

fn role(value: &Option<Value>) -> &str {
    name_of(value, "role").unwrap_or("that was deleted")
}

fn key(value: &Option<Value>) -> &str {
    text(value, "name").unwrap_or("that is unknown")
}

/// "alice-admin in rdp"
fn alias(value: &Option<Value>) -> String {
    let part = |part: &str| value.as_ref()?.get("alias")?.get(part)?.as_str();
    match (part("alias"), part("set")) {
        (Some(alias), Some(set)) => format!("{alias} in {set}"),
        _ => "that is unknown".to_string(),
    }
}

fn member(value: &Option<Value>) -> &str {
    name_of(value, "member").unwrap_or("somebody")
}

/// `{"member": {"name": "Ada"}}`
fn name_of<'a>(value: &'a Option<Value>, field: &str) -> Option<&'a str> {
    value.as_ref()?.get(field)?.get("name")?.as_str()
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
    fn memberships_name_the_member() {
        let one = Some(json!({ "member": { "id": "1", "name": "Ada Lovelace" } }));
        assert_eq!(said("group.member_added", None, one.clone()), "Grace added Ada Lovelace to Engineering");
        assert_eq!(said("group.member_removed", one, None), "Grace removed Ada Lovelace from Engineering");
    }

    #[test]
    fn accounts_are_told_in_words() {
        let alias = Some(json!({ "alias": { "set": "rdp", "alias": "alice-admin", "origin": "hand" } }));
        assert_eq!(
            said("user.alias_added", None, alias.clone()),
            "Grace gave Engineering the alias alice-admin in rdp"
        );
        assert_eq!(said("user.alias_removed", alias, None), "Grace took the alias alice-admin in rdp from Engineering");
        let key = Some(json!({ "name": "Production" }));
        assert_eq!(said("api_key.created", None, key.clone()), "Grace made the API key Production for Engineering");
        assert_eq!(said("api_key.revoked", key, None), "Grace revoked the API key Production of Engineering");
        let answers = |name: &str| Some(json!({ "answerable": { "id": "1", "name": name } }));
        assert_eq!(said("user.answerable_changed", None, answers("Grace")), "Grace answers for Engineering now");
        assert_eq!(said("user.answerable_changed", None, answers("Ada")), "Grace let Ada answer for Engineering");
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
    fn ends_of_grants_are_told() {
        let until = json!({ "role": { "name": "Editor" }, "expires_at": "2026-12-24T18:00:00.000Z" });
        let told = said("role.granted", None, Some(until.clone()));
        assert_eq!(told, "Grace gave Engineering the role Editor until 2026-12-24 18:00 UTC");
        assert_eq!(said("role.expired", Some(until), None), "The role Editor of Engineering ended by itself");
        assert_eq!(said("group.level_mapped", None, None), "Grace made everybody in Engineering an admin");
    }

    #[test]
    fn changes_name_up_to_two_fields() {
        let changed = |before: Value, after: Value| said("group.updated", Some(before), Some(after));
        assert_eq!(changed(json!({}), json!({ "externalId": "x" })), "Grace changed externalId of Engineering");
        assert_eq!(changed(json!({}), json!({ "a": 1, "b": 2, "c": 3 })), "Grace changed Engineering");
        assert_eq!(changed(json!({}), json!({ "urn:x:User": {} })), "Grace changed Engineering");
        let (before, after) = (json!({ "displayName": "Makers" }), json!({ "displayName": "Engineering" }));
        assert_eq!(changed(before, after), "Grace renamed Makers to Engineering");
    }

    #[test]
    fn the_brake_speaks_in_numbers() {
        let people = |number: i64| Some(json!({ "people": number }));
        assert_eq!(
            said("brake.closed", None, people(41)),
            "The brake of Engineering closed: 41 people would have lost access"
        );
        assert_eq!(
            said("brake.released", None, people(1)),
            "Grace released what Engineering had asked: 1 person lost access"
        );
        assert_eq!(said("brake.kept", people(3), None), "Grace kept 3 people whom Engineering wanted out");
    }

    #[test]
    fn an_unknown_kind_is_spelled_out() {
        assert_eq!(said("connection.token_rotated", None, None), "Grace: connection token rotated, Engineering");
    }
}
