//! Rows 14 and 23: POST and PUT (RFC 7644 sections 3.3 and 3.5.1).

use muster_scim::{
    Document,
    error::ScimType::{InvalidSyntax, InvalidValue, Mutability},
    schema::ResourceType,
};
use serde_json::{Value, json};

use crate::support::{EXTRA, kind, things};

/// Section 3.3: "attributes whose mutability is "readOnly" ... SHALL be ignored"; section 3.12: a required value that
/// is missing is `invalidValue`.
#[test]
fn row_14_a_body_is_read_or_refused() {
    for (body, expected) in [
        (json!({ "label": "l", "stamp": "s", "id": "x" }), Ok(json!({ "label": "l" }))),
        (json!({ "label": "l", "serial": "s" }), Ok(json!({ "label": "l", "serial": "s" }))),
        (json!({ "label": "l", "secret": "s" }), Ok(json!({ "label": "l" }))),
        (
            json!({ "label": "l", "owner": { "value": "o", "display": "O" } }),
            Ok(json!({ "label": "l", "owner": { "value": "o" } })),
        ),
        (
            json!({ "label": "l", EXTRA: { "level": "1", "sealed": "s" } }),
            Ok(json!({ "label": "l", EXTRA: { "level": "1" } })),
        ),
        (json!({ "label": "l", "owner": { "display": "O" } }), Ok(json!({ "label": "l" }))),
        (json!({}), Err(InvalidValue)),
        (json!({ "label": "" }), Err(InvalidValue)),
        (json!({ "label": "l", "parts": [{ "type": "work" }] }), Err(InvalidValue)),
        (json!([{ "label": "l" }]), Err(InvalidSyntax)),
        (json!(null), Err(InvalidSyntax)),
    ] {
        let read = things().read(&body).map(|incoming| {
            let mut document = incoming.document;
            document.shift_remove("schemas");
            Value::from(document)
        });
        assert_eq!(read.map_err(|error| error.scim_type.unwrap()), expected, "{body}");
    }
}

fn put(current: &Value, body: &Value) -> Result<Document, muster_scim::error::ScimError> {
    let things = things();
    things.merge_put(current.as_object().unwrap(), things.read(body)?)
}

/// Section 3.5.1: "readWrite, writeOnly Any values provided SHALL replace the existing attribute values"; "immutable
/// ... the input value(s) MUST match ... If the service provider has no existing values, the new value(s) SHALL be
/// applied"; "readOnly Any values provided SHALL be ignored"; "If an attribute is "required", clients MUST specify
/// the attribute".
#[test]
fn row_23_each_mutability_on_put() {
    let current = json!({
        "schemas": ["urn:example:2.0:Thing", EXTRA], "id": "1", "meta": { "version": "W/\"1\"" }, "label": "l", "serial": "s",
        "stamp": "server's", "secret": "kept", "size": 7, "owner": { "value": "o", "code": "c", "display": "server's" },
        EXTRA: { "level": "1", "fixed": "f", "sealed": "server's" },
    });
    for (body, name, expected) in [
        (json!({ "label": "new" }), "label", json!("new")),
        (json!({ "label": "l" }), "size", json!(null)),
        (json!({ "label": "l", "size": null }), "size", json!(null)),
        (json!({ "label": "l", "size": 8 }), "size", json!(8)),
        (json!({ "label": "l" }), "secret", json!("kept")),
        (json!({ "label": "l" }), "id", json!("1")),
        (json!({ "label": "l", "id": "2" }), "id", json!("1")),
        (json!({ "label": "l", "meta": { "version": "x" } }), "meta", json!({ "version": "W/\"1\"" })),
        (json!({ "label": "l", "stamp": "client's" }), "stamp", json!("server's")),
        (json!({ "label": "l", "serial": "s" }), "serial", json!("s")),
        (json!({ "label": "l" }), "serial", json!("s")),
        (json!({ "label": "l", "serial": null }), "serial", json!("s")),
        (json!({ "label": "l" }), "owner", json!(null)),
        (json!({ "label": "l", "owner": "o" }), "owner", json!({ "value": "o", "code": "c", "display": "server's" })),
        (
            json!({ "label": "l", "owner": { "value": "o", "display": "x" } }),
            "owner",
            json!({ "value": "o", "code": "c", "display": "server's" }),
        ),
        (
            json!({ "label": "l", "owner": { "value": "p", "code": "d" } }),
            "owner",
            json!({ "value": "p", "code": "d" }),
        ),
        (json!({ "label": "l" }), EXTRA, json!({ "fixed": "f", "sealed": "server's" })),
        (
            json!({ "label": "l", EXTRA: { "level": "2", "sealed": "x" } }),
            EXTRA,
            json!({ "level": "2", "fixed": "f", "sealed": "server's" }),
        ),
    ] {
        let merged = put(&current, &body).unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(merged.get(name).cloned().unwrap_or_default(), expected, "{body}");
        assert_eq!(merged["schemas"], json!(["urn:example:2.0:Thing", EXTRA]), "{body}");
    }
    for (body, expected) in [
        (json!({ "label": "l", "serial": "other" }), Mutability),
        (json!({ "label": "l", "owner": { "value": "o", "code": "d" } }), Mutability),
        (json!({ "label": "l", EXTRA: { "fixed": "g" } }), Mutability),
        (json!({ "size": 7 }), InvalidValue),
        (json!({ "label": null }), InvalidValue),
    ] {
        assert_eq!(kind(put(&current, &body)), expected, "{body}");
    }
    let first =
        put(&json!({ "label": "l" }), &json!({ "label": "l", "serial": "s", EXTRA: { "fixed": "f" } })).unwrap();
    assert_eq!((&first["serial"], &first[EXTRA]["fixed"]), (&json!("s"), &json!("f")), "no existing value");
}

/// What was read, sent back as it is, changes nothing: Okta does this with every update.
#[test]
fn row_23_an_echo_changes_nothing() {
    let users = ResourceType::user();
    let mut stored = crate::support::ada();
    stored.insert("id".into(), json!("1"));
    stored.insert("meta".into(), json!({ "resourceType": "User", "version": "W/\"3\"" }));
    stored.insert("groups".into(), json!([{ "value": "g", "display": "G" }]));
    let merged = users.merge_put(&stored, users.read(&stored.clone().into()).unwrap()).unwrap();
    assert_eq!(merged, stored);
}
