//! Rows 26 to 28: each operation on each form of path. One start, one table.

use muster_scim::error::ScimType::{self, InvalidPath, InvalidValue, Mutability, NoTarget};
use serde_json::{Value, json};

use crate::support::{EXTRA, things, try_patch_of};

/// What an operation makes of the attribute that its row names.
enum Outcome {
    Is(Value),
    Gone,
    Fails(ScimType),
}
use Outcome::{Fails, Gone, Is};

fn start() -> Value {
    json!({
        "label": "l", "size": 7, "tags": ["a", "b"], "owner": { "value": "o", "code": "c" },
        "parts": [{ "value": "p", "type": "work", "primary": true }, { "value": "q", "type": "home" }],
        EXTRA: { "level": "1" },
    })
}

#[track_caller]
fn table(op: &str, cases: Vec<(Option<&str>, Value, &str, Outcome)>) {
    let things = things();
    let before = things.read(&start()).unwrap().document;
    for (path, value, name, expected) in cases {
        let mut operation = json!({ "op": op });
        if let Some(path) = path {
            operation["path"] = path.into();
        }
        if value != json!("(none)") {
            operation["value"] = value;
        }
        let outcome = try_patch_of(&things, &before, json!([operation]));
        match (outcome, expected) {
            (Ok(patched), Is(expected)) => assert_eq!(patched.document.get(name), Some(&expected), "{operation}"),
            (Ok(patched), Gone) => assert_eq!(patched.document.get(name), None, "{operation}"),
            (Err(error), Fails(expected)) => assert_eq!(error.scim_type, Some(expected), "{operation}: {error}"),
            (Ok(patched), Fails(_)) => panic!("{operation} made {}", Value::from(patched.document)),
            (Err(error), _) => panic!("{operation}: {error}"),
        }
        // Whatever else there is stays.
        if let Ok(patched) = try_patch_of(&things, &before, json!([operation])) {
            for (key, value) in before.iter().filter(|(key, _)| *key != name && *key != "schemas") {
                assert_eq!(patched.document.get(key), Some(value), "{operation} touched {key}");
            }
        }
    }
}

const CORE_SIZE: Option<&str> = Some("urn:example:2.0:Thing:size");
const LEVEL: Option<&str> = Some("urn:example:2.0:Extra:level");
const HOME: Option<&str> = Some("parts[type eq \"home\"]");
const HOME_VALUE: Option<&str> = Some("parts[type eq \"home\"].value");

#[test]
fn row_26_add_on_every_form_of_path() {
    let (p, q) = (json!({ "value": "p", "type": "work", "primary": true }), json!({ "value": "q", "type": "home" }));
    table(
        "add",
        vec![
            (None, json!({ "size": 8 }), "size", Is(json!(8))),
            (None, json!({ "urn:example:2.0:Thing:size": 8 }), "size", Is(json!(8))),
            (None, json!({ "urn:example:2.0:Thing": { "size": 8 } }), "size", Is(json!(8))),
            (None, json!({ "owner.value": "n" }), "owner", Is(json!({ "value": "n" }))),
            (None, json!({ "tags": "c" }), "tags", Is(json!(["a", "b", "c"]))),
            (None, json!({ EXTRA: { "level": "2" } }), EXTRA, Is(json!({ "level": "2" }))),
            (None, json!({ EXTRA: {} }), EXTRA, Is(json!({ "level": "1" }))),
            (None, json!({ "urn:example:2.0:Extra:level": "2" }), EXTRA, Is(json!({ "level": "2" }))),
            (
                None,
                json!({ "parts[type eq \"home\"].key": "k" }),
                "parts",
                Is(json!([p, { "value": "q", "type": "home", "key": "k" }])),
            ),
            (None, json!({ "colour": "red" }), "colour", Gone),
            (None, json!({ "stamp": "s", "id": "x" }), "stamp", Gone),
            (None, json!("size"), "size", Fails(InvalidValue)),
            (None, json!("(none)"), "size", Fails(InvalidValue)),
            (Some("size"), json!(8), "size", Is(json!(8))),
            (Some("ratio"), json!(0.5), "ratio", Is(json!(0.5))),
            (CORE_SIZE, json!(8), "size", Is(json!(8))),
            (Some("urn:example:2.0:Thing"), json!({ "size": 8 }), "size", Is(json!(8))),
            (Some("owner"), json!({ "value": "o" }), "owner", Is(json!({ "value": "o", "code": "c" }))),
            (Some("owner"), json!("n"), "owner", Is(json!({ "value": "n" }))),
            (Some("owner"), json!({ "value": "n", "code": "d" }), "owner", Is(json!({ "value": "n", "code": "d" }))),
            (Some("owner"), json!({ "code": "d" }), "owner", Fails(Mutability)),
            (Some("owner"), json!({ "display": "x" }), "owner", Is(json!({ "value": "o", "code": "c" }))),
            (Some("owner.value"), json!("n"), "owner", Is(json!({ "value": "n" }))),
            (Some("owner.display"), json!("x"), "owner", Fails(Mutability)),
            (Some("tags"), json!("c"), "tags", Is(json!(["a", "b", "c"]))),
            (Some("tags"), json!(["b", "c"]), "tags", Is(json!(["a", "b", "c"]))),
            (Some("tags"), json!(null), "tags", Is(json!(["a", "b"]))),
            (Some("parts"), json!({ "value": "r" }), "parts", Is(json!([p, q, { "value": "r" }]))),
            (
                Some("parts"),
                json!([{ "value": "q", "type": "home", "key": "k" }]),
                "parts",
                Is(json!([p, { "value": "q", "type": "home", "key": "k" }])),
            ),
            (
                Some("parts"),
                json!([{ "value": "q", "type": "work" }]),
                "parts",
                Is(json!([p, q, { "value": "q", "type": "work" }])),
            ),
            (
                Some("parts.key"),
                json!("k"),
                "parts",
                Is(json!([
                    { "value": "p", "type": "work", "primary": true, "key": "k" }, { "value": "q", "type": "home", "key": "k" },
                ])),
            ),
            (HOME, json!({ "key": "k" }), "parts", Is(json!([p, { "value": "q", "type": "home", "key": "k" }]))),
            (HOME, json!({ "value": "r" }), "parts", Is(json!([p, { "value": "r", "type": "home" }]))),
            (HOME_VALUE, json!("r"), "parts", Is(json!([p, { "value": "r", "type": "home" }]))),
            (
                Some("urn:example:2.0:Thing:parts[type eq \"home\"].value"),
                json!("r"),
                "parts",
                Is(json!([p, { "value": "r", "type": "home" }])),
            ),
            (LEVEL, json!("2"), EXTRA, Is(json!({ "level": "2" }))),
            (Some(EXTRA), json!({ "level": "2" }), EXTRA, Is(json!({ "level": "2" }))),
            (Some(EXTRA), json!({ "sealed": "x" }), EXTRA, Is(json!({ "level": "1" }))),
            (Some("serial"), json!("s"), "serial", Is(json!("s"))),
            (Some("secret"), json!("s"), "secret", Gone),
            (Some("stamp"), json!("s"), "stamp", Fails(Mutability)),
            (Some("colour"), json!("red"), "colour", Fails(InvalidPath)),
            (Some("schemas"), json!(["urn:example:x"]), "colour", Gone),
            (Some("size"), json!("(none)"), "size", Fails(InvalidValue)),
            (Some("parts[value eq \"z\"].key"), json!("k"), "parts", Fails(NoTarget)),
        ],
    );
}

#[test]
fn row_27_remove_on_every_form_of_path() {
    let (p, q) = (json!({ "value": "p", "type": "work", "primary": true }), json!({ "value": "q", "type": "home" }));
    let none = || json!("(none)");
    table(
        "remove",
        vec![
            (None, none(), "size", Fails(NoTarget)),
            (None, json!({ "size": 7 }), "size", Fails(NoTarget)),
            (Some("size"), none(), "size", Gone),
            (Some("size"), json!(7), "size", Gone),
            (CORE_SIZE, none(), "size", Gone),
            (Some("urn:example:2.0:Thing"), none(), "size", Fails(NoTarget)),
            (Some("owner"), none(), "owner", Gone),
            (Some("owner.value"), none(), "owner", Gone),
            (Some("owner.code"), none(), "owner", Fails(Mutability)),
            (Some("owner.display"), none(), "owner", Fails(Mutability)),
            (Some("tags"), none(), "tags", Gone),
            (Some("tags"), json!(null), "tags", Gone),
            (Some("tags"), json!("a"), "tags", Is(json!(["b"]))),
            (Some("tags"), json!(["a", "b"]), "tags", Gone),
            (Some("tags[value eq \"a\"]"), none(), "tags", Is(json!(["b"]))),
            (Some("parts"), none(), "parts", Gone),
            (Some("parts"), json!([{ "value": "q" }]), "parts", Is(json!([p]))),
            (Some("parts.type"), none(), "parts", Is(json!([{ "value": "p", "primary": true }, { "value": "q" }]))),
            (Some("parts.primary"), none(), "parts", Is(json!([{ "value": "p", "type": "work" }, q]))),
            (Some("parts.value"), none(), "parts", Fails(Mutability)),
            (HOME, none(), "parts", Is(json!([p]))),
            (HOME, json!([{ "value": "p" }]), "parts", Is(json!([p]))),
            (Some("parts[type eq \"home\"].type"), none(), "parts", Is(json!([p, { "value": "q" }]))),
            (HOME_VALUE, none(), "parts", Fails(Mutability)),
            (Some("parts[value eq \"z\"]"), none(), "parts", Is(json!([p, q]))),
            (Some("parts[value eq \"z\"].key"), none(), "parts", Is(json!([p, q]))),
            (LEVEL, none(), EXTRA, Gone),
            (Some(EXTRA), none(), EXTRA, Gone),
            (Some("label"), none(), "label", Fails(Mutability)),
            (Some("stamp"), none(), "stamp", Fails(Mutability)),
            (Some("serial"), none(), "serial", Gone),
            (Some("secret"), none(), "secret", Gone),
            (Some("colour"), none(), "colour", Fails(InvalidPath)),
            (Some("schemas"), none(), "colour", Gone),
        ],
    );
}

#[test]
fn row_28_replace_on_every_form_of_path() {
    let (p, q) = (json!({ "value": "p", "type": "work", "primary": true }), json!({ "value": "q", "type": "home" }));
    table(
        "replace",
        vec![
            (None, json!({ "size": 8 }), "size", Is(json!(8))),
            (None, json!({ "size": null }), "size", Gone),
            (None, json!({ "urn:example:2.0:Thing": { "size": 8 } }), "size", Is(json!(8))),
            (None, json!({ "tags": ["c"] }), "tags", Is(json!(["c"]))),
            (None, json!({ "tags": [] }), "tags", Gone),
            (None, json!({ EXTRA: { "fixed": "f" } }), EXTRA, Is(json!({ "level": "1", "fixed": "f" }))),
            (None, json!({ EXTRA: {} }), EXTRA, Gone),
            (
                None,
                json!({ "parts[type eq \"home\"].value": "r" }),
                "parts",
                Is(json!([p, { "value": "r", "type": "home" }])),
            ),
            (None, json!({ "parts[type eq \"other\"].value": "r" }), "parts", Fails(NoTarget)),
            (None, json!({ "colour": "red" }), "colour", Gone),
            (None, json!(7), "size", Fails(InvalidValue)),
            (None, json!("(none)"), "size", Fails(InvalidValue)),
            (Some("size"), json!(8), "size", Is(json!(8))),
            (Some("size"), json!(""), "size", Gone),
            (CORE_SIZE, json!(8), "size", Is(json!(8))),
            (Some("urn:example:2.0:Thing"), json!({ "size": 8 }), "size", Is(json!(8))),
            (Some("owner"), json!({ "value": "o" }), "owner", Is(json!({ "value": "o", "code": "c" }))),
            (Some("owner"), json!({ "value": "n" }), "owner", Is(json!({ "value": "n" }))),
            (Some("owner"), json!(null), "owner", Gone),
            (Some("owner"), json!([]), "owner", Gone),
            (Some("owner.value"), json!(""), "owner", Gone),
            (Some("tags"), json!(["c", "c"]), "tags", Is(json!(["c"]))),
            (Some("parts"), json!([{ "value": "r" }]), "parts", Is(json!([{ "value": "r" }]))),
            (Some("parts"), json!([]), "parts", Gone),
            (
                Some("parts.type"),
                json!("home"),
                "parts",
                Is(json!([{ "value": "p", "type": "home", "primary": true }, q])),
            ),
            (HOME, json!({ "value": "r" }), "parts", Is(json!([p, { "value": "r", "type": "home" }]))),
            (HOME, json!({ "value": "r", "type": "work" }), "parts", Is(json!([p, { "value": "r", "type": "work" }]))),
            (HOME, json!(null), "parts", Is(json!([p]))),
            (HOME_VALUE, json!("r"), "parts", Is(json!([p, { "value": "r", "type": "home" }]))),
            (HOME_VALUE, json!(""), "parts", Is(json!([p]))),
            (Some("parts[type eq \"other\"].value"), json!("r"), "parts", Fails(NoTarget)),
            (LEVEL, json!("2"), EXTRA, Is(json!({ "level": "2" }))),
            (LEVEL, json!(null), EXTRA, Gone),
            (Some(EXTRA), json!({ "level": "2" }), EXTRA, Is(json!({ "level": "2" }))),
            (Some(EXTRA), json!({}), EXTRA, Gone),
            (Some("label"), json!("m"), "label", Is(json!("m"))),
            (Some("label"), json!(null), "label", Fails(InvalidValue)),
            (Some("stamp"), json!("s"), "stamp", Fails(Mutability)),
            (Some("colour"), json!("red"), "colour", Fails(InvalidPath)),
            (Some("size"), json!("(none)"), "size", Fails(InvalidValue)),
        ],
    );
}
