//! Reads which connections people and groups may come from.

use super::{Origin, Origins};
use crate::db::{Tx, sql};
use crate::directory::Source;
use crate::error::Result;
use crate::id::{ConnectionId, DirectoryId, OrganizationId};

#[derive(sqlx::FromRow)]
struct Row {
    id: ConnectionId,
    name: String,
    directory_id: Option<DirectoryId>,
}

/// The organization's origins: each directory, and each connection for those who came by signing in.
pub async fn origins(tx: &mut Tx, organization: &OrganizationId) -> Result<Origins> {
    let rows = sql("SELECT connections.id, connections.name, directories.id AS directory_id FROM connections \
         LEFT JOIN directories ON directories.connection_id = connections.id WHERE connections.organization_id = $1 \
         ORDER BY connections.name_key, connections.id")
    .bind(organization)
    .all::<Row>(tx)
    .await?;
    let mut origins = Vec::new();
    for row in rows {
        let origin = |source| Origin { source, connection: row.id.clone(), name: row.name.clone() };
        origins.extend(row.directory_id.clone().map(|id| origin(Source::Directory(id))));
        origins.push(origin(Source::SignIn(row.id.clone())));
    }
    Ok(Origins(origins))
}
