//! People whose profile comes from the claims of their sign-ins: each sign-in brings it up to date.

use serde_json::{Map, Value};

use super::model::User;
use super::profile::Profile;
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::changes::changes;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};

/// Puts what a sign-in says in the place of what the last one said. Without a difference nothing is touched.
pub async fn follow_claims(tx: &mut Tx, user: User, document: Map<String, Value>) -> Result<User> {
    let Some((before, after)) = changes(&user.document, &document) else { return Ok(user) };
    // Whether somebody may sign in is no matter of claims.
    let profile = Profile { active: user.idp_active, ..Profile::of(&document)? };
    store::update_managed(tx, &user.id, &profile, &document).await?;
    let event = NewEvent {
        organization: &user.organization_id,
        kind: "user.updated",
        subject: Subject::user(&user.id, &profile.display_name),
        before: Some(before),
        after: Some(after),
    };
    events::record(tx, &Actor::System, event).await?;
    let user = store::find(tx, &user.organization_id, &user.id).await?;
    user.ok_or_else(|| Error::internal("a user is gone in its own transaction"))
}
