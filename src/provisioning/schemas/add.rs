//! Adding a schema or a resource type, or putting a new version in its place.

use muster_scim::schema::{self, Extension, ResourceType, Schema};
use serde_json::Value;

use super::{DocumentKind, SchemaDocument, resource_types, store};
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::aliases::is_of_muster;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, SchemaDocumentId};

/// What a schema becomes a part of, in the same step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extends {
    Nothing,
    User,
    Group,
}

/// What was added.
#[derive(Debug, Clone)]
pub struct Added {
    pub kind: DocumentKind,
    pub name: String,
    /// Whether it took the place of an older version.
    pub replaced: bool,
}

/// Endpoints that are Muster's own.
const TAKEN: [&str; 8] =
    ["/Me", "/Bulk", "/.search", "/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/Roles", "/oauth"];

/// Adds a document in the form of RFC 7643 section 7 (a schema) or section 6 (a resource type); one of the same name is
/// replaced by it.
///
/// # Errors
/// [`Error::Invalid`] saying where the document is wrong; then nothing of it is kept.
pub async fn add(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    document: Value,
    extends: Extends,
) -> Result<Added> {
    actor.require_admin(organization)?;
    let (kind, name) = read(&document, extends)?;
    if kind == DocumentKind::Schema && (is_of_muster(&name) || store::is_alias_schema(tx, organization, &name).await?) {
        return Err(Error::invalid(
            "document",
            format!("the schema's id \"{name}\" is that of identity aliases: choose a URN of your own"),
        ));
    }
    let mut all = store::all(tx, organization).await?;
    let replaced = put(tx, actor, organization, &mut all, kind, &name, document).await?;
    if let Some(extended) = extended(&all, extends, &name)? {
        put(tx, actor, organization, &mut all, DocumentKind::ResourceType, &extended.name, extended.to_json()).await?;
    }
    let types = resource_types(&all).map_err(|error| Error::invalid("document", error.detail))?;
    check_endpoints(&types)?;
    Ok(Added { kind, name, replaced })
}

/// What kind of document it is, and what it is called.
fn read(document: &Value, extends: Extends) -> Result<(DocumentKind, String)> {
    let wrong = |detail: String| Error::invalid("document", detail);
    let schemas = document.get("schemas").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let says = |urn: &str| schemas.iter().filter_map(Value::as_str).any(|said| said.eq_ignore_ascii_case(urn));
    let is_type = says(schema::RESOURCE_TYPE) || (!says(schema::SCHEMA) && document.get("endpoint").is_some());
    if is_type {
        if extends != Extends::Nothing {
            return Err(wrong(
                "a resource type extends nothing: leave that out, or send the extension's schema".into(),
            ));
        }
        let name = document.get("name").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| wrong("the resource type has no \"name\"".into()))?;
        return Ok((DocumentKind::ResourceType, name.to_string()));
    }
    let schema = Schema::parse(document).map_err(|error| wrong(error.detail))?;
    let urn = schema.id.to_ascii_lowercase();
    if !urn.starts_with("urn:") || schema.id.contains(char::is_whitespace) {
        return Err(wrong(format!("the schema's id \"{}\" must be a URN, urn:example:device for instance", schema.id)));
    }
    // RFC 7643 section 10 keeps this space for standards.
    if urn.starts_with("urn:ietf:params:scim:schemas:core:") || urn.starts_with("urn:ietf:params:scim:api:") {
        return Err(wrong(format!(
            "the schema's id \"{}\" lies in the space of the standard: choose a URN of your own",
            schema.id
        )));
    }
    Ok((DocumentKind::Schema, schema.id))
}

/// The resource type of the core, with the schema among its extensions.
fn extended(all: &[SchemaDocument], extends: Extends, urn: &str) -> Result<Option<ResourceType>> {
    let core = match extends {
        Extends::Nothing => return Ok(None),
        Extends::User => ResourceType::user(),
        Extends::Group => ResourceType::group(),
    };
    let types = resource_types(all).map_err(|error| Error::invalid("document", error.detail))?;
    let mut found = types.into_iter().find(|known| known.name.eq_ignore_ascii_case(&core.name)).unwrap_or(core);
    if found.extension(urn).is_some() {
        return Ok(None);
    }
    let schema = all.iter().find(|document| document.kind == DocumentKind::Schema && document.name == urn);
    let schema = schema.ok_or_else(|| Error::internal("a schema is gone in its own transaction"))?;
    let schema = Schema::parse(&schema.document).map_err(|error| Error::invalid("document", error.detail))?;
    found.extensions.push(Extension { schema, required: false });
    Ok(Some(found))
}

/// Each endpoint is served once, and User and Group stay what they are.
fn check_endpoints(types: &[ResourceType]) -> Result<()> {
    let wrong = |detail: String| Err(Error::invalid("document", detail));
    for (n, kind) in types.iter().enumerate() {
        let segment = kind.endpoint.strip_prefix('/').unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if segment.is_empty() || !segment.chars().all(plain) {
            return wrong(format!("the endpoint \"{}\" must be a slash and one word, as in /Devices", kind.endpoint));
        }
        let core = [ResourceType::user(), ResourceType::group()];
        if let Some(core) = core.iter().find(|core| core.name.eq_ignore_ascii_case(&kind.name)) {
            if core.schema.id != kind.schema.id || core.endpoint != kind.endpoint || core.name != kind.name {
                return wrong(format!(
                    "\"{}\" keeps its schema and its endpoint {}: only add extensions",
                    core.name, core.endpoint
                ));
            }
            continue;
        }
        let same = |other: &str| other.eq_ignore_ascii_case(&kind.endpoint);
        let taken = TAKEN.iter().any(|own| same(own)) || core.iter().any(|core| same(&core.endpoint));
        if taken || types[..n].iter().any(|other| same(&other.endpoint)) {
            return wrong(format!("the endpoint \"{}\" is taken: choose another", kind.endpoint));
        }
        let unusual = ["Role", "Schema", "ResourceType", "ServiceProviderConfig"];
        if unusual.iter().any(|name| name.eq_ignore_ascii_case(&kind.name)) {
            return wrong(format!("the name \"{}\" is taken: choose another", kind.name));
        }
    }
    Ok(())
}

async fn put(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    all: &mut Vec<SchemaDocument>,
    kind: DocumentKind,
    name: &str,
    document: Value,
) -> Result<bool> {
    let known = all.iter_mut().find(|known| known.kind == kind && known.name.eq_ignore_ascii_case(name));
    let (id, before) = match known {
        Some(known) => {
            let before = std::mem::replace(&mut known.document, document.clone());
            store::update(tx, known).await?;
            (known.id.clone(), Some(before))
        }
        None => {
            let new = SchemaDocument {
                id: SchemaDocumentId::new(),
                kind,
                name: name.to_string(),
                document: document.clone(),
                created_at: tx.now(),
            };
            store::insert(tx, organization, &new).await?;
            let id = new.id.clone();
            all.push(new);
            (id, None)
        }
    };
    let replaced = before.is_some();
    let event = if replaced { "schema.replaced" } else { "schema.added" };
    let subject = Subject::schema(&id, name);
    events::record(tx, actor, NewEvent { organization, kind: event, subject, before, after: Some(document) }).await?;
    Ok(replaced)
}
