//! *Check now*: somebody waits for the answer.

use serde_json::json;

use super::model::{Domain, DomainState, Found};
use super::resolver::TxtResolver;
use super::{daily, find, record, store};
use crate::actor::Actor;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::id::{DomainId, OrganizationId};

const HELD: &str = "The record is right, but another organization on this server has this domain. Ask whoever runs the server; \
                    once it is removed there, check again.";

/// Asks the DNS for the domain's record, and verifies the domain if it is there. A verified domain is never lost by this: only
/// the daily checks count.
///
/// # Errors
/// [`Error::NotFound`] for another organization's domain; [`Error::Forbidden`] unless an admin asks.
pub async fn check(
    db: &Db,
    resolver: &dyn TxtResolver,
    actor: &Actor,
    organization: &OrganizationId,
    id: &DomainId,
) -> Result<Domain> {
    actor.require_admin(organization)?;
    let domain = find(&mut db.read().await?, organization, id).await?;
    // Outside of any transaction: the DNS takes its time, and others want to write.
    let found = look(resolver, &domain).await;
    let mut tx = db.write().await?;
    let mut domain = store::hold(&mut tx, organization, id).await?.ok_or(Error::NotFound("domain"))?;
    note(&mut tx, actor, &mut domain, &found).await?;
    tx.commit().await?;
    Ok(domain)
}

/// What the DNS says about the record now.
pub(super) async fn look(resolver: &dyn TxtResolver, domain: &Domain) -> Found {
    match resolver.txt(&domain.name).await {
        Ok(values) => Found::among(&values, &domain.record()),
        Err(reason) => Found::NoAnswer(reason),
    }
}

async fn note(tx: &mut Tx, actor: &Actor, domain: &mut Domain, found: &Found) -> Result<()> {
    domain.checked_at = Some(tx.now());
    domain.problem = found.problem();
    if *found == Found::Present {
        domain.misses = 0;
        if domain.state != DomainState::Verified {
            return verify(tx, actor, domain).await;
        }
    }
    store::save(tx, domain).await
}

async fn verify(tx: &mut Tx, actor: &Actor, domain: &mut Domain) -> Result<()> {
    if store::holder(tx, &domain.name).await?.is_some() {
        // Which one is nobody's business, not even that of whoever has proven the domain.
        domain.problem = Some(HELD.into());
        return store::save(tx, domain).await;
    }
    let was = json!({ "state": domain.state.as_str() });
    let now = tx.now();
    domain.due_at = Some(now.plus(daily::EVERY));
    domain.state = DomainState::Verified;
    domain.verified_at = Some(now);
    domain.lost_at = None;
    store::save(tx, domain).await?;
    let is = json!({ "state": domain.state.as_str() });
    record(tx, actor, domain, "domain.verified", Some(was), Some(is)).await
}
