//! Rows 15 and 16: what is returned (RFC 7643 section 7, RFC 7644 section 3.9).

use muster_scim::project::Projection;
use serde_json::{Value, json};

use crate::support::{EXTRA, document, things};

fn thing() -> Value {
    json!({
        "schemas": ["urn:example:2.0:Thing", EXTRA], "id": "1", "externalId": "e", "meta": { "version": "v", "location": "/1" },
        "label": "l", "secret": "s", "note": "n", "pinned": "p", "size": 7,
        "owner": { "value": "o", "display": "O" },
        "parts": [{ "value": "a", "type": "work", "key": "k1" }, { "value": "b", "key": "k2" }],
        EXTRA: { "level": "1", "fixed": "f" },
    })
}

fn shown(attributes: Option<&str>, excluded: Option<&str>) -> Value {
    let projection = Projection::parse(&things(), attributes, excluded).unwrap();
    projection.apply(&things(), &document(thing())).into()
}

fn without(names: &[&str]) -> Value {
    let mut rest = document(thing());
    for name in ["secret", "note"].iter().chain(names) {
        rest.shift_remove(*name);
    }
    rest.into()
}

/// "The minimum set is composed of those attributes that have their "returned" characteristic set to "always"".
fn minimum(more: Value) -> Value {
    let mut minimum = document(json!({
        "schemas": ["urn:example:2.0:Thing", EXTRA], "id": "1", "pinned": "p", "parts": [{ "key": "k1" }, { "key": "k2" }],
    }));
    minimum.extend(document(more));
    minimum.into()
}

/// "always The attribute is always returned", "never The attribute is never returned", "default", "request".
#[test]
fn row_15_each_returned_characteristic() {
    assert_eq!(shown(None, None), without(&[]));
    for name in ["secret", "SECRET", "secret,secret"] {
        assert_eq!(shown(Some(name), None), minimum(json!({})), "never: {name}");
    }
    assert_eq!(shown(Some("note"), None), minimum(json!({ "note": "n" })), "request, and asked");
    assert_eq!(shown(None, Some("size")), without(&["size"]), "request, and not asked");
    for name in ["id", "schemas", "pinned", "id,pinned,schemas", "parts.key"] {
        assert_eq!(shown(None, Some(name)), without(&[]), "always: {name}");
    }
    let mut keys = without(&[]);
    keys["parts"] = json!([{ "key": "k1" }, { "key": "k2" }]);
    assert_eq!(shown(None, Some("parts")), keys, "always, within what is excluded");
}

/// "each resource returned MUST contain the minimum set of resource attributes and any attributes or sub-attributes
/// explicitly requested by the "attributes" parameter".
#[test]
fn row_16_attributes() {
    for (attributes, expected) in [
        ("size", json!({ "size": 7 })),
        (" SIZE , label ", json!({ "label": "l", "size": 7 })),
        ("urn:example:2.0:Thing:size", json!({ "size": 7 })),
        ("URN:EXAMPLE:2.0:THING:SIZE", json!({ "size": 7 })),
        ("owner", json!({ "owner": { "value": "o", "display": "O" } })),
        ("owner.display", json!({ "owner": { "display": "O" } })),
        ("urn:example:2.0:Thing:owner.display", json!({ "owner": { "display": "O" } })),
        ("owner.display,owner.value", json!({ "owner": { "value": "o", "display": "O" } })),
        ("parts.type", json!({ "parts": [{ "type": "work", "key": "k1" }, { "key": "k2" }] })),
        ("parts", json!({ "parts": [{ "value": "a", "type": "work", "key": "k1" }, { "value": "b", "key": "k2" }] })),
        ("meta.version", json!({ "meta": { "version": "v" } })),
        ("meta", json!({ "meta": { "version": "v", "location": "/1" } })),
        (EXTRA, json!({ EXTRA: { "level": "1", "fixed": "f" } })),
        ("urn:example:2.0:Extra:level", json!({ EXTRA: { "level": "1" } })),
        ("colour", json!({})),
        ("colour,size.x,urn:example:x:size,,", json!({})),
        ("externalId", json!({ "externalId": "e" })),
    ] {
        assert_eq!(shown(Some(attributes), None), minimum(expected), "{attributes}");
    }
}

/// "the default set of attributes minus those attributes listed in "excludedAttributes" is returned".
#[test]
fn row_16_excluded_attributes() {
    for (excluded, gone) in [
        ("size", vec!["size"]),
        ("SIZE, label", vec!["size", "label"]),
        ("urn:example:2.0:Thing:size", vec!["size"]),
        ("owner", vec!["owner"]),
        ("meta,externalId", vec!["meta", "externalId"]),
        (EXTRA, vec![EXTRA]),
        ("urn:example:2.0:Extra:level,urn:example:2.0:Extra:fixed", vec![EXTRA]),
        ("owner.value,owner.display", vec!["owner"]),
        ("colour", vec![]),
        ("colour,size.x", vec![]),
    ] {
        assert_eq!(shown(None, Some(excluded)), without(&gone), "{excluded}");
    }
    let mut expected = without(&[]);
    expected["owner"] = json!({ "value": "o" });
    assert_eq!(shown(None, Some("owner.display")), expected);
}

/// "either of the mutually exclusive URL query parameters".
#[test]
fn row_16_one_of_the_two() {
    for (attributes, excluded, accepted) in [
        (Some("size"), Some("label"), false),
        (Some("size"), Some(""), true),
        (Some(" "), Some("size"), true),
        (None, None, true),
    ] {
        assert_eq!(Projection::parse(&things(), attributes, excluded).is_ok(), accepted, "{attributes:?} {excluded:?}");
    }
}
