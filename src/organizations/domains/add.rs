//! Adding a domain: from now on there is a record to make.

use serde_json::json;

use super::model::{Domain, DomainName, DomainState};
use super::{record, store};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::{DomainId, OrganizationId};
use crate::vault;

/// Enough for anybody's brands; each verified one is asked for daily.
const MOST: usize = 100;

/// Adds a domain as it was typed. Another organization may have it too, pending or verified: nothing is said of that before the
/// record proves that the question is the owner's.
///
/// # Errors
/// [`Error::Invalid`] at the field `domain`; [`Error::Forbidden`] unless an admin asks.
pub async fn add(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, typed: &str) -> Result<Domain> {
    actor.require_admin(organization)?;
    let name = DomainName::parse(typed)?;
    let all = store::list(tx, organization).await?;
    if all.iter().any(|domain| domain.name == name) {
        return Err(Error::invalid("domain", format!("{name} is in the list already.")));
    }
    if all.len() >= MOST {
        let message = format!("An organization has at most {MOST} domains. Remove one that is no longer needed.");
        return Err(Error::invalid("domain", message));
    }
    let domain = Domain {
        id: DomainId::new(),
        organization_id: organization.clone(),
        name,
        // A new one each time: a record that was left behind proves nothing to whoever adds the domain next.
        challenge: vault::random_text(vault::BASE62, 32),
        state: DomainState::Pending,
        misses: 0,
        problem: None,
        verified_at: None,
        lost_at: None,
        checked_at: None,
        due_at: None,
    };
    store::insert(tx, &domain).await?;
    record(tx, actor, &domain, "domain.added", None, Some(json!({ "name": domain.name.as_str() }))).await?;
    Ok(domain)
}
