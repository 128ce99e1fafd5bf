//! What the targets share: resource types, and the form of their inputs.
//!
//! An input is text that a human can write, of lines that are understood each by itself, so that most mutations of an input
//! still mean something.

use std::sync::LazyLock;

use muster_scim::{
    Document,
    schema::{ResourceType, Schema},
};
use serde_json::{Value, json};

/// Users, groups, and a type with an attribute of every kind and mutability.
pub static KINDS: LazyLock<[ResourceType; 3]> =
    LazyLock::new(|| [ResourceType::user(), ResourceType::group(), things()]);

/// What is patched and filtered when an input brings no document.
pub static DEFAULTS: LazyLock<[Document; 3]> = LazyLock::new(|| {
    let bodies = [
        json!({
            "userName": "ada", "active": true, "title": "Countess", "name": { "givenName": "Ada", "familyName": "Lovelace" },
            "emails": [{ "value": "a@work", "type": "work", "primary": true }, { "value": "a@home", "type": "home" }],
            "addresses": [{ "type": "work", "country": "GB" }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "D", "manager": { "value": "m" } },
        }),
        json!({ "displayName": "g", "members": [{ "value": "u1", "type": "User" }, { "value": "g2", "type": "Group" }] }),
        json!({
            "label": "l", "size": 7, "ratio": 0.5, "at": "2026-01-31T08:00:00Z", "flag": true, "data": "aGVsbG8=", "tags": ["x", "Y"],
            "owner": { "value": "o" }, "parts": [{ "value": "p", "type": "work", "primary": true }, { "value": "q" }],
            "urn:example:2.0:Extra": { "level": "1" },
        }),
    ];
    let mut bodies = bodies.iter().zip(KINDS.iter());
    std::array::from_fn(|_| {
        let (body, kind) = bodies.next().expect("as many bodies as kinds");
        kind.read(body).expect("a valid body").document
    })
});

fn things() -> ResourceType {
    let schema = json!({
        "id": "urn:example:2.0:Thing",
        "attributes": [
            { "name": "label", "required": true }, { "name": "serial", "mutability": "immutable" },
            { "name": "stamp", "mutability": "readOnly" }, { "name": "secret", "mutability": "writeOnly", "returned": "never" },
            { "name": "size", "type": "integer" }, { "name": "ratio", "type": "decimal" }, { "name": "at", "type": "dateTime" },
            { "name": "data", "type": "binary" }, { "name": "link", "type": "reference" }, { "name": "flag", "type": "boolean" },
            { "name": "exact", "caseExact": true }, { "name": "tags", "multiValued": true },
            { "name": "sizes", "type": "integer", "multiValued": true },
            { "name": "owner", "type": "complex", "subAttributes": [
                { "name": "value" }, { "name": "code", "mutability": "immutable" }, { "name": "display", "mutability": "readOnly" },
            ] },
            { "name": "parts", "type": "complex", "multiValued": true, "subAttributes": [
                { "name": "value", "required": true }, { "name": "type", "canonicalValues": ["work", "home"] },
                { "name": "primary", "type": "boolean" }, { "name": "code", "mutability": "immutable" },
                { "name": "at", "type": "dateTime" }, { "name": "size", "type": "integer" }, { "name": "data", "type": "binary" },
            ] },
        ],
    });
    let extension = json!({
        "id": "urn:example:2.0:Extra",
        "attributes": [{ "name": "level" }, { "name": "fixed", "mutability": "immutable" }, { "name": "marks", "multiValued": true }],
    });
    let schemas = [&schema, &extension].map(|schema| Schema::parse(schema).expect("a valid schema"));
    let kind = json!({
        "name": "Thing", "endpoint": "/Things", "schema": "urn:example:2.0:Thing",
        "schemaExtensions": [{ "schema": "urn:example:2.0:Extra", "required": false }],
    });
    ResourceType::parse(&kind, &schemas).expect("a valid resource type")
}

/// The text before and after the first line break.
pub fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// JSON, or else a string: no mutation of a value is lost.
pub fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}
