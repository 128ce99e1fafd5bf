//! What this service can do (RFC 7643 sections 5 to 7, RFC 7644 section 4): without a token, the core; with one, all.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use muster_scim::error::ScimError;
use muster_scim::list::list_response;
use muster_scim::schema::{self, Schema};
use serde_json::{Value, json};

use super::answer::{Answer, ScimResult};
use super::auth::Caller;
use super::base_url;
use super::catalog::Catalog;
use super::error::Failure;
use super::operations::bulk;
use super::operations::list::CURSOR_TIMEOUT;
use super::query::{DEFAULT_RESULTS, MAX_RESULTS};
use super::request::{Query, Resource};
use crate::app::App;

/// The base URL in the request's path.
fn base(app: &App, label: &str) -> String {
    base_url(&app.config.public_url, label)
}

pub async fn service_provider_config(State(app): State<App>, Path(label): Path<String>) -> ScimResult {
    Ok(Answer::ok(json!({
        "schemas": [schema::SERVICE_PROVIDER_CONFIG],
        "patch": { "supported": true },
        "bulk": { "supported": true, "maxOperations": bulk::MAX_OPERATIONS, "maxPayloadSize": bulk::MAX_MIB * 1024 * 1024 },
        "filter": { "supported": true, "maxResults": MAX_RESULTS },
        "changePassword": { "supported": false },
        "sort": { "supported": true },
        "etag": { "supported": true },
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": DEFAULT_RESULTS,
            "maxPageSize": MAX_RESULTS,
            "cursorTimeout": CURSOR_TIMEOUT,
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "OAuth Bearer Token",
            "description": "A token made on the connection's page in Muster, sent as Authorization: Bearer",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }, {
            "type": "oauth2",
            "name": "OAuth 2.0 Client Credentials",
            "description": "A client secret, or an assertion of Microsoft Entra ID, exchanged for an access token of one hour at {base URL}/oauth/token",
            "specUri": "https://www.rfc-editor.org/info/rfc6749",
        }],
        "meta": meta(&base(&app, &label), "ServiceProviderConfig", "/ServiceProviderConfig"),
    })))
}

/// What is served, and to whom: an organization's own schemas are shown to its own token only.
fn catalog(caller: &Option<Extension<Caller>>) -> Arc<Catalog> {
    caller.as_ref().map_or_else(Catalog::core, |caller| caller.catalog.clone())
}

pub async fn resource_types(
    State(app): State<App>,
    Path(label): Path<String>,
    caller: Option<Extension<Caller>>,
    query: Query,
) -> ScimResult {
    refuse_filter(&query)?;
    let base = base(&app, &label);
    let kinds = catalog(&caller);
    Ok(list(kinds.kinds().iter().map(|kind| resource_type_json(&base, &kind.resource_type)).collect()))
}

pub async fn resource_type(
    State(app): State<App>,
    Path((label, _)): Path<(String, String)>,
    caller: Option<Extension<Caller>>,
    Resource(_, id): Resource,
) -> ScimResult {
    let catalog = catalog(&caller);
    let kind = catalog.kinds().iter().find(|kind| kind.resource_type.id.eq_ignore_ascii_case(&id));
    let kind = kind.ok_or_else(|| ScimError::not_found("there is no such resource type: /ResourceTypes lists them"))?;
    Ok(Answer::ok(resource_type_json(&base(&app, &label), &kind.resource_type)))
}

pub async fn schemas(
    State(app): State<App>,
    Path(label): Path<String>,
    caller: Option<Extension<Caller>>,
    query: Query,
) -> ScimResult {
    refuse_filter(&query)?;
    let base = base(&app, &label);
    Ok(list(all_schemas(&catalog(&caller)).iter().map(|schema| schema_json(&base, schema)).collect()))
}

pub async fn schema(
    State(app): State<App>,
    Path((label, _)): Path<(String, String)>,
    caller: Option<Extension<Caller>>,
    Resource(_, id): Resource,
) -> ScimResult {
    let schemas = all_schemas(&catalog(&caller));
    let schema = schemas.iter().find(|schema| schema.id.eq_ignore_ascii_case(&id));
    let schema = schema.ok_or_else(|| ScimError::not_found("there is no such schema: /Schemas lists them"))?;
    Ok(Answer::ok(schema_json(&base(&app, &label), schema)))
}

/// RFC 7644 section 4: sorting and paging are ignored, "If a "filter" is provided, the service provider SHOULD respond
/// with HTTP status code 403".
fn refuse_filter(query: &Query) -> Result<(), Failure> {
    match query.has("filter") {
        false => Ok(()),
        true => Err(Failure::from(ScimError::status(403, "this list cannot be filtered: read all of it"))),
    }
}

fn list(resources: Vec<Value>) -> Answer {
    Answer::ok(list_response(resources.len() as u64, 1, resources))
}

/// The resources' schemas, and those of discovery itself (RFC 7643 section 8.7.2).
fn all_schemas(catalog: &Catalog) -> Vec<Schema> {
    let mut schemas: Vec<_> = catalog.schemas().into_iter().cloned().collect();
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
