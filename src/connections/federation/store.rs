//! Rows of federations.

use super::Federation;
use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::DirectoryId;
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    tenant_id: String,
    application_id: String,
    audience: String,
    subject: String,
    last_used_at: Option<Timestamp>,
}

/// The directory's federation, if it has one.
pub async fn find(tx: &mut Tx, directory: &DirectoryId) -> Result<Option<Federation>> {
    let row = sql(
        "SELECT tenant_id, application_id, audience, subject, last_used_at FROM federations WHERE directory_id = $1",
    )
    .bind(directory)
    .optional::<Row>(tx)
    .await?;
    Ok(row.map(|row| Federation {
        tenant_id: row.tenant_id,
        application_id: row.application_id,
        audience: row.audience,
        subject: row.subject,
        last_used_at: row.last_used_at,
    }))
}

pub(super) async fn save(tx: &mut Tx, directory: &DirectoryId, federation: &Federation) -> Result<()> {
    let now = tx.now();
    sql(
        "INSERT INTO federations (directory_id, tenant_id, application_id, audience, subject, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (directory_id) DO UPDATE SET tenant_id = $2, \
         application_id = $3, audience = $4, subject = $5, updated_at = $6, last_used_at = NULL",
    )
    .bind(directory)
    .bind(federation.tenant_id.as_str())
    .bind(federation.application_id.as_str())
    .bind(federation.audience.as_str())
    .bind(federation.subject.as_str())
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, directory: &DirectoryId) -> Result<()> {
    sql("DELETE FROM federations WHERE directory_id = $1").bind(directory).run(tx).await?;
    Ok(())
}

/// Ends the access tokens that no client secret stands behind.
pub(super) async fn revoke_access_tokens(tx: &mut Tx, directory: &DirectoryId) -> Result<()> {
    let now = tx.now();
    sql(
        "UPDATE access_tokens SET revoked_at = $2 WHERE directory_id = $1 AND secret_id IS NULL AND revoked_at IS NULL",
    )
    .bind(directory)
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}
