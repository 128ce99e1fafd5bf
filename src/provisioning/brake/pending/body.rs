//! What a body says, and what of it is kept.

use serde_json::Value;

/// The body without any password. Nothing is lost by that: a directory's passwords are kept nowhere.
pub(super) fn without_passwords(body: &Value) -> Value {
    match body {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| !is_named(key, "password"));
            kept.map(|(key, value)| (key.clone(), without_passwords(value))).collect()
        }
        Value::Array(items) => items
            .iter()
            .filter(|item| !path_of(item).is_some_and(|path| is_named(path, "password")))
            .map(without_passwords)
            .collect(),
        other => other.clone(),
    }
}

/// Whether a user's document, or a PATCH of it, says if the person is active.
pub(super) fn speaks_of_active(body: &Value) -> bool {
    let Value::Object(map) = body else { return false };
    map.iter().any(|(key, value)| match value {
        Value::Array(operations) if key.eq_ignore_ascii_case("Operations") => operations.iter().any(sets_active),
        // An attribute of the core may stand under the core's URN.
        Value::Object(_) if key.to_ascii_lowercase().starts_with("urn:") => speaks_of_active(value),
        _ => is_named(key, "active"),
    })
}

fn sets_active(operation: &Value) -> bool {
    match path_of(operation) {
        Some(path) => is_named(path, "active"),
        None => operation
            .as_object()
            .into_iter()
            .flatten()
            .any(|(key, value)| key.eq_ignore_ascii_case("value") && speaks_of_active(value)),
    }
}

/// The attribute's name stands at the end of a URN, or alone.
fn is_named(key: &str, name: &str) -> bool {
    key.rsplit(':').next().is_some_and(|last| last.trim().eq_ignore_ascii_case(name))
}

fn path_of(operation: &Value) -> Option<&str> {
    operation.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case("path"))?.1.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_password_is_kept_in_no_form() {
        let urn = "urn:ietf:params:scim:schemas:core:2.0:User";
        let bodies = [
            json!({ "userName": "ada", "password": "s3cret" }),
            json!({ "userName": "ada", "PassWord": ["s3cret"] }),
            json!({ "userName": "ada", format!("{urn}:password"): "s3cret" }),
            json!({ "userName": "ada", urn: { "password": "s3cret" } }),
            json!({ "Operations": [
                { "op": "replace", "path": "active", "value": false },
                { "op": "replace", "path": "password", "value": "s3cret" },
                { "op": "replace", "Path": format!("{urn}:password"), "value": "s3cret" },
                { "op": "replace", "value": { "password": "s3cret", "title": "x" } },
            ] }),
        ];
        for body in bodies {
            let kept = without_passwords(&body).to_string();
            assert!(!kept.contains("s3cret"), "{kept}");
            assert!(kept.contains("ada") || kept.contains("\"title\":\"x\""), "the rest is kept: {kept}");
        }
    }

    #[test]
    fn what_has_no_password_is_kept_as_it_is() {
        let body = json!({ "Operations": [{ "op": "remove", "path": "members[value eq \"1\"]" }, { "op": "add", "value": { "a": [1, null] } }] });
        assert_eq!(without_passwords(&body), body);
    }

    #[test]
    fn every_way_of_speaking_of_active_is_understood() {
        let urn = "urn:ietf:params:scim:schemas:core:2.0:User";
        for body in [
            json!({ "userName": "ada", "active": true }),
            json!({ "userName": "ada", "Active": "False" }),
            json!({ format!("{urn}:active"): true }),
            json!({ urn: { "active": true } }),
            json!({ "Operations": [{ "op": "Replace", "path": "active", "value": "True" }] }),
            json!({ "operations": [{ "op": "add", "value": { "active": true } }] }),
            json!({ "Operations": [{ "op": "add", "path": format!("{urn}:active"), "value": true }] }),
        ] {
            assert!(speaks_of_active(&body), "{body}");
        }
        for body in [
            json!({ "userName": "active" }),
            json!({ "Operations": [{ "op": "replace", "path": "title", "value": "active" }] }),
            json!({ "Operations": [{ "op": "replace", "path": "emails[type eq \"active\"].value", "value": "a@x" }] }),
            json!(null),
        ] {
            assert!(!speaks_of_active(&body), "{body}");
        }
    }
}
