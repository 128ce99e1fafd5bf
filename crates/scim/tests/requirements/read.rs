use muster_scim::{error::ScimType, schema::ResourceType};
use serde_json::{Value, json};

use crate::support::{ENTERPRISE, kind, user};

#[test]
fn oktas_create_is_read_without_password_and_groups() {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "t@x",
        "name": { "givenName": "T", "familyName": "U" },
        "emails": [{ "primary": true, "value": "t@x", "type": "work" }],
        "displayName": "T U", "locale": "en-US", "externalId": "00u", "groups": [], "password": "1mz050nq", "active": true,
    });
    let incoming = ResourceType::user().read(&body).unwrap();
    assert_eq!(incoming.ignored, Vec::<String>::new());
    let names: Vec<_> = incoming.document.keys().map(String::as_str).collect();
    assert_eq!(names, ["schemas", "userName", "name", "emails", "displayName", "locale", "externalId", "active"]);
}

#[test]
fn what_the_validator_sends_is_taken_as_sent() {
    let body = json!({
        "userName": "v", "profileUrl": "RVSZJGLGMDLF", "locale": "PUWGYNUKSGVE", "timezone": "x", "preferredLanguage": "jgo-CM",
        "roles": [{ "primary": "True", "value": "{\"id\":\"1\"}" }],
        "addresses": [{ "type": "work", "country": "Belize" }],
        "phoneNumbers": [{ "type": "mobile", "value": "(0) 12 34" }],
    });
    let document = user(body);
    assert_eq!(document["roles"], json!([{ "primary": true, "value": "{\"id\":\"1\"}" }]));
    assert_eq!(document["profileUrl"], "RVSZJGLGMDLF");
    assert_eq!(document["phoneNumbers"][0]["value"], "(0) 12 34");
}

#[test]
fn names_are_taken_in_any_case_and_stored_in_the_schemas() {
    let document = user(
        json!({ "USERNAME": "a", "Name": { "GIVENNAME": "A" }, ENTERPRISE.to_uppercase(): { "Department": "D" } }),
    );
    assert_eq!(document["userName"], "a");
    assert_eq!(document["name"]["givenName"], "A");
    assert_eq!(document[ENTERPRISE]["department"], "D");
    assert_eq!(document["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE]));
}

#[test]
fn null_empty_and_absent_are_one_state() {
    let document = user(json!({
        "userName": "a", "title": null, "nickName": "", "emails": [], "roles": [null], "name": { "givenName": null },
        "phoneNumbers": [{ "type": "work", "value": "" }], ENTERPRISE: { "department": "" },
    }));
    assert_eq!(document, user(json!({ "userName": "a" })));
    assert_eq!(document["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User"]));
}

#[test]
fn the_unknown_is_ignored_and_reported_and_the_read_only_is_ignored() {
    let body = json!({
        "schemas": ["urn:example:x"], "userName": "a", "id": "mine", "meta": { "resourceType": "User" }, "colour": "red",
        "name": { "nick": "x", "givenName": "A" }, "urn:example:x": { "a": 1 }, ENTERPRISE: { "shoe": 4 },
    });
    let incoming = ResourceType::user().read(&body).unwrap();
    let ignored: Vec<String> = ["colour", "name.nick", "urn:example:x"]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("{ENTERPRISE}:shoe")])
        .collect();
    assert_eq!(incoming.ignored, ignored);
    assert!(!incoming.document.contains_key("id") && !incoming.document.contains_key("meta"));
}

#[test]
fn a_manager_comes_in_many_forms_and_is_stored_in_one() {
    for manager in [json!("m1"), json!({ "value": "m1" }), json!([{ "value": "m1" }]), json!(["m1"])] {
        let document = user(json!({ "userName": "a", ENTERPRISE: { "manager": manager } }));
        assert_eq!(document[ENTERPRISE]["manager"], json!({ "value": "m1" }));
    }
    for manager in [json!(""), json!({ "value": "" }), json!(null), json!([]), json!({})] {
        let document = user(json!({ "userName": "a", ENTERPRISE: { "manager": manager } }));
        assert!(!document.contains_key(ENTERPRISE));
    }
    let qualified = user(json!({ "userName": "a", format!("{ENTERPRISE}:manager"): "m1" }));
    assert_eq!(qualified[ENTERPRISE]["manager"]["value"], "m1");
}

#[test]
fn an_error_does_not_tell_the_password() {
    let body = json!({ "userName": "a", "password": ["hunter2", "hunter3"] });
    let error = ResourceType::user().read(&body).unwrap_err();
    assert_eq!(error.detail, "\"password\" must be a string");
}

#[test]
fn a_body_that_cannot_be_stored_is_refused_with_the_key() {
    use ScimType::{InvalidSyntax, InvalidValue};
    let cases: [(Value, ScimType, &str); 12] = [
        (json!([]), InvalidSyntax, "JSON object"),
        (json!({}), InvalidValue, "\"userName\" is required"),
        (json!({ "userName": "" }), InvalidValue, "\"userName\" is required"),
        (json!({ "userName": 5 }), InvalidValue, "\"userName\" must be a string, not 5"),
        (json!({ "userName": "a", "active": "yes" }), InvalidValue, "\"active\" must be true or false, not \"yes\""),
        (json!({ "userName": "a", "active": 1 }), InvalidValue, "\"active\""),
        (json!({ "userName": "a", "name": "Ada" }), InvalidValue, "\"name\" must be an object"),
        (json!({ "userName": "a", "title": ["x"] }), InvalidValue, "\"title\""),
        (json!({ "userName": "a", "password": 5 }), InvalidValue, "\"password\" must be a string"),
        (json!({ "userName": "a", "x509Certificates": [{ "value": "***" }] }), InvalidValue, "base64"),
        (json!({ "userName": "a", ENTERPRISE: "x" }), InvalidValue, ENTERPRISE),
        (
            json!({ "userName": "a", "emails": [{ "value": "x", "primary": true }, { "value": "y", "primary": "True" }] }),
            InvalidValue,
            "\"emails\" has several values",
        ),
    ];
    for (body, expected, text) in cases {
        let error = ResourceType::user().read(&body).unwrap_err();
        assert_eq!(error.scim_type, Some(expected), "{body}");
        assert!(error.detail.contains(text), "{} lacks {text}", error.detail);
    }
    assert_eq!(kind(ResourceType::group().read(&json!({ "externalId": "x" }))), InvalidValue);
}

#[test]
fn the_same_type_and_value_is_stored_once() {
    let document = user(json!({
        "userName": "a",
        "emails": [{ "value": "x", "type": "work" }, { "value": "x", "type": "WORK", "primary": true }, { "value": "x", "type": "home" }],
    }));
    assert_eq!(document["emails"].as_array().unwrap().len(), 2);
    assert_eq!(document["emails"][0]["primary"], true);
}

#[test]
fn strings_are_stored_composed() {
    assert_eq!(user(json!({ "userName": "cafe\u{301}" }))["userName"], "caf\u{e9}");
}
