//! The shapes that Entra and Okta send (sections 1 and 2 of the notes), as whole requests.

use muster_scim::{filter::Filter, members::Step, patch::PatchRequest, schema::ResourceType};
use serde_json::{Value, json};

use crate::support::{CORE, ENTERPRISE, ada, patch, request, user};

fn body(operations: Value) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations })
}

/// Entra with `aadOptscim062020`: "simple attributes merged into one path-less op whose keys are *paths*".
#[test]
fn entras_merged_operation() {
    let patched = patch(
        &ada(),
        json!([
            { "op": "replace", "value": {
                "displayName": "B", "title": "T", "active": false, "name.givenName": "K", "name.familyName": "L", "name.formatted": "K L",
                format!("{ENTERPRISE}:employeeNumber"): "A", format!("{ENTERPRISE}:department"): "D",
                format!("{ENTERPRISE}:manager"): "m2", format!("{CORE}:nickName"): "N", "externalId": "e",
            } },
            { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "k@work" },
            { "op": "add", "path": "phoneNumbers[type eq \"work\"].value", "value": "1" },
            { "op": "add", "path": "addresses[type eq \"work\"].formatted", "value": "Street 1" },
            { "op": "add", "path": "addresses[type eq \"work\"].locality", "value": "Town" },
            { "op": "add", "path": "roles", "value": [{ "value": "{\"id\":\"1\",\"value\":\"25\",\"displayName\":\"Role1234\"}" }] },
        ]),
    );
    let expected = user(json!({
        "userName": "ada@example.com", "displayName": "B", "title": "T", "active": false, "nickName": "N", "externalId": "e",
        "name": { "givenName": "K", "familyName": "L", "formatted": "K L" },
        "emails": [{ "value": "k@work", "type": "work", "primary": true }, { "value": "ada@home.example", "type": "home" }],
        "phoneNumbers": [{ "type": "work", "value": "1" }],
        "addresses": [{ "type": "work", "formatted": "Street 1", "locality": "Town" }],
        "roles": [{ "value": "{\"id\":\"1\",\"value\":\"25\",\"displayName\":\"Role1234\"}" }],
        ENTERPRISE: { "department": "D", "manager": { "value": "m2" }, "employeeNumber": "A" },
    }));
    assert_eq!(patched.document, expected);
    assert!(patched.ignored.is_empty());
}

/// The Validator's "Replace Attributes Verbose" onto a user that has a userName only, twice: the second time changes
/// nothing.
#[test]
fn entras_verbose_request_is_idempotent() {
    let simple =
        ["displayName", "title", "preferredLanguage", "nickName", "userType", "locale", "timezone", "profileUrl"];
    let names = ["givenName", "familyName", "formatted", "middleName", "honorificPrefix", "honorificSuffix"];
    let address = ["formatted", "streetAddress", "locality", "region", "postalCode", "country"];
    let enterprise = ["employeeNumber", "department", "costCenter", "organization", "division", "manager"];
    let paths = simple.iter().map(|name| (*name).to_owned());
    let paths = paths.chain(names.iter().map(|name| format!("name.{name}")));
    let paths = paths.chain(address.iter().map(|name| format!("addresses[type eq \"work\"].{name}")));
    let paths =
        paths.chain(["work", "mobile", "fax"].iter().map(|kind| format!("phoneNumbers[type eq \"{kind}\"].value")));
    let paths = paths.chain(["work", "home"].iter().map(|kind| format!("emails[type eq \"{kind}\"].value")));
    let paths = paths.chain(enterprise.iter().map(|name| format!("{ENTERPRISE}:{name}")));
    let paths: Vec<String> =
        paths.chain(["roles[primary eq \"True\"].value".to_owned(), "externalId".to_owned()]).collect();
    for op in ["Add", "Replace"] {
        let operations: Value =
            paths.iter().map(|path| json!({ "op": op, "path": path, "value": format!("v {path}") })).collect();
        let once = patch(&user(json!({ "userName": "v" })), operations.clone());
        assert_eq!(once.document["addresses"].as_array().unwrap().len(), 1);
        assert_eq!(once.document["phoneNumbers"].as_array().unwrap().len(), 3);
        assert_eq!(once.document[ENTERPRISE].as_object().unwrap().len(), 6);
        assert!(!patch(&once.document, operations).changed, "{op}");

        let cleared: Value = paths.iter().map(|path| json!({ "op": "Replace", "path": path, "value": "" })).collect();
        let bare = patch(&once.document, cleared.clone());
        assert_eq!(bare.document.keys().collect::<Vec<_>>(), ["schemas", "userName"], "{op}");
        assert!(!patch(&bare.document, cleared).changed);
    }
}

/// Section 1: what Okta's catalogue apps send to deactivate, to reactivate and to rename; section 2: what Entra
/// sends.
#[test]
fn leavers_leave_and_come_back() {
    for (leave, back) in [
        (
            json!({ "op": "replace", "value": { "active": false } }),
            json!({ "op": "replace", "value": { "active": true } }),
        ),
        (
            json!({ "op": "Replace", "path": "active", "value": "False" }),
            json!({ "op": "Replace", "path": "active", "value": "True" }),
        ),
        (
            json!({ "op": "replace", "path": "active", "value": false }),
            json!({ "op": "Add", "path": "active", "value": true }),
        ),
    ] {
        let left = patch(&ada(), json!([leave]));
        assert_eq!((left.changed, &left.document["active"]), (true, &json!(false)), "{leave}");
        assert_eq!(patch(&left.document, json!([back])).document, ada(), "{back}");
    }
}

/// Section 1: Okta's group push: a removal and an addition, a full push, a rename that carries the `id`.
#[test]
fn oktas_group_push() {
    let push = request(json!([
        { "op": "remove", "path": "members[value eq \"u1\"]" },
        { "op": "add", "path": "members", "value": [{ "value": "u2", "display": "t@x" }] },
        { "op": "replace", "value": { "id": "g1", "displayName": "n2" } },
    ]));
    let steps = push.split_members().unwrap();
    let [Step::Members(_), Step::Members(_), Step::Document(rename)] = &steps[..] else { panic!("{steps:?}") };
    let groups = ResourceType::group();
    let mut group = groups.read(&json!({ "displayName": "n" })).unwrap().document;
    group.insert("id".into(), json!("g1"));
    let renamed =
        muster_scim::patch::apply(&groups, &group, rename, &muster_scim::patch::PatchOptions::default()).unwrap();
    assert_eq!((&renamed.document["displayName"], &renamed.document["id"]), (&json!("n2"), &json!("g1")));
    assert!(renamed.ignored.is_empty());
}

/// The filters that are seen on the wire.
#[test]
fn the_filters_that_are_sent() {
    let users = ResourceType::user();
    let mut ada = ada();
    ada.insert("id".into(), json!("1"));
    ada.insert("externalId".into(), json!("00u"));
    for (text, expected) in [
        ("userName eq \"ada@example.com\"", true),
        ("userName Eq \"ADA@EXAMPLE.COM\"", true),
        ("externalId eq \"00u\"", true),
        ("externalId eq \"0b6d6bd2-0000-4000-8000-000000000000\"", false),
        ("emails[type eq \"work\"].value eq \"ada@work.example\"", true),
        ("emails[type eq \"work\"].value eq \"ada@home.example\"", false),
        ("id eq \"1\" and manager eq \"m1\"", true),
        ("id eq \"1\" and manager eq \"m2\"", false),
        ("id eq \"1\" and urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq \"m1\"", true),
        ("(userName eq \"ada@example.com\") and (active eq \"True\")", true),
        ("meta.lastModified gt \"2026-01-31T08:00:00Z\"", false),
    ] {
        let filter = Filter::parse(text).unwrap();
        filter.check(&users).unwrap();
        assert_eq!(filter.matches(&users, &ada), expected, "{text}");
    }
}

/// What the providers send can be parsed as it stands.
#[test]
fn whole_requests_are_taken() {
    for operations in [
        json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": "u1" }] }]),
        json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": "u1" }] }]),
        json!([{ "op": "Replace", "path": "roles", "value": [{ "primary": true, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin" }] }]),
        json!([{ "op": "Replace", "path": "displayName", "value": "x", "name": "addedByEntra" }]),
        json!([{ "op": "replace", "path": "password", "value": "1mz050nq" }]),
    ] {
        assert!(PatchRequest::parse(&body(operations.clone())).is_ok(), "{operations}");
    }
}
