//! Giving a domain up.

use serde_json::json;

use super::{Domain, find, record, store};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{DomainId, OrganizationId};

/// Removes a domain; another organization may prove it from then on. Links that people have stay theirs.
///
/// # Errors
/// `NotFound` for another organization's domain; `Forbidden` unless an admin asks.
pub async fn remove(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &DomainId) -> Result<Domain> {
    actor.require_admin(organization)?;
    let domain = find(tx, organization, id).await?;
    store::delete(tx, id).await?;
    let was = json!({ "name": domain.name.as_str(), "state": domain.state.as_str() });
    record(tx, actor, &domain, "domain.removed", Some(was), None).await?;
    Ok(domain)
}
