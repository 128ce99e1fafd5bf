//! Adoption: a directory takes a local person over who is there already. The same id, level and roles; the profile becomes the
//! directory's, and what they signed in with here is gone.
//!
//! It happens at a create that means them, or at the first PUT or PATCH of them, and only if the organization has proven the
//! domain of the address that *we* know, or if an admin has said so: otherwise whoever holds a SCIM token takes whom they like.

mod decide;
mod model;
mod pages;
pub mod routes;
mod store;

use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

pub use decide::{confirm, decline};
pub use model::{Adoption, State};
pub use store::{Count, waiting_by_connection};

use super::model::User;
use super::profile::Profile;
use super::take_over::take_over;
use crate::actor::{Actor, Level};
use crate::db::{Db, Tx};
use crate::directory::Realm;
use crate::error::{Error, Result, WaitingAdoption};
use crate::events::{self, NewEvent, Subject};
use crate::organizations::domains::{self, DomainName};
use crate::sessions::{self, local};
use crate::sso::links;

/// Makes a local person the acting directory's. `user` is locked.
///
/// # Errors
/// [`Error::AdoptionWaits`] where nobody has allowed it; [`Error::Conflict`] if the directory has somebody of the same userName
/// or externalId.
pub(super) async fn adopt(
    tx: &mut Tx,
    actor: &Actor,
    kind: &ResourceType,
    user: User,
    document: Map<String, Value>,
) -> Result<User> {
    let realm = Realm::of(actor)?;
    let profile = Profile::of(&document)?;
    if let Some(reason) = hindrance(tx, &realm, &user).await? {
        return Err(waits(actor, user, profile, reason));
    }
    let told = close(tx, &realm, &user).await?;
    let id = user.id.clone();
    let user = take_over(tx, actor, ("user.adopted", kind), user, document, told).await?;
    store::set_done(tx, &realm.directory, &id).await?;
    Ok(user)
}

/// Why the directory may not take this person over; `None` if it may.
async fn hindrance(tx: &mut Tx, realm: &Realm, user: &User) -> Result<Option<&'static str>> {
    let decision = store::find_by_person(tx, &realm.directory, &user.id).await?;
    match decision.as_ref().map(|adoption| (adoption.state, adoption.decided_by.as_ref())) {
        // Nobody gives themselves away: what they confirmed before they became an admin does not count.
        Some((State::Confirmed, by)) if user.level == Level::Member || by != Some(&user.id) => return Ok(None),
        Some((State::Declined, _)) => return Ok(Some("an admin declined it")),
        _ => {}
    }
    if user.level > Level::Member {
        return Ok(Some("an admin is taken over only when another admin confirms it"));
    }
    let domain = user.email.as_deref().and_then(DomainName::of_email);
    let verified = match &domain {
        Some(domain) => domains::is_verified(tx, &realm.organization, domain).await?,
        None => false,
    };
    Ok((!verified).then_some("the domain of the e-mail address that Muster knows is not verified"))
}

fn waits(actor: &Actor, user: User, sent: Profile, reason: &str) -> Error {
    let detail = format!(
        "\"{}\" is a local person in Muster, and {reason}, so that nothing was changed: confirm it in Muster under Connections → {} → Pending; afterwards, in Okta choose Tasks → Retry; Entra retries by itself",
        sent.user_name,
        actor.name()
    );
    Error::AdoptionWaits(Box::new(WaitingAdoption {
        user: user.id,
        name: user.display_name,
        user_name: sent.user_name,
        external_id: sent.external_id,
        email: sent.email,
        detail,
    }))
}

/// Ends what the person signed in with here, and links through other connections. A link through the directory's own
/// connection stays: if it is pinned, another subject waits for a confirmation as always.
async fn close(tx: &mut Tx, realm: &Realm, user: &User) -> Result<Map<String, Value>> {
    let mut told = json!({});
    sessions::revoke_all(tx, &user.id).await?.tell(&mut told);
    let had = local::forget(tx, &user.id).await?;
    told["password_removed"] = json!(had.password);
    told["second_factor_removed"] = json!(had.second_factor);
    let connection = super::store::connection_of(tx, &realm.directory).await?;
    links::remove_others(tx, &user.id, &connection).await?;
    match told {
        Value::Object(told) => Ok(told),
        _ => Err(Error::internal("an event's text is no object")),
    }
}

/// Keeps a refused adoption for an admin to decide about. The refused operation was given up: this is a transaction of its own.
pub async fn keep_waiting(db: &Db, actor: &Actor, waiting: &WaitingAdoption) -> Result<()> {
    let realm = Realm::of(actor)?;
    let mut tx = db.write().await?;
    if store::ask(&mut tx, &realm, waiting).await? {
        let event = NewEvent {
            organization: &realm.organization,
            kind: "user.adoption_asked",
            subject: Subject::user(&waiting.user, &waiting.name),
            before: None,
            after: Some(json!({
                "userName": waiting.user_name, "externalId": waiting.external_id, "email": waiting.email,
            })),
        };
        events::record(&mut tx, actor, event).await?;
    }
    tx.commit().await
}

/// RFC 7644 section 3.6 lets a provider refuse a DELETE: a local person is not the directory's to remove.
pub(super) fn not_to_be_deleted(user: &User) -> Error {
    Error::forbidden(format!(
        "\"{}\" is a local person in Muster and no directory deletes local people, nothing was changed: delete the account in Muster, or take it over first with a PUT or PATCH",
        user.user_name
    ))
}
