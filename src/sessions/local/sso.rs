//! *SSO required*: passwords are for break-glass owners only. The default once people can sign in through a connection.

use axum::http::StatusCode;
use serde_json::json;

use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users::{User, break_glass};
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::id::OrganizationId;
use crate::organizations::Organization;
use crate::sessions::Refusal;
use crate::sso::{self, Offer};

/// Whether single sign-on is required, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SsoRequired {
    pub required: bool,
    /// An owner said so; otherwise it follows from whether a connection's sign-in is on.
    pub chosen: bool,
}

/// What holds for the organization now.
pub async fn required(tx: &mut Tx, organization: &OrganizationId) -> Result<SsoRequired> {
    let choice = store::sso_choice(tx, organization).await?;
    let required = match choice {
        Some(choice) => choice,
        None => !sso::offers(tx, organization).await?.is_empty(),
    };
    Ok(SsoRequired { required, chosen: choice.is_some() })
}

/// An owner's choice; the same again is no event.
///
/// # Errors
/// [`crate::error::Error::Forbidden`] for all but owners.
pub async fn require(tx: &mut Tx, actor: &Actor, organization: &Organization, wanted: bool) -> Result<()> {
    actor.require_owner(&organization.id)?;
    let before = required(tx, &organization.id).await?;
    if before.required == wanted {
        return Ok(());
    }
    store::save_sso_choice(tx, &organization.id, wanted).await?;
    let event = NewEvent {
        organization: &organization.id,
        kind: "organization.sso_required_changed",
        subject: Subject::organization(&organization.id, &organization.name),
        before: Some(json!({ "sso_required": before.required })),
        after: Some(json!({ "sso_required": wanted })),
    };
    events::record(tx, actor, event).await
}

/// Whether this person's password is refused because single sign-on is required; the way in is offered instead.
pub async fn refusal(tx: &mut Tx, user: &User, organization: &Organization) -> Result<Option<Refusal>> {
    if break_glass::is_one(tx, user).await? || !required(tx, &organization.id).await?.required {
        return Ok(None);
    }
    let offers = sso::offers(tx, &organization.id).await?;
    Ok(Some(offers.iter().fold(refused(organization), offer)))
}

fn refused(organization: &Organization) -> Refusal {
    let text = format!(
        "{} requires single sign-on: passwords are for its break-glass owners only. Use its identity provider, or ask an admin.",
        organization.name
    );
    Refusal::new("sign_in_sso_required", StatusCode::FORBIDDEN, text)
}

fn offer(refusal: Refusal, offer: &Offer) -> Refusal {
    refusal.offer(format!("Continue with {}", offer.name), format!("/auth/start/{}", offer.id))
}
