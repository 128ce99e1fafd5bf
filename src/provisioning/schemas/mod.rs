//! An organization's own schemas and resource types (RFC 7643 sections 6 and 7): what its directories serve beside the
//! core.

mod add;
mod pages;
pub mod routes;
mod store;

pub use add::{Added, Extends, add};

use muster_scim::error::ScimError;
use muster_scim::schema::{ResourceType, Schema};
use serde_json::Value;

use super::catalog::Catalog;
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, SchemaDocumentId};
use crate::time::Timestamp;

/// A document as it was added.
#[derive(Debug, Clone)]
pub struct SchemaDocument {
    pub id: SchemaDocumentId,
    pub kind: DocumentKind,
    /// A schema's URN, or a resource type's name.
    pub name: String,
    pub document: Value,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    Schema,
    ResourceType,
}

impl DocumentKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::ResourceType => "resource-type",
        }
    }

    /// The words on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Schema => "Schema",
            Self::ResourceType => "Resource type",
        }
    }
}

/// The organization's documents, oldest first.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but its admins.
pub async fn list(tx: &mut Tx, actor: &Actor, organization: &OrganizationId) -> Result<Vec<SchemaDocument>> {
    actor.require_admin(organization)?;
    store::all(tx, organization).await
}

/// Takes a document away. What it described stays with the resources that hold it, and is not shown any more.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] if a resource type builds on the schema.
pub async fn remove(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &SchemaDocumentId) -> Result<()> {
    actor.require_admin(organization)?;
    let all = store::all(tx, organization).await?;
    let found = all.iter().find(|document| document.id == *id).ok_or(Error::NotFound("schema"))?;
    let rest: Vec<_> = all.iter().filter(|document| document.id != *id).cloned().collect();
    resource_types(&rest).map_err(|error| {
        Error::conflict(format!(
            "A resource type builds on this schema: remove that first. Nothing was changed. ({})",
            error.detail
        ))
    })?;
    store::remove(tx, id).await?;
    let subject = Subject::schema(id, &found.name);
    let before = Some(found.document.clone());
    let event = NewEvent { organization, kind: "schema.removed", subject, before, after: None };
    events::record(tx, actor, event).await
}

/// Whether the organization has a schema of its own under this URN.
pub async fn defines(tx: &mut Tx, organization: &OrganizationId, urn: &str) -> Result<bool> {
    let all = store::all(tx, organization).await?;
    Ok(all.iter().any(|known| known.kind == DocumentKind::Schema && known.name.eq_ignore_ascii_case(urn)))
}

/// What a directory of the organization serves that has chosen this URN for aliases.
pub(super) async fn catalog(tx: &mut Tx, organization: &OrganizationId, alias_schema: &str) -> Result<Catalog> {
    let documents = store::all(tx, organization).await?;
    let own = resource_types(&documents);
    let own = own.map_err(|error| Error::internal(format!("a stored schema cannot be read: {error}")))?;
    Ok(Catalog::new(own, alias_schema))
}

/// The resource types of these documents, with the schemas that they and the core define.
fn resource_types(documents: &[SchemaDocument]) -> std::result::Result<Vec<ResourceType>, ScimError> {
    let mut schemas = vec![Schema::user(), Schema::enterprise_user(), Schema::group()];
    for document in documents.iter().filter(|document| document.kind == DocumentKind::Schema) {
        schemas.push(Schema::parse(&document.document)?);
    }
    let types = documents.iter().filter(|document| document.kind == DocumentKind::ResourceType);
    types.map(|document| ResourceType::parse(&document.document, &schemas)).collect()
}
