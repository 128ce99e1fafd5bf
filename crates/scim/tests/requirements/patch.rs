use muster_scim::{
    Document,
    error::ScimType,
    patch::{self, CreateMissing, PatchOptions, PatchRequest},
    schema::ResourceType,
};
use serde_json::{Value, json};

use crate::support::{ENTERPRISE, ada, kind, patch, request, try_patch, user};

fn emails(document: &Document) -> Value {
    document.get("emails").cloned().unwrap_or_default()
}

#[test]
fn entras_replace_attributes_is_carried_out() {
    let patched = patch(
        &ada(),
        json!([
            { "op": "Replace", "path": "active", "value": "False" },
            { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "n@x" },
            { "op": "Add", "path": "name.givenName", "value": "G" },
            { "op": "Replace", "path": format!("{ENTERPRISE}:department"), "value": "D" },
            { "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "m2" },
            { "op": "Add", "path": "roles[primary eq \"True\"].value", "value": "Admin" },
        ]),
    );
    let document = patched.document;
    assert!(patched.changed && patched.ignored.is_empty());
    assert_eq!(document["active"], false);
    assert_eq!(document["emails"][0], json!({ "value": "n@x", "type": "work", "primary": true }));
    assert_eq!(document["name"], json!({ "givenName": "G", "familyName": "Lovelace" }));
    assert_eq!(document[ENTERPRISE], json!({ "department": "D", "manager": { "value": "m2" } }));
    assert_eq!(document["roles"], json!([{ "primary": true, "value": "Admin" }]));
}

#[test]
fn a_value_without_path_may_have_paths_as_keys() {
    let value = json!({
        "displayName": "B", "name.givenName": "K", format!("{ENTERPRISE}:employeeNumber"): "7", "id": "ignored",
        "emails[type eq \"work\"].value": "k@x", ENTERPRISE: { "division": "V", "shoe": 1 }, "colour": "red", "schemas": [],
    });
    let patched = patch(&ada(), json!([{ "op": "replace", "value": value }]));
    let document = patched.document;
    assert_eq!((&document["displayName"], &document["name"]["givenName"]), (&json!("B"), &json!("K")));
    assert_eq!(document["name"]["familyName"], "Lovelace");
    assert_eq!(document["emails"][0]["value"], "k@x");
    let extension = &document[ENTERPRISE];
    assert_eq!(
        *extension,
        json!({ "department": "Engines", "manager": { "value": "m1" }, "employeeNumber": "7", "division": "V" })
    );
    assert_eq!(patched.ignored, [format!("{ENTERPRISE}:shoe"), "colour".to_owned()]);
    assert!(!document.contains_key("id"));
}

#[test]
fn an_unmatched_value_path_makes_the_element_if_it_says_which() {
    let nobody = user(json!({ "userName": "a" }));
    for (path, made) in [
        ("emails[type eq \"work\"].value", json!({ "type": "work", "value": "x" })),
        ("emails[type eq \"WORK\"].value", json!({ "type": "work", "value": "x" })),
        ("emails[primary eq true].value", json!({ "primary": true, "value": "x" })),
    ] {
        for op in ["add", "Replace"] {
            let patched = patch(&nobody, json!([{ "op": op, "path": path, "value": "x" }]));
            assert_eq!(emails(&patched.document), json!([made]), "{op} {path}");
        }
    }
    for path in [
        "emails[type eq \"nonexistent\"].value",
        "emails[value co \"a\"].value",
        "emails[not (type eq \"work\")].value",
    ] {
        let operations = json!([{ "op": "replace", "path": path, "value": "x" }]);
        assert_eq!(kind(try_patch(&nobody, operations)), ScimType::NoTarget, "{path}");
    }
    let any = PatchOptions { create_missing_elements: CreateMissing::Any };
    let request = request(json!([{ "op": "replace", "path": "emails[type eq \"nonexistent\"].value", "value": "x" }]));
    let patched = patch::apply(&ResourceType::user(), &nobody, &request, &any).unwrap();
    assert_eq!(emails(&patched.document), json!([{ "type": "nonexistent", "value": "x" }]));
}

#[test]
fn null_and_empty_remove_the_optional_and_are_refused_for_the_required() {
    for value in [json!(""), json!(null)] {
        let patched = patch(
            &ada(),
            json!([
                { "op": "replace", "path": "name.givenName", "value": value },
                { "op": "replace", "path": "emails[type eq \"home\"].value", "value": value },
                { "op": "replace", "path": format!("{ENTERPRISE}:department"), "value": value },
                { "op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": value },
                { "op": "replace", "path": "title", "value": value },
            ]),
        );
        assert_eq!(patched.document["name"], json!({ "familyName": "Lovelace" }));
        assert_eq!(emails(&patched.document).as_array().unwrap().len(), 1);
        assert_eq!(patched.document["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User"]));
        for operation in [
            json!({ "op": "replace", "path": "userName", "value": value }),
            json!({ "op": "replace", "value": { "userName": value } }),
        ] {
            assert_eq!(kind(try_patch(&ada(), json!([operation]))), ScimType::InvalidValue);
        }
    }
}

#[test]
fn a_manager_is_set_and_removed_in_every_form_that_is_sent() {
    let path = format!("{ENTERPRISE}:manager");
    for value in [json!("m2"), json!({ "value": "m2" }), json!([{ "$ref": null, "value": "m2" }])] {
        for op in ["Add", "Replace"] {
            let patched = patch(&ada(), json!([{ "op": op, "path": path, "value": value }]));
            assert_eq!(patched.document[ENTERPRISE]["manager"], json!({ "value": "m2" }));
        }
    }
    for operation in [
        json!({ "op": "Replace", "path": path, "value": "" }),
        json!({ "op": "Replace", "path": path, "value": { "value": "" } }),
        json!({ "op": "Replace", "path": format!("{path}.value"), "value": "" }),
        json!({ "op": "Remove", "path": path }),
        json!({ "op": "Remove", "path": path, "value": "m1" }),
        json!({ "op": "Replace", "value": { path.clone(): "" } }),
    ] {
        let patched = patch(&ada(), json!([operation]));
        assert_eq!(patched.document[ENTERPRISE], json!({ "department": "Engines" }), "{operation}");
    }
    let mut with_reference = ada();
    with_reference[ENTERPRISE]["manager"]["$ref"] = json!("../Users/m1");
    let patched = patch(&with_reference, json!([{ "op": "replace", "path": format!("{path}.value"), "value": "m2" }]));
    assert_eq!(patched.document[ENTERPRISE]["manager"], json!({ "value": "m2" }), "another manager has another $ref");
}

#[test]
fn remove_takes_what_it_names_and_nothing_else() {
    let home = json!([{ "value": "ada@home.example", "type": "home" }]);
    for (operation, rest) in [
        (json!({ "op": "remove", "path": "emails[type eq \"work\"]" }), home.clone()),
        (json!({ "op": "remove", "path": "emails[type eq \"work\"].value" }), home.clone()),
        (json!({ "op": "Remove", "path": "emails", "value": [{ "value": "ada@work.example" }] }), home.clone()),
        (json!({ "op": "Remove", "path": "emails", "value": "ada@work.example" }), home),
        (json!({ "op": "remove", "path": "emails", "value": [] }), emails(&ada())),
        (json!({ "op": "remove", "path": "emails[type eq \"other\"]" }), emails(&ada())),
        (json!({ "op": "remove", "path": "emails" }), json!(null)),
    ] {
        assert_eq!(emails(&patch(&ada(), json!([operation])).document), rest, "{operation}");
    }
    let patched = patch(&ada(), json!([{ "op": "remove", "path": ENTERPRISE }, { "op": "remove", "path": "name" }]));
    assert!(!patched.document.contains_key(ENTERPRISE) && !patched.document.contains_key("name"));
}

#[test]
fn adding_and_replacing_by_what_is_there_changes_nothing() {
    for operation in [
        json!({ "op": "add", "path": "emails", "value": [{ "value": "ada@work.example", "type": "work" }] }),
        json!({ "op": "add", "path": "active", "value": "True" }),
        json!({ "op": "replace", "path": "name", "value": { "givenName": "Ada" } }),
        json!({ "op": "add", "value": { ENTERPRISE: { "department": "Engines" } } }),
        json!({ "op": "remove", "path": "title" }),
        json!({ "op": "add", "path": "schemas", "value": [ENTERPRISE] }),
    ] {
        assert!(!patch(&ada(), json!([operation])).changed, "{operation}");
    }
}

#[test]
fn an_operation_that_cannot_be_done_says_why() {
    use ScimType::{InvalidFilter, InvalidPath, InvalidSyntax, InvalidValue, Mutability, NoTarget};
    for (operation, expected) in [
        (json!({ "op": "move", "path": "title", "value": "x" }), InvalidSyntax),
        (json!({ "path": "title", "value": "x" }), InvalidSyntax),
        (json!("x"), InvalidSyntax),
        (json!({ "op": "add", "path": "title" }), InvalidValue),
        (json!({ "op": "add", "value": "x" }), InvalidValue),
        (json!({ "op": "remove" }), NoTarget),
        (json!({ "op": "remove", "path": "userName" }), Mutability),
        (json!({ "op": "replace", "path": "id", "value": "x" }), Mutability),
        (json!({ "op": "add", "path": "groups", "value": [{ "value": "g" }] }), Mutability),
        (json!({ "op": "remove", "path": "meta.created" }), Mutability),
        (json!({ "op": "replace", "path": format!("{ENTERPRISE}:manager.displayName"), "value": "x" }), Mutability),
        (json!({ "op": "replace", "path": "colour", "value": "x" }), InvalidPath),
        (json!({ "op": "replace", "path": "name.colour", "value": "x" }), InvalidPath),
        (json!({ "op": "replace", "path": "urn:example:x:y", "value": "x" }), InvalidPath),
        (json!({ "op": "replace", "path": "a b", "value": "x" }), InvalidPath),
        (json!({ "op": "replace", "path": "title[value eq \"a\"]", "value": "x" }), InvalidPath),
        (json!({ "op": "replace", "path": "emails[type is \"a\"].value", "value": "x" }), InvalidFilter),
        (json!({ "op": "replace", "path": "emails[colour eq \"a\"].value", "value": "x" }), InvalidFilter),
        (json!({ "op": "replace", "path": "active", "value": "perhaps" }), InvalidValue),
        (json!({ "op": "replace", "path": "userName", "value": 7 }), InvalidValue),
        (json!({ "op": "replace", "path": "name", "value": 7 }), InvalidValue),
        (json!({ "op": "replace", "path": "password", "value": 7 }), InvalidValue),
    ] {
        assert_eq!(kind(try_patch(&ada(), json!([operation]))), expected, "{operation}");
    }
}

#[test]
fn a_request_is_read_in_any_case_and_refused_when_it_is_none() {
    let body = json!({ "Schemas": ["URN:ietf:params:scim:api:messages:2.0:patchop"], "operations": [{ "OP": "ADD", "Path": "title", "Value": "x" }] });
    assert_eq!(PatchRequest::parse(&body).unwrap().operations.len(), 1);
    for body in [
        json!(1),
        json!({}),
        json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [] }),
        json!({ "schemas": [], "Operations": [{ "op": "add", "path": "title", "value": "x" }] }),
    ] {
        assert_eq!(kind(PatchRequest::parse(&body)), ScimType::InvalidSyntax, "{body}");
    }
}

#[test]
fn a_password_is_checked_and_not_kept() {
    let patched = patch(&ada(), json!([{ "op": "replace", "path": "password", "value": "1mz050nq" }]));
    assert!(!patched.changed && !patched.document.contains_key("password"));
}
