//! Rows of schemas and resource types.

use super::{DocumentKind, SchemaDocument};
use crate::db::{Tx, sql};
use crate::error::{Error, Result};
use crate::id::{OrganizationId, SchemaDocumentId};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: SchemaDocumentId,
    kind: String,
    name: String,
    document: String,
    created_at: Timestamp,
}

impl TryFrom<Row> for SchemaDocument {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            kind: if row.kind == "schema" { DocumentKind::Schema } else { DocumentKind::ResourceType },
            name: row.name,
            document: serde_json::from_str(&row.document)?,
            created_at: row.created_at,
        })
    }
}

pub(super) async fn all(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<SchemaDocument>> {
    let rows: Vec<Row> = sql("SELECT id, kind, name, document, created_at FROM schema_documents \
         WHERE organization_id = $1 ORDER BY id")
    .bind(organization)
    .all(tx)
    .await?;
    rows.into_iter().map(SchemaDocument::try_from).collect()
}

/// Whether a directory of the organization has chosen this URN for aliases.
pub(super) async fn is_alias_schema(tx: &mut Tx, organization: &OrganizationId, urn: &str) -> Result<bool> {
    let chosen: Vec<(String,)> = sql("SELECT alias_schema FROM directories WHERE organization_id = $1 ORDER BY id")
        .bind(organization)
        .all(tx)
        .await?;
    Ok(chosen.iter().any(|(chosen,)| chosen.eq_ignore_ascii_case(urn)))
}

pub(super) async fn insert(tx: &mut Tx, organization: &OrganizationId, document: &SchemaDocument) -> Result<()> {
    sql("INSERT INTO schema_documents (id, organization_id, kind, name, name_key, document, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(&document.id)
    .bind(organization)
    .bind(document.kind.as_str())
    .bind(&document.name)
    .bind(crate::text::fold(&document.name))
    .bind(&document.document)
    .bind(&document.created_at)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn update(tx: &mut Tx, document: &SchemaDocument) -> Result<()> {
    sql("UPDATE schema_documents SET document = $1 WHERE id = $2")
        .bind(&document.document)
        .bind(&document.id)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, id: &SchemaDocumentId) -> Result<()> {
    sql("DELETE FROM schema_documents WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}
