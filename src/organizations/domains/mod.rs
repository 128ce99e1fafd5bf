//! Domains: an organization adds one and proves by a DNS record that it is its own.
//!
//! A verified domain says where its people sign in, and lets an identity provider's e-mail address link a member once
//! (`sso::links`). One organization has a domain at a time: the first that proves it.

mod add;
mod check;
mod daily;
mod model;
mod pages;
mod remove;
mod resolver;
mod routes;
mod store;

use serde_json::Value;

use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{DomainId, OrganizationId};

pub use add::add;
pub use check::check;
pub use daily::{check_due, run_checks};
pub use model::{Domain, DomainName, DomainState};
pub use remove::remove;
pub use resolver::{SystemResolver, TxtResolver};
pub use routes::router;

/// The organization's domains, by name.
pub async fn list(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<Domain>> {
    store::list(tx, organization).await
}

/// The organization that has proven the domain; nobody else's word counts.
pub async fn holder(tx: &mut Tx, name: &DomainName) -> Result<Option<OrganizationId>> {
    store::holder(tx, name).await
}

/// Whether this organization has proven the domain.
pub async fn is_verified(tx: &mut Tx, organization: &OrganizationId, name: &DomainName) -> Result<bool> {
    Ok(store::holder(tx, name).await?.as_ref() == Some(organization))
}

async fn find(tx: &mut Tx, organization: &OrganizationId, id: &DomainId) -> Result<Domain> {
    store::find(tx, organization, id).await?.ok_or(Error::NotFound("domain"))
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    domain: &Domain,
    kind: &'static str,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let subject = Subject::domain(&domain.id, domain.name.as_str());
    events::record(tx, actor, NewEvent { organization: &domain.organization_id, kind, subject, before, after }).await
}
