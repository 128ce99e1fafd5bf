//! Short names for the tests.

use muster_scim::{
    Document,
    error::{ScimError, ScimType},
    patch::{self, PatchOptions, PatchRequest, Patched},
    schema::{ResourceType, Schema},
};
use serde_json::{Value, json};

pub const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The extension of [`things`].
pub const EXTRA: &str = "urn:example:2.0:Extra";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

pub fn document(value: Value) -> Document {
    value.as_object().expect("an object").clone()
}

/// A user as the crate stores it.
pub fn user(body: Value) -> Document {
    ResourceType::user().read(&body).expect("a valid user").document
}

pub fn ada() -> Document {
    user(json!({
        "userName": "ada@example.com",
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "active": true,
        "emails": [
            { "value": "ada@work.example", "type": "work", "primary": true },
            { "value": "ada@home.example", "type": "home" },
        ],
        ENTERPRISE: { "department": "Engines", "manager": { "value": "m1" } },
    }))
}

pub fn request(operations: Value) -> PatchRequest {
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
    PatchRequest::parse(&body).expect("a valid PATCH")
}

pub fn try_patch(current: &Document, operations: Value) -> Result<Patched, ScimError> {
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
    let request = PatchRequest::parse(&body)?;
    patch::apply(&ResourceType::user(), current, &request, &PatchOptions::default())
}

pub fn patch(current: &Document, operations: Value) -> Patched {
    try_patch(current, operations.clone()).unwrap_or_else(|error| panic!("{operations}: {error}"))
}

pub fn kind<T: std::fmt::Debug>(result: Result<T, ScimError>) -> ScimType {
    result.expect_err("a refusal").scim_type.expect("a keyword")
}

/// A resource type with an attribute of every type and of every mutability, for what users and groups do not have.
pub fn things() -> ResourceType {
    let schema = json!({
        "id": "urn:example:2.0:Thing",
        "attributes": [
            { "name": "label", "required": true },
            { "name": "serial", "mutability": "immutable" },
            { "name": "stamp", "mutability": "readOnly" },
            { "name": "secret", "mutability": "writeOnly", "returned": "never" },
            { "name": "note", "returned": "request" },
            { "name": "pinned", "returned": "always" },
            { "name": "size", "type": "integer" },
            { "name": "ratio", "type": "decimal" },
            { "name": "at", "type": "dateTime" },
            { "name": "data", "type": "binary", "caseExact": true },
            { "name": "link", "type": "reference", "caseExact": true },
            { "name": "flag", "type": "boolean" },
            { "name": "exact", "caseExact": true },
            { "name": "cash$flow" },
            { "name": "tags", "multiValued": true },
            { "name": "owner", "type": "complex", "subAttributes": [
                { "name": "value" }, { "name": "code", "mutability": "immutable" },
                { "name": "display", "mutability": "readOnly" },
            ] },
            { "name": "parts", "type": "complex", "multiValued": true, "subAttributes": [
                { "name": "value", "required": true }, { "name": "type", "canonicalValues": ["work", "home"] },
                { "name": "primary", "type": "boolean" }, { "name": "code", "mutability": "immutable" },
                { "name": "display", "mutability": "readOnly" }, { "name": "key", "returned": "always" },
            ] },
        ],
    });
    let extension = json!({
        "id": "urn:example:2.0:Extra",
        "attributes": [
            { "name": "level" }, { "name": "fixed", "mutability": "immutable" }, { "name": "sealed", "mutability": "readOnly" },
        ],
    });
    let schemas = [&schema, &extension].map(|schema| Schema::parse(schema).expect("a valid schema"));
    let kind = json!({
        "name": "Thing", "endpoint": "/Things", "schema": "urn:example:2.0:Thing",
        "schemaExtensions": [{ "schema": EXTRA, "required": false }],
    });
    ResourceType::parse(&kind, &schemas).expect("a valid resource type")
}

/// As [`try_patch`], for any resource type.
pub fn try_patch_of(kind: &ResourceType, current: &Document, operations: Value) -> Result<Patched, ScimError> {
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
    patch::apply(kind, current, &PatchRequest::parse(&body)?, &PatchOptions::default())
}
