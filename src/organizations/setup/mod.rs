//! First run: makes the home organization and its break-glass owner, once. Afterwards set-up is closed for good.

mod form;
mod pages;
pub mod routes;

use serde_json::json;

pub use form::{SetUp, SetUpForm};

use super::model::{Organization, slug_for};
use super::store;
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::Source;
use crate::directory::users::{self, NewUser};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};
use crate::sessions::{password, recovery};
use crate::vault;

/// What set-up made. The recovery codes are shown now and never again.
pub struct Made {
    pub organization: Organization,
    pub owner: UserId,
    pub recovery_codes: Vec<String>,
}

/// Whether set-up is still to be done.
pub async fn is_open(tx: &mut Tx) -> Result<bool> {
    Ok(store::count(tx).await? == 0)
}

/// A new code for the terminal; earlier ones stop working. `None` once set-up is closed.
pub async fn issue_code(tx: &mut Tx) -> Result<Option<String>> {
    if !is_open(tx).await? {
        return Ok(None);
    }
    let text = vault::random_text(vault::READABLE, 12);
    let code = format!("{}-{}-{}", &text[..4], &text[4..8], &text[8..]);
    store::save_setup_code(tx, &vault::digest(&code)).await?;
    Ok(Some(code))
}

/// Whether this is the code that the terminal printed last.
pub async fn check_code(tx: &mut Tx, code: &str) -> Result<bool> {
    let given = vault::digest(&code.trim().to_uppercase());
    Ok(store::setup_code(tx).await?.is_some_and(|known| vault::same(&known, &given)))
}

/// Makes the home organization and its first owner, who is the operator of this installation.
///
/// # Errors
/// [`Error::Forbidden`] when an organization exists already.
pub async fn set_up(tx: &mut Tx, actor: &Actor, wanted: &SetUp, password_hash: &str) -> Result<Made> {
    if !is_open(tx).await? {
        return Err(Error::forbidden(
            "Set-up was done before and is closed. Nothing was changed; sign in, or ask an owner for an invitation.",
        ));
    }
    let organization = Organization {
        id: OrganizationId::new(),
        slug: slug_for(&wanted.organization),
        name: wanted.organization.clone(),
        home: true,
    };
    store::insert(tx, &organization).await?;
    store::forget_setup_code(tx).await?;
    let subject = Subject::organization(&organization.id, &organization.name);
    let after = json!({ "name": organization.name, "slug": organization.slug });
    record(tx, actor, &organization.id, "organization.created", subject, after).await?;

    let owner = users::insert(tx, &first_owner(&organization.id, wanted)).await?;
    password::store(tx, &owner, password_hash).await?;
    let recovery_codes = recovery::generate();
    recovery::store(tx, &owner, &recovery_codes).await?;
    let subject = Subject::user(&owner, &wanted.owner_email);
    let after = json!({ "user_name": wanted.owner_email, "source": "local", "level": "owner", "operator": true });
    record(tx, actor, &organization.id, "user.created", subject, after).await?;
    Ok(Made { organization, owner, recovery_codes })
}

fn first_owner(organization: &OrganizationId, wanted: &SetUp) -> NewUser {
    NewUser {
        organization_id: organization.clone(),
        source: Source::Local,
        user_name: wanted.owner_email.clone(),
        external_id: None,
        display_name: None,
        given_name: None,
        family_name: None,
        email: Some(wanted.owner_email.clone()),
        level: Level::Owner,
        operator: true,
        idp_active: true,
        document: serde_json::Map::new(),
    }
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    kind: &'static str,
    subject: Subject,
    after: serde_json::Value,
) -> Result<()> {
    events::record(tx, actor, NewEvent { organization, kind, subject, before: None, after: Some(after) }).await
}
