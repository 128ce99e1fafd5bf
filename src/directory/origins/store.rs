//! Reads which connections people and groups may come from.

use super::{Origin, Origins, Provenance};
use crate::db::{Sql, Tx, sql};
use crate::directory::Source;
use crate::error::Result;
use crate::id::{ConnectionId, DirectoryId, OrganizationId};

#[derive(sqlx::FromRow)]
struct Row {
    id: ConnectionId,
    name: String,
    sync_mode: String,
    directory_id: Option<DirectoryId>,
    state: Option<String>,
}

/// The organization's origins: each directory, and each connection for those who came by signing in.
pub async fn origins(tx: &mut Tx, organization: &OrganizationId) -> Result<Origins> {
    let rows = sql("SELECT connections.id, connections.name, connections.sync_mode, \
         directories.id AS directory_id, directories.state FROM connections \
         LEFT JOIN directories ON directories.connection_id = connections.id WHERE connections.organization_id = $1 \
         ORDER BY connections.name_key, connections.id")
    .bind(organization)
    .all::<Row>(tx)
    .await?;
    let mut origins = Vec::new();
    for row in rows {
        let origin = |source, synced| Origin { source, connection: row.id.clone(), name: row.name.clone(), synced };
        let pushed = row.state.as_deref().is_some_and(|state| state != "off");
        origins.extend(row.directory_id.clone().map(|id| origin(Source::Directory(id), pushed)));
        origins.push(origin(Source::SignIn(row.id.clone()), row.sync_mode == "on-sign-in"));
    }
    Ok(Origins(origins))
}

/// Adds ` AND source …` for people or groups of this provenance.
pub fn push_provenance(statement: Sql, origins: &Origins, provenance: Option<&Provenance>) -> Sql {
    match provenance {
        Some(Provenance::Local) => statement.push(" AND source = 'local'"),
        Some(Provenance::Connection(id)) => {
            let sources = origins.all().iter().filter(|origin| origin.connection == *id);
            statement.push(" AND source IN ").push_list(sources.map(|origin| origin.source.to_string()))
        }
        None => statement,
    }
}
