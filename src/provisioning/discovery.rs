//! What this service can do (RFC 7643 sections 5 to 7, RFC 7644 section 4): the same for everybody, without a token.

use axum::extract::{Path, State};
use muster_scim::error::ScimError;
use muster_scim::list::list_response;
use muster_scim::schema::{self, Schema};
use serde_json::{Value, json};

use super::answer::{Answer, ScimResult};
use super::base_url;
use super::error::Failure;
use super::kinds;
use super::request::{PathId, Query};
use super::window::MAX_RESULTS;
use crate::app::App;

/// The base URL in the request's path.
fn base(app: &App, label: &str) -> String {
    base_url(&app.config.public_url, label)
}

pub async fn service_provider_config(State(app): State<App>, Path(label): Path<String>) -> ScimResult {
    let unsupported = json!({ "supported": false });
    Ok(Answer::ok(json!({
        "schemas": [schema::SERVICE_PROVIDER_CONFIG],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": MAX_RESULTS },
        "changePassword": unsupported,
        "sort": unsupported,
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "OAuth Bearer Token",
            "description": "A token made on the connection's page in Muster, sent as Authorization: Bearer",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": meta(&base(&app, &label), "ServiceProviderConfig", "/ServiceProviderConfig"),
    })))
}

pub async fn resource_types(State(app): State<App>, Path(label): Path<String>, query: Query) -> ScimResult {
    refuse_filter(&query)?;
    let base = base(&app, &label);
    Ok(list(kinds::all().into_iter().map(|kind| resource_type_json(&base, kind)).collect()))
}

pub async fn resource_type(
    State(app): State<App>,
    Path((label, _)): Path<(String, String)>,
    PathId(id): PathId,
) -> ScimResult {
    let kind = kinds::all().into_iter().find(|kind| kind.id.eq_ignore_ascii_case(&id));
    let kind = kind.ok_or_else(|| ScimError::not_found("there is no such resource type: /ResourceTypes lists them"))?;
    Ok(Answer::ok(resource_type_json(&base(&app, &label), kind)))
}

pub async fn schemas(State(app): State<App>, Path(label): Path<String>, query: Query) -> ScimResult {
    refuse_filter(&query)?;
    let base = base(&app, &label);
    Ok(list(all_schemas().iter().map(|schema| schema_json(&base, schema)).collect()))
}

pub async fn schema(
    State(app): State<App>,
    Path((label, _)): Path<(String, String)>,
    PathId(id): PathId,
) -> ScimResult {
    let schemas = all_schemas();
    let schema = schemas.iter().find(|schema| schema.id.eq_ignore_ascii_case(&id));
    let schema = schema.ok_or_else(|| ScimError::not_found("there is no such schema: /Schemas lists them"))?;
    Ok(Answer::ok(schema_json(&base(&app, &label), schema)))
}

/// RFC 7644 section 4: sorting and paging are ignored, "If a "filter" is provided, the service provider SHOULD respond
/// with HTTP status code 403".
fn refuse_filter(query: &Query) -> Result<(), Failure> {
    match query.has("filter") {
        false => Ok(()),
        true => Err(Failure(ScimError::status(403, "this list cannot be filtered: read all of it"))),
    }
}

fn list(resources: Vec<Value>) -> Answer {
    Answer::ok(list_response(resources.len() as u64, 1, resources))
}

/// The resources' schemas, and those of discovery itself (RFC 7643 section 8.7.2).
fn all_schemas() -> Vec<Schema> {
    let mut schemas = Vec::new();
    for kind in kinds::all() {
        schemas.push(kind.schema.clone());
        schemas.extend(kind.extensions.iter().map(|extension| extension.schema.clone()));
    }
    schemas.extend(schema::discovery());
    schemas
}

fn schema_json(base: &str, schema: &Schema) -> Value {
    let mut json = schema.to_json();
    json["meta"] = meta(base, "Schema", &format!("/Schemas/{}", schema.id));
    json
}

fn resource_type_json(base: &str, kind: &schema::ResourceType) -> Value {
    let mut json = kind.to_json();
    json["meta"] = meta(base, "ResourceType", &format!("/ResourceTypes/{}", kind.id));
    json
}

fn meta(base: &str, resource_type: &str, path: &str) -> Value {
    json!({ "resourceType": resource_type, "location": format!("{base}{path}") })
}
