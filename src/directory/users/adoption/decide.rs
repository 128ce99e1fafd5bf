//! An admin decides whether a directory takes a local person over.

use serde_json::json;

use super::model::{Adoption, State};
use super::store;
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::Source;
use crate::directory::users::{self, User};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{AdoptionId, ConnectionId, OrganizationId};

/// Lets the directory take the person over, with its next request for them.
///
/// # Errors
/// [`Error::Forbidden`] to members and, for an admin, to that admin; [`Error::Conflict`] for whoever is local no more or an
/// owner by now.
pub async fn confirm(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    connection: &ConnectionId,
    id: &AdoptionId,
) -> Result<User> {
    let (adoption, user) = load(tx, actor, organization, connection, id).await?;
    let own = matches!(actor, Actor::Person { user: own, .. } if *own == user.id);
    if user.level > Level::Member && own {
        return Err(Error::forbidden(
            "Nobody hands their own admin account to an identity provider. Nothing was changed; ask another admin or an owner.",
        ));
    }
    if user.level == Level::Owner {
        return Err(Error::conflict(format!(
            "{} is an owner by now, and no identity provider takes over an owner. Nothing was changed; change the level first.",
            user.display_name
        )));
    }
    settle(tx, actor, &adoption, &user, State::Confirmed, "user.adoption_confirmed").await?;
    Ok(user)
}

/// Keeps the person local: what the directory asks for them is refused until somebody confirms it.
///
/// # Errors
/// As [`confirm`].
pub async fn decline(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    connection: &ConnectionId,
    id: &AdoptionId,
) -> Result<User> {
    let (adoption, user) = load(tx, actor, organization, connection, id).await?;
    settle(tx, actor, &adoption, &user, State::Declined, "user.adoption_declined").await?;
    Ok(user)
}

async fn load(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    connection: &ConnectionId,
    id: &AdoptionId,
) -> Result<(Adoption, User)> {
    actor.require_admin(organization)?;
    let adoption = store::lock(tx, organization, connection, id).await?.ok_or(Error::NotFound("request"))?;
    let user = users::find(tx, organization, &adoption.user).await?.ok_or(Error::NotFound("user"))?;
    if adoption.state == State::Done || user.source != Source::Local {
        return Err(Error::conflict(format!(
            "{} is managed by an identity provider already. Nothing was changed.",
            user.display_name
        )));
    }
    Ok((adoption, user))
}

async fn settle(
    tx: &mut Tx,
    actor: &Actor,
    adoption: &Adoption,
    user: &User,
    state: State,
    kind: &'static str,
) -> Result<()> {
    if adoption.state == state {
        return Ok(());
    }
    store::decide(tx, &adoption.id, state, actor.id(), actor.name()).await?;
    let event = NewEvent {
        organization: &user.organization_id,
        kind,
        subject: Subject::user(&user.id, &user.display_name),
        before: Some(json!({ "state": adoption.state.as_str() })),
        after: Some(
            json!({ "state": state.as_str(), "userName": adoption.user_name, "externalId": adoption.external_id }),
        ),
    };
    events::record(tx, actor, event).await
}
