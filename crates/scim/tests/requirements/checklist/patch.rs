//! Rows 24 to 29: PATCH (RFC 7644 section 3.5.2), rule by rule. [`super::patch_matrix`] crosses operations and paths.

use muster_scim::{
    error::ScimType::{self, InvalidFilter, InvalidPath, InvalidSyntax, InvalidValue, Mutability, NoTarget},
    patch::{MAX_OPERATIONS, PatchRequest},
};
use serde_json::{Value, json};

use crate::support::{ENTERPRISE, EXTRA, ada, kind, patch, things, try_patch, try_patch_of, user};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// ""Operations", whose value is an array of one or more PATCH operations. Each PATCH operation object MUST have
/// exactly one "op" member, whose value ... MAY be one of "add", "remove", or "replace"".
#[test]
fn row_24_the_message() {
    for (body, expected) in [
        (json!([]), InvalidSyntax),
        (json!({ "schemas": [PATCH_OP] }), InvalidSyntax),
        (json!({ "schemas": [PATCH_OP], "Operations": [] }), InvalidSyntax),
        (json!({ "schemas": [PATCH_OP], "Operations": { "op": "add" } }), InvalidSyntax),
        (json!({ "schemas": [PATCH_OP], "Operations": [7] }), InvalidSyntax),
        (json!({ "schemas": [PATCH_OP], "Operations": [{}] }), InvalidSyntax),
        (
            json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "copy", "path": "title", "value": "x" }] }),
            InvalidSyntax,
        ),
        (json!({ "schemas": [PATCH_OP], "Operations": [{ "op": 1, "path": "title", "value": "x" }] }), InvalidSyntax),
        (json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "add", "path": 7, "value": "x" }] }), InvalidPath),
        (json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "add", "path": "", "value": "x" }] }), InvalidPath),
        (json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "add", "path": null, "value": "x" }] }), InvalidValue),
        (json!({ "Operations": [{ "op": "add", "path": "title", "value": "x" }] }), InvalidSyntax),
    ] {
        assert_eq!(kind(PatchRequest::parse(&body)), expected, "{body}");
    }
    for op in ["add", "Add", "ADD", "remove", "Remove", "replace", "Replace", "rEPLACE"] {
        assert!(try_patch(&ada(), json!([{ "op": op, "path": "title", "value": "x" }])).is_ok(), "{op}");
    }
    let many = |count: usize| json!({ "schemas": [PATCH_OP], "Operations": vec![json!({ "op": "remove", "path": "title" }); count] });
    assert!(PatchRequest::parse(&many(MAX_OPERATIONS)).is_ok());
    assert_eq!(PatchRequest::parse(&many(MAX_OPERATIONS + 1)).unwrap_err().status, 413);
}

/// "Operations are applied sequentially in the order they appear in the array".
#[test]
fn row_25_operations_are_applied_in_order() {
    for (operations, name, expected) in [
        (
            json!([{ "op": "add", "path": "title", "value": "1" }, { "op": "replace", "path": "title", "value": "2" }]),
            "title",
            json!("2"),
        ),
        (
            json!([{ "op": "add", "path": "title", "value": "1" }, { "op": "remove", "path": "title" }]),
            "title",
            json!(null),
        ),
        (
            json!([{ "op": "remove", "path": "emails" }, { "op": "add", "path": "emails", "value": { "value": "n" } }]),
            "emails",
            json!([{ "value": "n" }]),
        ),
        (
            json!([{ "op": "add", "path": "emails", "value": { "value": "n" } }, { "op": "remove", "path": "emails" }]),
            "emails",
            json!(null),
        ),
        (
            json!([
                { "op": "replace", "path": "emails", "value": [{ "value": "n", "type": "other" }] },
                { "op": "replace", "path": "emails[type eq \"other\"].value", "value": "m" },
            ]),
            "emails",
            json!([{ "value": "m", "type": "other" }]),
        ),
        (
            json!([{ "op": "replace", "value": { "title": "1" } }, { "op": "replace", "value": { "title": "2", "nickName": "N" } }]),
            "title",
            json!("2"),
        ),
        // A required value may be gone in between.
        (
            json!([{ "op": "replace", "path": "userName", "value": null }, { "op": "add", "path": "userName", "value": "b" }]),
            "userName",
            json!("b"),
        ),
    ] {
        assert_eq!(
            patch(&ada(), operations.clone()).document.get(name).cloned().unwrap_or_default(),
            expected,
            "{operations}"
        );
    }
}

/// "A PATCH request, regardless of the number of operations, SHALL be treated as atomic." What `apply` takes is
/// borrowed: it can only stay as it was; here every place in which an operation can fail is tried behind one that
/// works.
#[test]
fn row_25_a_request_is_atomic() {
    for bad in [
        json!({ "op": "replace", "path": "colour", "value": "x" }),
        json!({ "op": "replace", "path": "id", "value": "x" }),
        json!({ "op": "replace", "path": "active", "value": "x" }),
        json!({ "op": "replace", "path": "userName", "value": null }),
        json!({ "op": "remove", "path": "userName" }),
        json!({ "op": "replace", "path": "emails[type eq \"none\"].value", "value": "x" }),
        json!({ "op": "replace", "value": { "active": "x" } }),
    ] {
        let before = ada();
        let good = json!({ "op": "replace", "path": "title", "value": "good" });
        assert!(try_patch(&before, json!([good, bad])).is_err(), "{bad}");
        assert!(try_patch(&before, json!([bad, good])).is_err(), "{bad}");
        assert_eq!(before, ada());
    }
}

/// "If the target location already contains the value specified, no changes SHOULD be made to the resource ... this
/// operation SHALL NOT change the modify timestamp".
#[test]
fn row_25_26_what_is_there_already_is_no_change() {
    for operation in [
        json!({ "op": "add", "path": "userName", "value": "ada@example.com" }),
        json!({ "op": "replace", "path": "active", "value": "TRUE" }),
        json!({ "op": "add", "path": "emails", "value": [{ "type": "home", "value": "ada@home.example" }] }),
        json!({ "op": "add", "path": "emails", "value": [] }),
        json!({ "op": "add", "path": "emails[type eq \"home\"].value", "value": "ada@home.example" }),
        json!({ "op": "replace", "path": "emails[type eq \"home\"]", "value": { "type": "home", "value": "ada@home.example" } }),
        json!({ "op": "replace", "path": "emails", "value": ada()["emails"] }),
        json!({ "op": "replace", "path": "name", "value": { "familyName": "Lovelace", "givenName": "Ada" } }),
        json!({ "op": "add", "path": "name", "value": {} }),
        json!({ "op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": "m1" }),
        json!({ "op": "replace", "value": Value::from(ada()) }),
        json!({ "op": "add", "value": Value::from(ada()) }),
        json!({ "op": "remove", "path": "nickName" }),
        json!({ "op": "remove", "path": "name.middleName" }),
        json!({ "op": "remove", "path": "emails[type eq \"none\"]" }),
        json!({ "op": "remove", "path": "emails", "value": [{ "value": "nobody@x" }] }),
        json!({ "op": "replace", "path": "title", "value": null }),
    ] {
        let patched = patch(&ada(), json!([operation]));
        assert!(!patched.changed, "{operation}");
        assert_eq!(patched.document, ada(), "{operation}");
    }
    let there_and_back = json!([{ "op": "replace", "path": "active", "value": false }, { "op": "replace", "path": "active", "value": true }]);
    assert!(!patch(&ada(), there_and_back).changed, "the outcome counts");
}

/// Section 3.5.2.2: "the values matched by the filter are removed"; what is left of a value that was nothing but
/// that, goes too.
#[test]
fn row_27_remove_takes_matching_values_or_their_sub_attributes() {
    let parts = json!([
        { "value": "a", "type": "work", "primary": true }, { "value": "b", "type": "home", "key": "k" }, { "value": "C", "type": "home" },
    ]);
    let left = |operation: Value| {
        let thing = things().read(&json!({ "label": "l", "parts": parts, "tags": ["x", "Y"] })).unwrap().document;
        let document = try_patch_of(&things(), &thing, json!([operation])).unwrap().document;
        let values = |name: &str| -> Vec<String> {
            let items = document.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
            items.iter().map(|item| item.get("value").unwrap_or(item).as_str().unwrap().to_owned()).collect()
        };
        [values("parts").concat(), values("tags").concat()]
    };
    for (operation, parts, tags) in [
        (json!({ "op": "remove", "path": "parts" }), "", "xY"),
        (json!({ "op": "remove", "path": "parts[type eq \"home\"]" }), "a", "xY"),
        (json!({ "op": "remove", "path": "parts[type eq \"HOME\" and value eq \"c\"]" }), "ab", "xY"),
        (json!({ "op": "remove", "path": "parts[not (type eq \"home\")]" }), "bC", "xY"),
        (json!({ "op": "remove", "path": "parts[value pr]" }), "", "xY"),
        (json!({ "op": "remove", "path": "parts[primary eq \"True\"]" }), "bC", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": [{ "value": "a" }, { "value": "b" }] }), "C", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": [{ "Value": "a" }] }), "bC", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": [{ "value": "c" }] }), "ab", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": [{ "value": "a", "type": "home" }] }), "abC", "xY"),
        (
            json!({ "op": "remove", "path": "parts", "value": [{ "value": "a", "type": "WORK", "display": "?" }] }),
            "bC",
            "xY",
        ),
        (json!({ "op": "remove", "path": "parts", "value": [{ "type": "home", "key": "k" }] }), "aC", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": [{ "primary": "True" }] }), "bC", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": [{ "type": "home", "value": null }] }), "abC", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": [{ "type": "home", "value": "" }] }), "abC", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": [{ "type": "home", "colour": "red" }] }), "abC", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": [{}] }), "abC", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": [] }), "abC", "xY"),
        (json!({ "op": "remove", "path": "parts", "value": "A" }), "bC", "xY"),
        (json!({ "op": "remove", "path": "tags", "value": ["y"] }), "abC", "x"),
        (json!({ "op": "remove", "path": "tags[value eq \"X\"]" }), "abC", "Y"),
        (json!({ "op": "remove", "path": "tags" }), "abC", ""),
    ] {
        assert_eq!(left(operation.clone()), [parts, tags], "{operation}");
    }
    let document = user(json!({ "userName": "a", "emails": [{ "value": "x", "type": "work", "display": "D" }] }));
    for (path, rest) in [
        ("emails[type eq \"work\"].display", json!([{ "value": "x", "type": "work" }])),
        ("emails.display", json!([{ "value": "x", "type": "work" }])),
        ("emails[type eq \"work\"].value", json!([{ "type": "work", "display": "D" }])),
        ("emails[type eq \"home\"].value", document["emails"].clone()),
    ] {
        assert_eq!(patch(&document, json!([{ "op": "remove", "path": path }])).document["emails"], rest, "{path}");
    }
}

/// "If an attribute is removed or becomes unassigned and is defined as a required attribute or a read-only attribute,
/// the server SHALL return ... a "scimType" error code of "mutability"."
#[test]
fn row_27_what_is_required_is_not_removed() {
    let mut kind_of = things();
    for attribute in &mut kind_of.schema.attributes {
        attribute.required = matches!(attribute.name.as_str(), "label" | "parts" | "tags" | "owner");
    }
    let body = json!({ "label": "l", "parts": [{ "value": "a", "type": "work" }], "tags": ["t"], "owner": "o" });
    let thing = kind_of.read(&body).unwrap().document;
    for operation in [
        json!({ "op": "remove", "path": "label" }),
        json!({ "op": "remove", "path": "urn:example:2.0:Thing:label" }),
        json!({ "op": "remove", "path": "parts" }),
        json!({ "op": "remove", "path": "parts[type eq \"work\"]" }),
        json!({ "op": "remove", "path": "parts", "value": [{ "value": "a" }] }),
        json!({ "op": "remove", "path": "parts[type eq \"work\"].value" }),
        json!({ "op": "remove", "path": "parts.value" }),
        json!({ "op": "remove", "path": "tags[value eq \"t\"]" }),
        json!({ "op": "remove", "path": "tags", "value": "t" }),
        json!({ "op": "remove", "path": "owner" }),
        json!({ "op": "remove", "path": "owner.value" }),
        json!({ "op": "remove", "path": "stamp" }),
        json!({ "op": "remove", "path": "owner.display" }),
        json!({ "op": "remove", "path": "parts[type eq \"work\"].display" }),
        json!({ "op": "remove", "path": "meta" }),
        json!({ "op": "remove", "path": "id" }),
    ] {
        assert_eq!(kind(try_patch_of(&kind_of, &thing, json!([operation]))), Mutability, "{operation}");
    }
    assert_eq!(kind(try_patch(&ada(), json!([{ "op": "remove" }]))), NoTarget);
    assert_eq!(kind(try_patch(&ada(), json!([{ "op": "remove", "value": { "title": "x" } }]))), NoTarget);
}

/// Section 3.5.2.3, each of its rules.
#[test]
fn row_28_replace() {
    let start = user(json!({
        "userName": "a", "name": { "givenName": "G", "familyName": "F" },
        "emails": [{ "value": "w1", "type": "work", "display": "D" }, { "value": "w2", "type": "work" }, { "value": "h", "type": "home" }],
    }));
    for (operation, name, expected) in [
        // "the target is assumed to be the resource itself"
        (
            json!({ "op": "replace", "value": { "title": "T", "name": { "givenName": "N" } } }),
            "name",
            json!({ "givenName": "N", "familyName": "F" }),
        ),
        // "If the target location is a single-value attribute, the attributes value is replaced."
        (json!({ "op": "replace", "path": "userName", "value": "b" }), "userName", json!("b")),
        // "a multi-valued attribute and no filter is specified, the attribute and all values are replaced"
        (
            json!({ "op": "replace", "path": "emails", "value": [{ "value": "n" }] }),
            "emails",
            json!([{ "value": "n" }]),
        ),
        (json!({ "op": "replace", "value": { "emails": [{ "value": "n" }] } }), "emails", json!([{ "value": "n" }])),
        (json!({ "op": "replace", "path": "emails", "value": { "value": "n" } }), "emails", json!([{ "value": "n" }])),
        (json!({ "op": "replace", "path": "emails", "value": null }), "emails", json!(null)),
        // "an attribute that does not exist, the service provider SHALL treat the operation as an "add""
        (json!({ "op": "replace", "path": "title", "value": "T" }), "title", json!("T")),
        (
            json!({ "op": "replace", "path": "name.middleName", "value": "M" }),
            "name",
            json!({ "givenName": "G", "familyName": "F", "middleName": "M" }),
        ),
        (
            json!({ "op": "replace", "path": "phoneNumbers", "value": [{ "value": "1" }] }),
            "phoneNumbers",
            json!([{ "value": "1" }]),
        ),
        // "Sub-attributes that are not specified in the "value" parameter are left unchanged."
        (
            json!({ "op": "replace", "path": "name", "value": { "givenName": "N" } }),
            "name",
            json!({ "givenName": "N", "familyName": "F" }),
        ),
        (
            json!({ "op": "replace", "path": "name", "value": { "givenName": null, "familyName": "" } }),
            "name",
            json!(null),
        ),
        // "then all matching record values SHALL be replaced"
        (
            json!({ "op": "replace", "path": "emails[type eq \"home\"]", "value": { "value": "n", "type": "other" } }),
            "emails",
            json!([{ "value": "w1", "type": "work", "display": "D" }, { "value": "w2", "type": "work" }, { "value": "n", "type": "other" }]),
        ),
        // "the matching sub-attribute of all matching records is replaced"
        (
            json!({ "op": "replace", "path": "emails[type eq \"work\"].display", "value": "N" }),
            "emails",
            json!([{ "value": "w1", "type": "work", "display": "N" }, { "value": "w2", "type": "work", "display": "N" }, { "value": "h", "type": "home" }]),
        ),
        // The stored value keeps its own spelling when the filter wrote it in another.
        (
            json!({ "op": "replace", "path": "emails[value eq \"H\"]", "value": { "display": "N" } }),
            "emails",
            json!([{ "value": "w1", "type": "work", "display": "D" }, { "value": "w2", "type": "work" }, { "value": "h", "display": "N" }]),
        ),
    ] {
        let document = patch(&start, json!([operation])).document;
        assert_eq!(document.get(name).cloned().unwrap_or_default(), expected, "{operation}");
    }
    // "no record match was made ... "noTarget""
    for path in [
        "emails[type eq \"pager\"].value",
        "emails[value eq \"none\"]",
        "emails[type eq \"work\" and value eq \"none\"].display",
        "ims[value pr].value",
    ] {
        for op in ["replace", "add"] {
            assert_eq!(
                kind(try_patch(&start, json!([{ "op": op, "path": path, "value": "x" }]))),
                NoTarget,
                "{op} {path}"
            );
        }
    }
}

/// A value that is made must be one that the filter means; otherwise the request would make another one each time it
/// is sent.
#[test]
fn row_28_a_value_that_is_made_satisfies_the_filter_that_asked_for_it() {
    let nobody = user(json!({ "userName": "a" }));
    for (path, value) in [
        ("emails[type eq \"work\"].type", json!("home")),
        ("emails[type eq \"work\"]", json!({ "value": "x", "type": "home" })),
        ("emails[primary eq true].primary", json!(false)),
        ("emails[type eq \"work\" and type eq \"home\"].value", json!("x")),
        ("emails[type eq \"work\" and value eq \"y\"].value", json!("x")),
    ] {
        for op in ["add", "replace"] {
            assert_eq!(
                kind(try_patch(&nobody, json!([{ "op": op, "path": path, "value": value }]))),
                NoTarget,
                "{op} {path}"
            );
        }
    }
}

/// Table 9 and section 3.5.2: which error says what, whatever the operation.
#[test]
fn row_29_each_error_has_its_keyword() {
    let thing = json!({ "label": "l", "serial": "s", "parts": [{ "value": "a", "code": "c" }], "owner": { "value": "o", "code": "c" }, EXTRA: { "fixed": "f" } });
    let thing = things().read(&thing).unwrap().document;
    let cases: Vec<(&str, Value, ScimType)> = vec![
        ("", json!("x"), InvalidPath),
        (" ", json!("x"), InvalidPath),
        ("no such", json!("x"), InvalidPath),
        ("7up", json!("x"), InvalidPath),
        ("colour", json!("x"), InvalidPath),
        ("label.x", json!("x"), InvalidPath),
        ("owner.colour", json!("x"), InvalidPath),
        ("owner.value.deep", json!("x"), InvalidPath),
        ("urn:example:2.0:Other:label", json!("x"), InvalidPath),
        ("urn:example:2.0:Extra:label", json!("x"), InvalidPath),
        ("level", json!("x"), InvalidPath),
        ("parts[value eq \"a\"", json!("x"), InvalidPath),
        ("parts[value eq \"a\"].", json!("x"), InvalidPath),
        ("parts[value eq \"a\"].colour", json!("x"), InvalidPath),
        ("parts[value eq \"a\"]value", json!("x"), InvalidPath),
        ("parts.value[value eq \"a\"]", json!("x"), InvalidPath),
        ("parts[0]", json!("x"), InvalidFilter),
        ("parts[]", json!("x"), InvalidFilter),
        ("parts[value]", json!("x"), InvalidFilter),
        ("parts[value is \"a\"]", json!("x"), InvalidFilter),
        ("parts[value eq a]", json!("x"), InvalidFilter),
        ("parts[colour eq \"a\"]", json!("x"), InvalidFilter),
        ("parts[primary gt true]", json!("x"), InvalidFilter),
        ("parts[value eq 7]", json!("x"), InvalidFilter),
        ("parts[owner[value eq \"a\"]]", json!("x"), InvalidFilter),
        ("label[value eq \"a\"]", json!("x"), InvalidPath),
        ("owner[value eq \"a\"]", json!("x"), InvalidPath),
        ("stamp", json!("x"), Mutability),
        ("owner.display", json!("x"), Mutability),
        ("parts[value eq \"a\"].display", json!("x"), Mutability),
        ("urn:example:2.0:Extra:sealed", json!("x"), Mutability),
        ("id", json!("x"), Mutability),
        ("meta.location", json!("x"), Mutability),
        ("serial", json!("other"), Mutability),
        ("urn:example:2.0:Extra:fixed", json!("other"), Mutability),
        ("owner.code", json!("other"), Mutability),
        ("parts[value eq \"a\"].code", json!("other"), Mutability),
        ("parts.code", json!("other"), Mutability),
    ];
    for (path, value, expected) in &cases {
        for op in ["add", "replace", "remove"] {
            // `remove … value` names what to remove; the immutable is not removed either.
            let operation = json!([{ "op": op, "path": path, "value": value }]);
            assert_eq!(kind(try_patch_of(&things(), &thing, operation)), *expected, "{op} {path:?}");
        }
    }
    for (path, value) in [
        ("label", json!(7)),
        ("label", json!(null)),
        ("label", json!("")),
        ("size", json!("x")),
        ("flag", json!("x")),
        ("owner", json!(7)),
        ("owner.value", json!(7)),
        ("parts", json!(7)),
        ("parts", json!([{ "type": "work" }])),
        ("parts[value eq \"a\"].primary", json!("x")),
        ("parts[value eq \"a\"]", json!(7)),
        (EXTRA, json!("x")),
        ("urn:example:2.0:Thing", json!("x")),
        ("urn:example:2.0:Extra:level", json!(7)),
    ] {
        for op in ["add", "replace"] {
            let operation = json!([{ "op": op, "path": path, "value": value }]);
            assert_eq!(kind(try_patch_of(&things(), &thing, operation)), InvalidValue, "{op} {path} {value}");
        }
    }
    for op in ["add", "replace"] {
        assert_eq!(kind(try_patch(&ada(), json!([{ "op": op, "path": "title" }]))), InvalidValue, "{op} without value");
        assert_eq!(kind(try_patch(&ada(), json!([{ "op": op, "value": [] }]))), InvalidValue, "{op} without path");
    }
}

/// "However, a client MAY "add" a value to an "immutable" attribute if the attribute had no previous value."
#[test]
fn row_29_an_immutable_value_is_set_once() {
    let bare = things().read(&json!({ "label": "l", "parts": [{ "value": "a" }], "owner": "o" })).unwrap().document;
    for (path, value) in [
        ("serial", "s"),
        ("urn:example:2.0:Extra:fixed", "f"),
        ("owner.code", "c"),
        ("parts[value eq \"a\"].code", "c"),
    ] {
        for op in ["add", "replace"] {
            let set = json!([{ "op": op, "path": path, "value": value }]);
            let once = try_patch_of(&things(), &bare, set.clone()).unwrap();
            assert!(once.changed, "{op} {path}");
            assert!(
                !try_patch_of(&things(), &once.document, set).unwrap().changed,
                "the same value is no change: {op} {path}"
            );
            for second in [
                json!({ "op": op, "path": path, "value": "other" }),
                json!({ "op": "remove", "path": path }),
                json!({ "op": op, "path": path, "value": null }),
            ] {
                assert_eq!(kind(try_patch_of(&things(), &once.document, json!([second]))), Mutability, "{second}");
            }
        }
    }
}
