//! Short names for the tests.

use muster_scim::{
    Document,
    error::{ScimError, ScimType},
    patch::{self, PatchOptions, PatchRequest, Patched},
    schema::ResourceType,
};
use serde_json::{Value, json};

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
