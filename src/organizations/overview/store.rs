//! The numbers of the overview.

use super::{Counts, Health};
use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::{ConnectionId, OrganizationId};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct People {
    active: i64,
    deactivated: i64,
    suspended: i64,
    managed: i64,
}

pub(super) async fn counts(tx: &mut Tx, organization: &OrganizationId) -> Result<Counts> {
    let people = sql("SELECT COUNT(CASE WHEN idp_active = TRUE AND suspended_at IS NULL THEN 1 END) AS active, \
         COUNT(CASE WHEN idp_active = FALSE AND suspended_at IS NULL THEN 1 END) AS deactivated, \
         COUNT(CASE WHEN suspended_at IS NOT NULL THEN 1 END) AS suspended, \
         COUNT(CASE WHEN source <> 'local' THEN 1 END) AS managed \
         FROM users WHERE organization_id = $1 AND deleted_at IS NULL AND kind = 'person'")
    .bind(organization)
    .one::<People>(tx)
    .await?;
    let (groups, roles, attached) =
        sql("SELECT (SELECT COUNT(*) FROM groups WHERE organization_id = $1 AND offered = FALSE), \
         (SELECT COUNT(*) FROM roles WHERE organization_id = $1), \
         (SELECT COUNT(*) FROM grants WHERE organization_id = $1 AND group_id IS NOT NULL)")
        .bind(organization)
        .one::<(i64, i64, i64)>(tx)
        .await?;
    let People { active, deactivated, suspended, managed } = people;
    Ok(Counts { active, deactivated, suspended, managed, groups, roles, attached })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ConnectionId,
    provider: String,
    name: String,
    sign_in: String,
    problem: Option<String>,
    state: Option<String>,
    last_request_at: Option<Timestamp>,
    last_error_at: Option<Timestamp>,
    last_error: Option<String>,
}

/// Each connection of the organization with its health, by name.
pub(super) async fn health(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<Health>> {
    let rows = sql("SELECT connections.id, connections.provider, connections.name, connections.sign_in, \
         connections.problem, directories.state, directories.last_request_at, directories.last_error_at, \
         directories.last_error FROM connections LEFT JOIN directories ON directories.connection_id = connections.id \
         WHERE connections.organization_id = $1 ORDER BY connections.name_key, connections.id")
    .bind(organization)
    .all::<Row>(tx)
    .await?;
    let health = |row: Row| Health {
        id: row.id,
        provider: row.provider,
        name: row.name,
        sign_in: row.sign_in,
        problem: row.problem,
        directory: row.state,
        last_request_at: row.last_request_at,
        last_error_at: row.last_error_at,
        last_error: row.last_error,
    };
    Ok(rows.into_iter().map(health).collect())
}
