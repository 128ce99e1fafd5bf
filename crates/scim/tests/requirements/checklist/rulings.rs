//! Where the RFC, its test suites and the identity providers pull apart: one test for each ruling (section 3 of the
//! notes). The rulings on answers (200 or 204, media types, discovery with `filter` is 403, unique display names,
//! unknown members) are the HTTP service's, and are tested there.

use muster_scim::{
    error::ScimType::{InvalidValue, NoTarget},
    filter::Filter,
    members::{MemberChange, Step},
    patch::{self, CreateMissing, PatchOptions},
    schema::ResourceType,
};
use serde_json::{Value, json};

use crate::support::{CORE, ENTERPRISE, ada, kind, patch, request, try_patch, user};

/// "create the element when the filter is one `eq` on a sub-attribute and the value is a canonical value of the
/// schema, or `primary eq true`; else 400 noTarget. … a directory setting can widen it"
#[test]
fn ruling_an_unmatched_value_path_creates_what_it_can_name() {
    let nobody = user(json!({ "userName": "a" }));
    for (path, name, made) in [
        ("emails[type eq \"work\"].value", "emails", json!({ "type": "work", "value": "x" })),
        ("emails[type eq \"home\"].value", "emails", json!({ "type": "home", "value": "x" })),
        ("emails[type eq \"Other\"].value", "emails", json!({ "type": "other", "value": "x" })),
        ("phoneNumbers[type eq \"mobile\"].value", "phoneNumbers", json!({ "type": "mobile", "value": "x" })),
        ("phoneNumbers[type eq \"fax\"].value", "phoneNumbers", json!({ "type": "fax", "value": "x" })),
        ("phoneNumbers[type eq \"pager\"].value", "phoneNumbers", json!({ "type": "pager", "value": "x" })),
        ("addresses[type eq \"work\"].formatted", "addresses", json!({ "type": "work", "formatted": "x" })),
        ("addresses[type eq \"other\"].country", "addresses", json!({ "type": "other", "country": "x" })),
        ("ims[type eq \"xmpp\"].value", "ims", json!({ "type": "xmpp", "value": "x" })),
        ("photos[type eq \"photo\"].value", "photos", json!({ "type": "photo", "value": "x" })),
        ("roles[primary eq \"True\"].value", "roles", json!({ "primary": true, "value": "x" })),
        ("roles[primary eq true].display", "roles", json!({ "primary": true, "display": "x" })),
        (
            "emails[type eq \"work\" and primary eq true].value",
            "emails",
            json!({ "type": "work", "primary": true, "value": "x" }),
        ),
    ] {
        for op in ["Add", "Replace"] {
            let patched = patch(&nobody, json!([{ "op": op, "path": path, "value": "x" }]));
            assert_eq!(patched.document[name], json!([made]), "{op} {path}");
        }
    }
    for path in [
        "emails[type eq \"nonexistent\"].value",
        "emails[primary eq false].value",
        "emails[type ne \"work\"].value",
        "emails[type co \"work\"].value",
        "emails[type eq \"work\" or type eq \"home\"].value",
        "emails[type eq null].value",
        "emails[type pr].value",
        "emails[value eq \"y\"].display",
        "roles[type eq \"work\"].value",
        "emails[type eq \"\"].value",
    ] {
        let operations = json!([{ "op": "replace", "path": path, "value": "x" }]);
        assert_eq!(kind(try_patch(&nobody, operations)), NoTarget, "{path}");
    }
    let any = PatchOptions { create_missing_elements: CreateMissing::Any };
    for (path, outcome) in [
        ("emails[type eq \"cafe\u{301}\"].value", Some(json!([{ "type": "caf\u{e9}", "value": "x" }]))),
        ("emails[value eq \"y\"].display", Some(json!([{ "value": "y", "display": "x" }]))),
        ("emails[primary eq false].value", Some(json!([{ "primary": false, "value": "x" }]))),
        ("emails[type co \"y\"].value", None),
        ("emails[type eq \"\"].value", None),
    ] {
        let request = request(json!([{ "op": "replace", "path": path, "value": "x" }]));
        let patched = patch::apply(&ResourceType::user(), &nobody, &request, &any);
        assert_eq!(patched.ok().map(|patched| patched.document["emails"].clone()), outcome, "{path}");
    }
}

/// "accept "True"/"False" any case on boolean attributes in bodies, PATCH values and filters; store and return JSON
/// booleans"
#[test]
fn ruling_string_booleans() {
    for (sent, stored) in
        [("True", true), ("true", true), ("TRUE", true), ("tRuE", true), ("False", false), ("FALSE", false)]
    {
        assert_eq!(user(json!({ "userName": "a", "active": sent }))["active"], stored);
        assert_eq!(
            user(json!({ "userName": "a", "emails": [{ "value": "x", "primary": sent }] }))["emails"][0]["primary"],
            stored
        );
        for operation in [
            json!({ "op": "Replace", "path": "active", "value": sent }),
            json!({ "op": "add", "path": "active", "value": sent }),
            json!({ "op": "replace", "value": { "active": sent } }),
            json!({ "op": "replace", "value": { CORE: { "active": sent } } }),
        ] {
            assert_eq!(patch(&ada(), json!([operation])).document["active"], stored, "{operation}");
        }
        let filter = Filter::parse(&format!("active eq \"{sent}\"")).unwrap();
        filter.check(&ResourceType::user()).unwrap();
        assert_eq!(filter.matches(&ResourceType::user(), &ada()), stored, "{filter}");
    }
    for wrong in ["yes", "1", " true", "truee", "t"] {
        assert_eq!(kind(ResourceType::user().read(&json!({ "userName": "a", "active": wrong }))), InvalidValue);
    }
}

/// "empty string / null in PATCH: removes optional attribute; on required → 400"
#[test]
fn ruling_empty_and_null_in_a_patch() {
    for nothing in [json!(""), json!(null)] {
        for (path, name) in [
            ("active", "active"),
            ("name", "name"),
            ("emails", "emails"),
            (ENTERPRISE, ENTERPRISE),
            ("urn:ietf:params:scim:schemas:core:2.0:User:emails", "emails"),
        ] {
            let explicit = patch(&ada(), json!([{ "op": "replace", "path": path, "value": nothing }]));
            let merged = patch(&ada(), json!([{ "op": "replace", "value": { path: nothing } }]));
            assert!(!explicit.document.contains_key(name), "{path}");
            assert_eq!(explicit.document, merged.document, "{path}");
        }
        for path in ["userName", "urn:ietf:params:scim:schemas:core:2.0:User:userName"] {
            for operation in [
                json!({ "op": "replace", "path": path, "value": nothing }),
                json!({ "op": "add", "path": path, "value": nothing }),
                json!({ "op": "replace", "value": { path: nothing } }),
            ] {
                let error = try_patch(&ada(), json!([operation])).unwrap_err();
                assert_eq!((error.status, error.scim_type), (400, Some(InvalidValue)), "{operation}");
            }
        }
    }
}

/// "manager: accept string, object, one-element array; store object; "" removes. `manager.value` need not exist"
#[test]
fn ruling_manager() {
    let path = format!("{ENTERPRISE}:manager");
    for sent in [
        json!("anything at all"),
        json!({ "value": "anything at all" }),
        json!(["anything at all"]),
        json!([{ "value": "anything at all" }]),
        json!([{ "$ref": null, "value": "anything at all" }]),
        json!({ "VALUE": "anything at all", "displayName": "read-only" }),
    ] {
        let stored = json!({ "value": "anything at all" });
        assert_eq!(user(json!({ "userName": "a", ENTERPRISE: { "manager": sent } }))[ENTERPRISE]["manager"], stored);
        for operation in [
            json!({ "op": "Add", "path": path, "value": sent }),
            json!({ "op": "Replace", "path": path, "value": sent }),
            json!({ "op": "replace", "value": { path.clone(): sent } }),
            json!({ "op": "replace", "value": { ENTERPRISE: { "manager": sent } } }),
            json!({ "op": "replace", "path": ENTERPRISE, "value": { "manager": sent } }),
        ] {
            assert_eq!(patch(&ada(), json!([operation])).document[ENTERPRISE]["manager"], stored, "{operation}");
        }
    }
    for nothing in [
        json!(""),
        json!(null),
        json!([]),
        json!({ "value": "" }),
        json!({ "value": null }),
        json!([{ "value": "" }]),
        json!([""]),
    ] {
        for op in ["Add", "Replace"] {
            let patched = patch(&ada(), json!([{ "op": op, "path": path, "value": nothing }]));
            assert_eq!(patched.document[ENTERPRISE].get("manager"), None, "{op} {nothing}");
        }
    }
    for wrong in [json!(7), json!(["m", "n"]), json!({ "value": 7 }), json!(true)] {
        assert_eq!(
            kind(try_patch(&ada(), json!([{ "op": "add", "path": path, "value": wrong }]))),
            InvalidValue,
            "{wrong}"
        );
    }
}

/// "unknown attributes / schema URNs in a body: ignored, not stored, not echoed. Missing `schemas` on POST/PUT:
/// tolerate"
#[test]
fn ruling_the_unknown_is_ignored_and_reported() {
    let entras = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    let group = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", entras], "displayName": "g", "externalId": "o", entras: { "x": 1 } });
    let read = ResourceType::group().read(&group).unwrap();
    assert_eq!(read.ignored, [entras]);
    assert_eq!(read.document["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:Group"]));
    assert_eq!(Value::from(read.document).to_string().matches(entras).count(), 0);
    for value in [
        json!({ "colour": "red" }),
        json!({ "urn:example:x": { "a": 1 } }),
        json!({ "name.colour": "red" }),
        json!({ "urn:example:x:a": 1 }),
        json!({ "a b[": 1 }),
    ] {
        let patched = patch(&ada(), json!([{ "op": "replace", "value": value }]));
        assert_eq!((patched.changed, patched.ignored.len()), (false, 1), "{value}");
    }
}

/// "`profileUrl`, `locale`, `timezone`, `country`: no format check beyond string"
#[test]
fn ruling_formats_are_not_checked() {
    for (name, value) in [
        ("profileUrl", json!("RVSZJGLGMDLF")),
        ("locale", json!("PUWGYNUKSGVE")),
        ("timezone", json!("Moon/Base")),
        ("preferredLanguage", json!("jgo-CM")),
        ("addresses", json!([{ "type": "work", "country": "Belize" }])),
        ("emails", json!([{ "value": "no address" }])),
        ("phoneNumbers", json!([{ "value": "call me", "type": "carrier pigeon" }])),
        ("photos", json!([{ "value": "not a URL" }])),
    ] {
        assert_eq!(user(json!({ "userName": "a", name: value }))[name], value, "{name}");
        let patched = patch(&ada(), json!([{ "op": "replace", "path": name, "value": value }]));
        assert_eq!(patched.document[name], value, "{name}");
    }
}

/// "PUT without `active`: keep the stored value (never silently reactivate)"; "`PUT` body `id` ≠ path: path wins"
#[test]
fn ruling_put_keeps_active_and_id() {
    let users = ResourceType::user();
    for stored in [true, false] {
        let mut current = user(json!({ "userName": "a", "active": stored }));
        current.insert("id".into(), json!("mine"));
        for (body, expected) in [
            (json!({ "userName": "a" }), stored),
            (json!({ "userName": "a", "active": null }), stored),
            (json!({ "userName": "a", "active": "" }), stored),
            (json!({ "userName": "a", "active": true }), true),
            (json!({ "userName": "a", "active": "False", "id": "theirs" }), false),
        ] {
            let merged = users.merge_put(&current, users.read(&body).unwrap()).unwrap();
            assert_eq!((&merged["active"], &merged["id"]), (&json!(expected), &json!("mine")), "{body}");
        }
    }
}

/// "remove with `value` array and no filter: removes just those values (Entra); with no value removes all"
#[test]
fn ruling_remove_with_a_value() {
    let steps = |operation: Value| request(json!([operation])).split_members().unwrap();
    let removed =
        |ids: &[&str]| vec![Step::Members(MemberChange::Remove(ids.iter().map(|id| (*id).to_owned()).collect()))];
    for (operation, expected) in [
        (
            json!({ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": "a" }, { "value": "b" }] }),
            removed(&["a", "b"]),
        ),
        (json!({ "op": "remove", "path": "members", "value": { "value": "a" } }), removed(&["a"])),
        (json!({ "op": "remove", "path": "members", "value": "a" }), removed(&["a"])),
        (json!({ "op": "remove", "path": "members", "value": [] }), vec![]),
        (json!({ "op": "remove", "path": "members" }), vec![Step::Members(MemberChange::Clear)]),
        (json!({ "op": "remove", "path": "members[value eq \"a\"]", "value": [{ "value": "b" }] }), removed(&["a"])),
    ] {
        assert_eq!(steps(operation.clone()), expected, "{operation}");
    }
}
