//! Who may sign in as whom: a subject of an issuer is one person.
//!
//! The link follows externalId until the first sign-in, or promotion above member, pins it. From then on a new externalId
//! waits for somebody's confirmation: otherwise whoever holds a SCIM token writes their own subject onto an admin.

use serde_json::{Value, json};

use super::Provider;
use super::connection::Ready;
use super::flow::{Profile, Verified};
use super::store::{self, Link, NewLink, Person};
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::users::User;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{ConnectionId, UserId};
use crate::organizations::domains::{self, DomainName};
use crate::sessions;
use crate::text;

/// A directory said which externalId a person has: the link follows, or the new one waits.
pub async fn follow_external_id(
    tx: &mut Tx,
    user: &UserId,
    connection: &ConnectionId,
    external_id: Option<&str>,
) -> Result<()> {
    // Without an issuer there is nothing to link to yet; `relink_connection` comes back to it.
    let Some(issuer) = store::issuer_of(tx, connection).await? else { return Ok(()) };
    let Some(person) = store::person(tx, user).await? else { return Ok(()) };
    match (store::link_of(tx, user, connection, &issuer).await?, external_id) {
        (None, None) => Ok(()),
        // Nobody above member is linked by SCIM alone: `confirm` does it.
        (None, Some(_)) if person.level > Level::Member => Ok(()),
        (None, Some(subject)) => link(tx, &person, connection, &issuer, subject).await,
        // Whoever is above member by now, through a group too, is not written onto by SCIM.
        (Some(link), subject) if link.pinned_at.is_some() || person.level > Level::Member => {
            wait(tx, &person, &link, subject).await
        }
        (Some(link), None) => {
            store::delete_link(tx, &link.id).await?;
            let was = json!({ "subject": link.subject });
            let mut after = json!({});
            sessions::revoke_all(tx, user).await?.tell(&mut after);
            record(tx, &Actor::System, &person, "identity.unlinked", Some(was), Some(after)).await
        }
        (Some(link), Some(subject)) => follow(tx, &person, connection, &issuer, &link, subject).await,
    }
}

/// The connection has got an issuer, or another one: people of its directory are linked by externalId. Admins and owners
/// who were linked under the former issuer wait for [`confirm`].
pub async fn relink_connection(tx: &mut Tx, connection: &ConnectionId) -> Result<()> {
    let Some(issuer) = store::issuer_of(tx, connection).await? else { return Ok(()) };
    for person in store::people_of(tx, connection).await? {
        let Some(subject) = person.external_id.clone() else { continue };
        if store::link_of(tx, &person.id, connection, &issuer).await?.is_some() {
            continue;
        }
        if person.level == Level::Member || !store::was_linked(tx, &person.id, connection).await? {
            link(tx, &person, connection, &issuer, &subject).await?;
        }
    }
    Ok(())
}

/// Whether anybody was ever linked through the connection.
pub async fn exist(tx: &mut Tx, connection: &ConnectionId) -> Result<bool> {
    store::any_link(tx, connection).await
}

/// An owner has changed whom the connection trusts: no former link signs anybody in, also where the issuer stayed the same or
/// is one that was trusted before. [`relink_connection`] makes the new ones.
pub async fn start_anew(tx: &mut Tx, connection: &ConnectionId) -> Result<()> {
    match store::issuer_of(tx, connection).await? {
        Some(issuer) => store::retire_links(tx, connection, &issuer).await,
        None => Ok(()),
    }
}

/// The person was promoted above member: their links no longer follow what a directory says.
pub async fn pin(tx: &mut Tx, user: &UserId) -> Result<()> {
    let Some(person) = store::person(tx, user).await? else { return Ok(()) };
    if store::pin_links_of(tx, user).await? > 0 {
        record(tx, &Actor::System, &person, "identity.pinned", None, Some(json!({ "by": "promotion" }))).await?;
    }
    Ok(())
}

/// The person was deleted, or became somebody else's: none of their subjects signs in as them any more.
pub async fn remove_all(tx: &mut Tx, user: &UserId) -> Result<()> {
    store::delete_links_of(tx, user).await?;
    Ok(())
}

/// The person became the connection's: none of their subjects at other connections signs in as them any more.
pub async fn remove_others(tx: &mut Tx, user: &UserId, connection: &ConnectionId) -> Result<()> {
    store::delete_links_elsewhere(tx, user, connection).await
}

/// Whom an address means that the provider vouches for: the one member of the organization who has it, in a domain that the
/// organization has proven, and who was never linked through this connection. Nothing is written.
///
/// Never for Entra, whose addresses are what a tenant's admin types; never anybody above member, whatever the domain.
pub(super) async fn by_verified_email(tx: &mut Tx, ready: &Ready, profile: &Profile) -> Result<Option<UserId>> {
    let Some(email) = profile.email.as_deref().filter(|_| profile.email_verified) else { return Ok(None) };
    let Some(domain) = DomainName::of_email(email) else { return Ok(None) };
    if ready.provider == Provider::Entra || !domains::is_verified(tx, &ready.organization_id, &domain).await? {
        return Ok(None);
    }
    let people = store::people_with_email(tx, &ready.organization_id, &text::fold(email.trim())).await?;
    let [person] = &people[..] else { return Ok(None) };
    if person.level > Level::Member || store::was_linked(tx, &person.id, &ready.id).await? {
        return Ok(None);
    }
    Ok(Some(person.id.clone()))
}

/// The member whom [`by_verified_email`] found is linked, pinned at once: from now on their subject counts and no address.
pub(super) async fn link_by_email(tx: &mut Tx, ready: &Ready, verified: &Verified, user: &User) -> Result<()> {
    let (issuer, subject, now) = (ready.metadata.issuer.as_str(), verified.subject.as_str(), tx.now());
    let new = NewLink { user: &user.id, connection: &ready.id, issuer, subject, pinned_at: Some(&now) };
    store::insert_link(tx, new).await?;
    let after = json!({ "issuer": issuer, "subject": subject, "email": verified.profile.email });
    let event = NewEvent {
        organization: &ready.organization_id,
        kind: "identity.linked_by_email",
        subject: Subject::user(&user.id, &user.display_name),
        before: None,
        after: Some(after),
    };
    events::record(tx, &Actor::System, event).await
}

/// A subject that waits to sign in as a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The subject that signs in as this person now, if any does.
    pub present: Option<String>,
    /// The externalId that the directory says.
    pub subject: String,
}

/// What waits for a confirmation for this person.
pub async fn waiting(tx: &mut Tx, user: &UserId) -> Result<Option<Waiting>> {
    Ok(find_waiting(tx, user).await?.map(|found| found.waiting))
}

/// Lets the subject that waits sign in as the person, and the former one no longer. `seen` is the subject that was shown to
/// whoever confirms: a directory may have said another one since.
///
/// # Errors
/// [`Error::NotFound`] if nothing waits; [`Error::Forbidden`] unless an admin asks, for an owner or operator an owner, and an owner
/// too for an admin whose link was lost when the connection began to trust another issuer;
/// [`Error::Conflict`] if another subject waits by now, or if this one signs in as somebody else.
pub async fn confirm(tx: &mut Tx, actor: &Actor, user: &UserId, seen: &str) -> Result<()> {
    let found = find_waiting(tx, user).await?.ok_or(Error::NotFound("sign-in link that waits"))?;
    let Found { person, connection, issuer, link, waiting } = found;
    let anew = link.is_none() && store::was_linked(tx, user, &connection).await?;
    match person.level {
        Level::Owner => actor.require_owner(&person.organization)?,
        Level::Admin if anew || person.operator => actor.require_owner(&person.organization)?,
        Level::Admin | Level::Member => actor.require_admin(&person.organization)?,
    }
    if waiting.subject != seen {
        return Err(Error::conflict(format!(
            "The externalId has changed again, to {}. Nothing was changed; look at it and confirm that one.",
            waiting.subject
        )));
    }
    if store::find_link(tx, &connection, &issuer, &waiting.subject).await?.is_some() {
        return Err(Error::conflict(
            "This subject signs in as somebody else. Nothing was changed; remove that person's link first.",
        ));
    }
    match &link {
        Some(link) => store::set_subject(tx, &link.id, &waiting.subject).await?,
        None => {
            let now = tx.now();
            let (user, subject) = (&person.id, waiting.subject.as_str());
            let new = NewLink { user, connection: &connection, issuer: &issuer, subject, pinned_at: Some(&now) };
            store::insert_link(tx, new).await?;
        }
    }
    let before = waiting.present.map(|subject| json!({ "subject": subject }));
    let mut after = json!({ "subject": waiting.subject });
    // Who came in under the former subject may be somebody else.
    sessions::revoke_all(tx, user).await?.tell(&mut after);
    record(tx, actor, &person, "identity.confirmed", before, Some(after)).await
}

struct Found {
    person: Person,
    connection: ConnectionId,
    issuer: String,
    link: Option<Link>,
    waiting: Waiting,
}

async fn find_waiting(tx: &mut Tx, user: &UserId) -> Result<Option<Found>> {
    let Some(person) = store::person(tx, user).await? else { return Ok(None) };
    let Some(connection) = store::connection_of_source(tx, &person.source).await? else { return Ok(None) };
    let Some(issuer) = store::issuer_of(tx, &connection).await? else { return Ok(None) };
    let link = store::link_of(tx, user, &connection, &issuer).await?;
    let (present, subject) = match &link {
        Some(link) => (Some(link.subject.clone()), link.pending_subject.clone()),
        None => (None, person.external_id.clone()),
    };
    let waiting = subject.map(|subject| Waiting { present, subject });
    Ok(waiting.map(|waiting| Found { person, connection, issuer, link, waiting }))
}

/// A first link, pinned at once for whoever is above member.
async fn link(tx: &mut Tx, person: &Person, connection: &ConnectionId, issuer: &str, subject: &str) -> Result<()> {
    if is_taken(tx, person, connection, issuer, subject).await? {
        return Ok(());
    }
    let now = tx.now();
    let pinned_at = (person.level > Level::Member).then_some(&now);
    store::insert_link(tx, NewLink { user: &person.id, connection, issuer, subject, pinned_at }).await?;
    let after = json!({ "issuer": issuer, "subject": subject });
    record(tx, &Actor::System, person, "identity.linked", None, Some(after)).await
}

async fn follow(
    tx: &mut Tx,
    person: &Person,
    connection: &ConnectionId,
    issuer: &str,
    link: &Link,
    subject: &str,
) -> Result<()> {
    if link.subject == subject {
        return Ok(());
    }
    if is_taken(tx, person, connection, issuer, subject).await? {
        // The former subject is no longer this person's either.
        store::delete_link(tx, &link.id).await?;
        let mut after = json!({});
        sessions::revoke_all(tx, &person.id).await?.tell(&mut after);
        let was = json!({ "subject": link.subject });
        return record(tx, &Actor::System, person, "identity.unlinked", Some(was), Some(after)).await;
    }
    store::set_subject(tx, &link.id, subject).await?;
    let (before, mut after) = (json!({ "subject": link.subject }), json!({ "subject": subject }));
    sessions::revoke_all(tx, &person.id).await?.tell(&mut after);
    record(tx, &Actor::System, person, "identity.changed", Some(before), Some(after)).await
}

/// A pinned link stays; what the directory says waits beside it, or waits no longer.
async fn wait(tx: &mut Tx, person: &Person, link: &Link, subject: Option<&str>) -> Result<()> {
    let pending = subject.filter(|subject| *subject != link.subject);
    if pending == link.pending_subject.as_deref() {
        return Ok(());
    }
    store::set_pending(tx, &link.id, pending).await?;
    match pending {
        None => Ok(()),
        Some(pending) => {
            let (before, after) = (json!({ "subject": link.subject }), json!({ "pending_subject": pending }));
            record(tx, &Actor::System, person, "identity.waiting", Some(before), Some(after)).await
        }
    }
}

/// A subject that somebody else has stays theirs. The directory's data is kept, and the log says why there is no link.
async fn is_taken(
    tx: &mut Tx,
    person: &Person,
    connection: &ConnectionId,
    issuer: &str,
    subject: &str,
) -> Result<bool> {
    let Some(other) =
        store::find_link(tx, connection, issuer, subject).await?.filter(|other| other.user_id != person.id)
    else {
        return Ok(false);
    };
    let after = json!({ "subject": subject, "belongs_to": other.user_id });
    record(tx, &Actor::System, person, "identity.refused", None, Some(after)).await?;
    Ok(true)
}

async fn record(
    tx: &mut Tx,
    actor: &Actor,
    person: &Person,
    kind: &'static str,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let subject = Subject::user(&person.id, &person.name);
    events::record(tx, actor, NewEvent { organization: &person.organization, kind, subject, before, after }).await
}
