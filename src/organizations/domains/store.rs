//! Rows of domains.

use super::model::{Domain, DomainName, DomainState};
use crate::db::{Tx, sql};
use crate::error::{Error, Result};
use crate::id::{DomainId, OrganizationId};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: DomainId,
    organization_id: OrganizationId,
    name: DomainName,
    challenge: String,
    state: String,
    misses: i64,
    problem: Option<String>,
    verified_at: Option<Timestamp>,
    lost_at: Option<Timestamp>,
    checked_at: Option<Timestamp>,
    due_at: Option<Timestamp>,
}

impl TryFrom<Row> for Domain {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            state: DomainState::parse(&row.state).ok_or_else(|| Error::internal("a domain's state cannot be read"))?,
            id: row.id,
            organization_id: row.organization_id,
            name: row.name,
            challenge: row.challenge,
            misses: row.misses,
            problem: row.problem,
            verified_at: row.verified_at,
            lost_at: row.lost_at,
            checked_at: row.checked_at,
            due_at: row.due_at,
        })
    }
}

const SELECT: &str = "SELECT id, organization_id, name, challenge, state, misses, problem, verified_at, lost_at, \
                      checked_at, due_at FROM domains";

/// The organization's, by name.
pub(super) async fn list(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<Domain>> {
    let rows = sql(SELECT).push(" WHERE organization_id = $1 ORDER BY name, id").bind(organization);
    rows.all::<Row>(tx).await?.into_iter().map(Domain::try_from).collect()
}

pub(super) async fn find(tx: &mut Tx, organization: &OrganizationId, id: &DomainId) -> Result<Option<Domain>> {
    let row = sql(SELECT).push(" WHERE organization_id = $1 AND id = $2").bind(organization).bind(id);
    row.optional::<Row>(tx).await?.map(Domain::try_from).transpose()
}

/// The same, held until the transaction ends, so that two checks do not undo each other.
pub(super) async fn hold(tx: &mut Tx, organization: &OrganizationId, id: &DomainId) -> Result<Option<Domain>> {
    let row = sql(SELECT)
        .push(" WHERE organization_id = $1 AND id = $2")
        .push(tx.dialect().for_update())
        .bind(organization)
        .bind(id);
    row.optional::<Row>(tx).await?.map(Domain::try_from).transpose()
}

/// Verified domains whose daily check is due, the longest due first.
pub(super) async fn due(tx: &mut Tx) -> Result<Vec<Domain>> {
    let now = tx.now();
    let rows = sql(SELECT).push(" WHERE state = 'verified' AND due_at <= $1 ORDER BY due_at, id").bind(&now);
    rows.all::<Row>(tx).await?.into_iter().map(Domain::try_from).collect()
}

pub(super) async fn insert(tx: &mut Tx, domain: &Domain) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO domains (id, organization_id, name, challenge, state, misses, added_at) \
         VALUES ($1, $2, $3, $4, $5, 0, $6)")
    .bind(&domain.id)
    .bind(&domain.organization_id)
    .bind(domain.name.as_str())
    .bind(&domain.challenge)
    .bind(domain.state.as_str())
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

/// Keeps what a check made of a domain.
pub(super) async fn save(tx: &mut Tx, domain: &Domain) -> Result<()> {
    sql("UPDATE domains SET state = $1, misses = $2, problem = $3, verified_at = $4, lost_at = $5, checked_at = $6, \
         due_at = $7 WHERE id = $8")
    .bind(domain.state.as_str())
    .bind(domain.misses)
    .bind(domain.problem.as_deref())
    .bind(domain.verified_at.as_ref())
    .bind(domain.lost_at.as_ref())
    .bind(domain.checked_at.as_ref())
    .bind(domain.due_at.as_ref())
    .bind(&domain.id)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, id: &DomainId) -> Result<()> {
    sql("DELETE FROM domains WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}

/// The one organization that has proven the domain.
pub(super) async fn holder(tx: &mut Tx, name: &DomainName) -> Result<Option<OrganizationId>> {
    let row = sql("SELECT organization_id FROM domains WHERE name = $1 AND state = 'verified'").bind(name.as_str());
    Ok(row.optional::<(OrganizationId,)>(tx).await?.map(|(id,)| id))
}

/// How many of the organization's people have an address there.
pub(super) async fn people(tx: &mut Tx, organization: &OrganizationId, name: &DomainName) -> Result<i64> {
    // Neither form holds a wildcard of LIKE.
    sql("SELECT COUNT(*) FROM users WHERE organization_id = $1 AND deleted_at IS NULL \
         AND (email_key LIKE '%@' || $2 OR email_key LIKE '%@' || $3)")
    .bind(organization)
    .bind(name.as_str())
    .bind(name.unicode())
    .count(tx)
    .await
}
