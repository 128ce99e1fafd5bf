//! Rows 1 to 11: what a resource holds (RFC 7643).

use muster_scim::{
    error::ScimType::{InvalidSyntax, InvalidValue, Mutability},
    filter::Filter,
    members::read_members,
    schema::{ResourceType, Schema},
};
use serde_json::{Value, json};

use crate::support::{CORE, ENTERPRISE, EXTRA, ada, kind, patch, things, try_patch, try_patch_of, user};

/// RFC 7643 section 3: "schemas" is "a non-empty array", holds what the resource type defines, and "Duplicate values
/// MUST NOT be included."
#[test]
fn row_01_schemas_are_the_base_and_the_extensions_in_use() {
    let base = json!([CORE]);
    let both = json!([CORE, ENTERPRISE]);
    for (body, expected) in [
        (json!({ "userName": "a" }), &base),
        (json!({ "userName": "a", "schemas": [] }), &base),
        (json!({ "userName": "a", "schemas": [CORE, CORE] }), &base),
        (json!({ "userName": "a", "schemas": [CORE, ENTERPRISE] }), &base),
        (json!({ "userName": "a", "schemas": ["urn:example:unknown"] }), &base),
        (json!({ "userName": "a", "schemas": "nonsense" }), &base),
        (json!({ "userName": "a", "schemas": [CORE], ENTERPRISE: { "department": "D" } }), &both),
        (
            json!({ "schemas": [ENTERPRISE, CORE, ENTERPRISE], ENTERPRISE: { "department": "D" }, "userName": "a" }),
            &both,
        ),
        (json!({ "userName": "a", format!("{ENTERPRISE}:department"): "D" }), &both),
        (json!({ "userName": "a", ENTERPRISE: { "department": "", "manager": null } }), &base),
    ] {
        assert_eq!(user(body.clone())["schemas"], *expected, "{body}");
    }
}

/// RFC 7644 section 3.5.2: adding an attribute of an extension "automatically adds the value" to "schemas".
#[test]
fn row_01_schemas_follow_a_patch() {
    let plain = user(json!({ "userName": "a" }));
    let with = patch(&plain, json!([{ "op": "add", "path": format!("{ENTERPRISE}:employeeNumber"), "value": "7" }]));
    assert_eq!(with.document["schemas"], json!([CORE, ENTERPRISE]));
    for gone in [
        json!({ "op": "remove", "path": format!("{ENTERPRISE}:employeeNumber") }),
        json!({ "op": "remove", "path": ENTERPRISE }),
        json!({ "op": "replace", "path": ENTERPRISE, "value": {} }),
        json!({ "op": "replace", "value": { ENTERPRISE: null } }),
        json!({ "op": "replace", "value": { ENTERPRISE: { "employeeNumber": "" } } }),
    ] {
        assert_eq!(patch(&with.document, json!([gone])).document, plain, "{gone}");
    }
}

/// RFC 7643 section 3.1: "id" is "always issued by the service provider and MUST NOT be specified by the client";
/// "meta" "SHALL be ignored when provided by clients."
#[test]
fn row_02_04_the_servers_own_attributes_are_not_taken_from_a_client() {
    let own = json!({ "id": "mine", "meta": { "resourceType": "Robot", "version": "W/\"9\"", "location": "/x", "created": "2001-01-01T00:00:00Z" } });
    let mut body = own.clone();
    body["userName"] = json!("a");
    let created = ResourceType::user().read(&body).unwrap();
    assert_eq!((created.document, created.ignored), (user(json!({ "userName": "a" })), vec![]));

    let mut current = ada();
    current.insert("id".into(), json!("1"));
    current.insert("meta".into(), json!({ "version": "W/\"1\"" }));
    let patched = patch(&current, json!([{ "op": "replace", "value": own }]));
    assert!(!patched.changed && patched.ignored.is_empty());
    for path in ["id", "meta", "meta.version", "meta.created", "groups", "groups.value"] {
        for op in ["add", "replace", "remove"] {
            let operation = json!([{ "op": op, "path": path, "value": "x" }]);
            assert_eq!(kind(try_patch(&current, operation)), Mutability, "{op} {path}");
        }
    }
}

/// RFC 7643 section 3.1: "externalId" has "caseExact" as "true", as "id" has; section 2.2: by default "caseExact" is
/// "false".
#[test]
fn row_03_05_values_are_compared_by_case_exact() {
    let users = ResourceType::user();
    let mut user =
        user(json!({ "userName": "Ada", "externalId": "aBc", "profileUrl": "http://x/A", "title": "Countess" }));
    user.insert("id".into(), json!("aBc"));
    for (filter, expected) in [
        ("id eq \"aBc\"", true),
        ("id eq \"abc\"", false),
        ("externalId eq \"aBc\"", true),
        ("externalId eq \"ABC\"", false),
        ("externalId sw \"a\"", true),
        ("externalId sw \"A\"", false),
        ("profileUrl co \"/a\"", false),
        ("userName eq \"aDA\"", true),
        ("title co \"OUNT\"", true),
        ("schemas eq \"urn:ietf:params:scim:schemas:core:2.0:User\"", true),
    ] {
        assert_eq!(Filter::parse(filter).unwrap().matches(&users, &user), expected, "{filter}");
    }
}

/// RFC 7643 section 2.1: "Attribute names are case insensitive"; `nameChar` holds "$", "-" and "_".
#[test]
fn row_05_names_are_case_insensitive_wherever_they_stand() {
    let body = json!({ "USERNAME": "a", "EMAILS": [{ "VALUE": "x@x", "Type": "work", "PRIMARY": true }] });
    let document = user(body);
    assert_eq!(document["emails"], json!([{ "value": "x@x", "type": "work", "primary": true }]));
    for operation in [
        json!({ "OP": "remove", "PATH": "EMAILS" }),
        json!({ "op": "remove", "path": "Emails[TYPE eq \"work\"]" }),
        json!({ "op": "remove", "path": "emails", "value": [{ "VALUE": "x@x" }] }),
        json!({ "op": "remove", "path": format!("{}:emails", CORE.to_uppercase()), "value": { "Value": "x@x", "TYPE": "work" } }),
        json!({ "op": "replace", "value": { "eMails": [] } }),
    ] {
        assert!(!patch(&document, json!([operation])).document.contains_key("emails"), "{operation}");
    }
    let thing = things().read(&json!({ "label": "a", "CASH$FLOW": "b" })).unwrap();
    assert_eq!((&thing.document["cash$flow"], thing.ignored.len()), (&json!("b"), 0));
    assert!(Filter::parse("cash$flow eq \"B\"").unwrap().matches(&things(), &thing.document));
}

/// RFC 7643 section 2.5: "Unassigned attributes, the null value, or an empty array (in the case of a multi-valued
/// attribute) SHALL be considered to be equivalent in "state"."
#[test]
fn row_06_null_empty_and_absent_are_one_state_in_every_place() {
    let none = user(json!({ "userName": "a" }));
    for nothing in [json!(null), json!([]), json!(""), json!({})] {
        for name in ["title", "emails", "name", "addresses", "externalId", "active", ENTERPRISE] {
            let created = ResourceType::user().read(&json!({ "userName": "a", name: nothing })).unwrap();
            assert_eq!(created.document, none, "{name}: {nothing}");
        }
    }
    for (operation, matters) in [
        (json!({ "op": "add", "path": "title", "value": null }), false),
        (json!({ "op": "replace", "path": "emails", "value": [] }), false),
        (json!({ "op": "replace", "path": "emails", "value": [null, {}] }), false),
        (json!({ "op": "replace", "path": "emails", "value": [null, "x"] }), true),
        (json!({ "op": "replace", "path": "name", "value": { "givenName": null } }), false),
    ] {
        assert_eq!(patch(&none, json!([operation])).changed, matters, "{operation}");
    }
}

/// RFC 7643 section 2.3, the attribute data types.
#[test]
fn row_07_a_value_has_the_type_of_its_attribute() {
    let taken = [
        ("flag", json!(true), json!(true)),
        ("flag", json!("FALSE"), json!(false)),
        ("size", json!(7), json!(7)),
        ("size", json!(-7.0), json!(-7)),
        ("size", json!(9_223_372_036_854_775_807_u64), json!(9_223_372_036_854_775_807_u64)),
        ("ratio", json!(1.5), json!(1.5)),
        ("ratio", json!(2), json!(2)),
        ("at", json!("2008-01-23T04:56:22Z"), json!("2008-01-23T04:56:22Z")),
        ("at", json!("2008-01-23T04:56:22.123+05:30"), json!("2008-01-23T04:56:22.123+05:30")),
        ("data", json!("aGVsbG8="), json!("aGVsbG8=")),
        ("data", json!("_-8"), json!("_-8")),
        ("link", json!("../Users/1"), json!("../Users/1")),
        ("label", json!("cafe\u{301}"), json!("caf\u{e9}")),
        ("tags", json!("one"), json!(["one"])),
        ("tags", json!(["a", "b", "a", null, ""]), json!(["a", "b"])),
        ("owner", json!("o1"), json!({ "value": "o1" })),
    ];
    for (name, sent, stored) in taken {
        let mut body = json!({ "label": "l" });
        body[name] = sent;
        assert_eq!(things().read(&body).unwrap().document[name], stored, "{body}");
    }
    let refused = [
        ("flag", json!(1)),
        ("flag", json!("yes")),
        ("size", json!(1.5)),
        ("size", json!("7")),
        ("size", json!(1e300)),
        ("ratio", json!("1.5")),
        ("at", json!("2008-01-23")),
        ("at", json!("2008-01-23 25:00:00Z")),
        ("at", json!(1_201_064_182)),
        ("data", json!("a*b")),
        ("link", json!(5)),
        ("label", json!(true)),
        ("label", json!(["a"])),
        ("tags", json!([["a"]])),
        ("owner", json!([{ "value": "a" }, { "value": "b" }])),
        ("parts", json!([{ "value": { "deep": 1 } }])),
        ("parts", json!([7])),
    ];
    for (name, sent) in refused {
        let mut body = json!({ "label": "l" });
        body[name] = sent.clone();
        assert_eq!(kind(things().read(&body)), InvalidValue, "{body}");
        let current = things().read(&json!({ "label": "l" })).unwrap().document;
        let operation = json!([{ "op": "replace", "path": name, "value": sent }]);
        assert_eq!(kind(try_patch_of(&things(), &current, operation)), InvalidValue, "{body}");
    }
}

/// RFC 7643 section 2.3.8: a complex attribute "MUST NOT contain sub-attributes that have sub-attributes".
#[test]
fn row_07_complex_attributes_do_not_nest() {
    let schema = json!({ "id": "urn:example:x", "attributes": [{ "name": "a", "type": "complex", "subAttributes": [
        { "name": "b", "type": "complex", "subAttributes": [{ "name": "c" }] },
    ] }] });
    assert_eq!(kind(Schema::parse(&schema)), InvalidValue);
}

fn primaries(document: &Value) -> Vec<&Value> {
    let emails = document["emails"].as_array().expect("emails");
    emails.iter().filter(|email| email["primary"] == true).map(|email| &email["value"]).collect()
}

/// RFC 7643 section 2.4: "The primary attribute value 'true' MUST appear no more than once." RFC 7644 section 3.5.2:
/// a PATCH that sets it "SHALL cause the server to automatically set "primary" to "false" for any other values in the
/// array."
#[test]
fn row_08_one_value_is_primary_after_every_verb() {
    let users = ResourceType::user();
    let two =
        json!({ "userName": "a", "emails": [{ "value": "x", "primary": true }, { "value": "y", "primary": "true" }] });
    assert_eq!(kind(users.read(&two)), InvalidValue, "POST and PUT");
    let put = users.read(&json!({ "userName": "a", "emails": [{ "value": "new", "primary": true }, { "value": "ada@work.example", "type": "work" }] }));
    let merged: Value = users.merge_put(&ada(), put.unwrap()).unwrap().into();
    assert_eq!(primaries(&merged), ["new"], "PUT makes no primary of the old one");

    for (operation, expected) in [
        (json!({ "op": "add", "path": "emails", "value": { "value": "n", "primary": true } }), "n"),
        (
            json!({ "op": "add", "path": "emails", "value": [{ "value": "m" }, { "value": "n", "primary": "True" }] }),
            "n",
        ),
        (
            json!({ "op": "add", "path": "emails", "value": [{ "value": "ada@home.example", "type": "home", "primary": true }] }),
            "ada@home.example",
        ),
        (json!({ "op": "add", "value": { "emails": [{ "value": "n", "primary": true }] } }), "n"),
        (json!({ "op": "add", "value": { CORE: { "emails": [{ "value": "n", "primary": true }] } } }), "n"),
        (json!({ "op": "replace", "path": "emails", "value": [{ "value": "n", "primary": true }] }), "n"),
        (json!({ "op": "add", "path": "emails[type eq \"home\"].primary", "value": true }), "ada@home.example"),
        (
            json!({ "op": "replace", "path": "emails[value ew \"home.example\"].primary", "value": "true" }),
            "ada@home.example",
        ),
        (json!({ "op": "add", "path": "emails[type eq \"home\"]", "value": { "primary": true } }), "ada@home.example"),
        (
            json!({ "op": "replace", "path": "emails[type eq \"other\"]", "value": { "value": "o", "primary": true } }),
            "o",
        ),
        (json!({ "op": "replace", "path": "emails[primary eq true].value", "value": "p" }), "p"),
        (json!({ "op": "add", "path": "emails", "value": [{ "value": "z", "primary": false }] }), "ada@work.example"),
    ] {
        assert_eq!(primaries(&patch(&ada(), json!([operation])).document.into()), [expected], "{operation}");
    }
    for operation in [
        json!({ "op": "replace", "path": "emails.primary", "value": true }),
        json!({ "op": "replace", "path": "emails[type pr].primary", "value": true }),
        json!({ "op": "add", "path": "emails", "value": [{ "value": "m", "primary": true }, { "value": "n", "primary": true }] }),
        json!({ "op": "replace", "path": "emails", "value": [{ "value": "m", "primary": true }, { "value": "n", "primary": true }] }),
    ] {
        assert_eq!(kind(try_patch(&ada(), json!([operation]))), InvalidValue, "{operation}");
    }
}

/// RFC 7643 section 2.4: service providers "SHOULD NOT return the same (type, value) combination more than once per
/// attribute".
#[test]
fn row_08_a_type_and_value_is_kept_once() {
    let two = json!([{ "value": "x", "type": "work" }, { "value": "x", "type": "home" }]);
    let start = user(json!({ "userName": "a", "emails": two, "addresses": [{ "type": "work", "country": "BZ" }] }));
    for operation in [
        json!({ "op": "replace", "path": "emails.type", "value": "work" }),
        json!({ "op": "replace", "path": "emails[type eq \"home\"].type", "value": "work" }),
        json!({ "op": "remove", "path": "emails.type" }),
        json!({ "op": "replace", "path": "emails[type pr]", "value": { "value": "x", "type": "work" } }),
    ] {
        let document = patch(&start, json!([operation])).document;
        assert_eq!(document["emails"].as_array().unwrap().len(), 1, "{operation}: {}", document["emails"]);
    }
    let again = json!([{ "op": "add", "path": "addresses", "value": [{ "country": "BZ", "type": "work" }] }]);
    assert!(!patch(&start, again).changed, "the order of names is no difference");
}

/// RFC 7643 section 4.1.1: "Each User MUST include a non-empty userName value"; a password's "returned" is "never";
/// section 4.1.2: certificates are base64, "groups" is "readOnly".
#[test]
fn row_09_what_a_user_must_have_and_what_it_never_shows() {
    let users = ResourceType::user();
    for body in [json!({}), json!({ "userName": null }), json!({ "userName": "" }), json!({ "userName": [] })] {
        assert_eq!(kind(users.read(&body)), InvalidValue, "{body}");
    }
    let body = json!({ "userName": "a", "password": "p", "groups": [{ "value": "g" }], "x509Certificates": [{ "value": "MIID\nAw==" }] });
    let created = users.read(&body).unwrap();
    assert_eq!(created.ignored, Vec::<String>::new());
    assert_eq!(created.document.keys().collect::<Vec<_>>(), ["schemas", "userName", "x509Certificates"]);
    for filter in ["password eq \"p\"", "password pr", "password sw \"p\""] {
        assert!(Filter::parse(filter).unwrap().check(&users).is_err(), "{filter}");
    }
}

/// RFC 7643 section 4.2: "displayName" is REQUIRED; a member's "type" is "User" or "Group".
#[test]
fn row_10_what_a_group_must_have() {
    let groups = ResourceType::group();
    for body in [json!({}), json!({ "displayName": "" }), json!({ "displayName": null, "members": [] })] {
        assert_eq!(kind(groups.read(&body)), InvalidValue, "{body}");
    }
    for (member, accepted) in [
        (json!({ "value": "1" }), true),
        (json!({ "value": "1", "type": "User", "$ref": "../Users/1" }), true),
        (json!({ "value": "1", "type": "group" }), true),
        (json!({ "value": "1", "type": "Robot" }), false),
        (json!({ "type": "User" }), false),
        (json!({ "value": "" }), false),
        (json!({ "value": 1 }), false),
    ] {
        assert_eq!(read_members(&json!({ "members": [member] })).is_ok(), accepted, "{member}");
    }
}

/// RFC 7644 section 3.5.2: "a client MUST NOT modify an attribute that has mutability "readOnly" or "immutable"": the
/// parts of a member are immutable, the membership is not.
#[test]
fn row_10_a_member_is_not_changed_in_place() {
    let groups = ResourceType::group();
    let group =
        groups.read(&json!({ "displayName": "g", "members": [{ "value": "a", "type": "User" }] })).unwrap().document;
    for operation in [
        json!({ "op": "replace", "path": "members[value eq \"a\"].value", "value": "b" }),
        json!({ "op": "replace", "path": "members.value", "value": "b" }),
        json!({ "op": "add", "path": "members[value eq \"a\"].type", "value": "Group" }),
        json!({ "op": "remove", "path": "members[value eq \"a\"].type" }),
        json!({ "op": "add", "path": "members[value eq \"a\"]", "value": { "value": "b" } }),
        json!({ "op": "replace", "path": "members[value eq \"a\"]", "value": { "value": "b" } }),
    ] {
        assert_eq!(kind(try_patch_of(&groups, &group, json!([operation]))), Mutability, "{operation}");
    }
    for operation in [
        json!({ "op": "add", "path": "members", "value": [{ "value": "b" }] }),
        json!({ "op": "remove", "path": "members[value eq \"a\"]" }),
        json!({ "op": "replace", "path": "members", "value": [{ "value": "b" }] }),
    ] {
        assert!(try_patch_of(&groups, &group, json!([operation])).unwrap().changed, "{operation}");
    }
}

/// RFC 7643 section 3.3: an extension's attributes stand under its URN, which is in "schemas" exactly then; section
/// 6: of a required one "a resource of this type MUST include this schema extension".
#[test]
fn row_11_an_extension_is_there_exactly_when_it_has_values() {
    let mut strict = ResourceType::user();
    strict.extensions[0].required = true;
    assert_eq!(kind(strict.read(&json!({ "userName": "a" }))), InvalidValue);
    assert_eq!(kind(strict.read(&json!({ "userName": "a", ENTERPRISE: { "department": null } }))), InvalidValue);
    let whole = strict.read(&json!({ "userName": "a", ENTERPRISE: { "department": "D" } })).unwrap().document;
    let remove = json!([{ "op": "remove", "path": ENTERPRISE }]);
    assert_eq!(kind(try_patch_of(&strict, &whole, remove)), Mutability, "a required extension is not removed");
    let last = json!([{ "op": "remove", "path": format!("{ENTERPRISE}:department") }]);
    assert!(try_patch_of(&strict, &whole, last).is_err(), "nor is its last attribute");
    for (body, error) in [
        (json!({ "userName": "a", ENTERPRISE: "x" }), InvalidValue),
        (json!({ "userName": "a", ENTERPRISE: [1] }), InvalidValue),
        (json!("x"), InvalidSyntax),
    ] {
        assert_eq!(kind(ResourceType::user().read(&body)), error, "{body}");
    }
    assert!(
        !user(json!({ "userName": "a", "department": "D" })).contains_key(ENTERPRISE),
        "a plain name is of the core"
    );
}

/// RFC 7644 section 3.5.2.2: an attribute that is removed and is "read-only" is an error; of a whole extension the
/// client's part goes, the server's part stays.
#[test]
fn row_11_removing_an_extension_leaves_what_is_not_the_clients() {
    let things = things();
    let mut thing = things.read(&json!({ "label": "l", EXTRA: { "level": "1" } })).unwrap().document;
    thing[EXTRA]["sealed"] = json!("s");
    for operation in [
        json!({ "op": "remove", "path": EXTRA }),
        json!({ "op": "replace", "path": EXTRA, "value": null }),
        json!({ "op": "replace", "value": { EXTRA: {} } }),
    ] {
        let patched = try_patch_of(&things, &thing, json!([operation])).unwrap();
        assert_eq!(patched.document[EXTRA], json!({ "sealed": "s" }), "{operation}");
    }
    thing[EXTRA]["fixed"] = json!("f");
    assert_eq!(kind(try_patch_of(&things, &thing, json!([{ "op": "remove", "path": EXTRA }]))), Mutability);
}
