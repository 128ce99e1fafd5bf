//! A directory says which aliases a person has: theirs of that directory become what the document holds.

use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

use super::model::{Alias, Name, Origin};
use super::{schema, store};
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::Realm;
use crate::directory::users::User;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};
use crate::text;

/// Makes the person's aliases of the directory those of the document. What was given by hand stays so, also where the
/// directory says the same.
///
/// # Errors
/// [`Error::Invalid`] naming a malformed entry; [`Error::Conflict`] naming an alias that is somebody else's. Then nothing of
/// it is to be kept.
pub async fn follow(
    tx: &mut Tx,
    actor: &Actor,
    realm: &Realm,
    kind: &ResourceType,
    id: &UserId,
    name: &str,
    document: &Map<String, Value>,
) -> Result<()> {
    let wanted = read(kind, document)?;
    let present = store::of_user(tx, id).await?;
    let origin = Origin::Directory(realm.directory.clone());
    let new: Vec<Name> =
        wanted.iter().filter(|wanted| present.iter().all(|one| one.name() != **wanted)).cloned().collect();
    if let Some((taken, _)) = store::taken(tx, &realm.organization, id, &new).await? {
        return Err(Error::conflict(format!(
            "the identity alias \"{}\" belongs to somebody else of this organization already: send another, or take it from them first",
            taken.entry()
        )));
    }
    let subject = Subject::user(id, name);
    for name in &new {
        store::insert(tx, &realm.organization, id, name, &origin).await?;
        let after = Some(told(name, &origin));
        record(tx, actor, &realm.organization, "user.alias_added", subject.clone(), None, after).await?;
    }
    for one in present.iter().filter(|one| one.origin != Origin::Hand) {
        let (name, is_wanted) = (one.name(), wanted.contains(&one.name()));
        if is_wanted && one.origin != origin {
            // A former directory of this person said it before.
            store::set_origin(tx, &one.id, &origin).await?;
            let (before, after) = (Some(told(&name, &one.origin)), Some(told(&name, &origin)));
            record(tx, actor, &realm.organization, "user.alias_added", subject.clone(), before, after).await?;
        } else if !is_wanted && one.origin == origin {
            store::delete(tx, &one.id).await?;
            let before = Some(told(&name, &one.origin));
            record(tx, actor, &realm.organization, "user.alias_removed", subject.clone(), before, None).await?;
        }
    }
    Ok(())
}

/// The user is gone: their names are free again. Returns what they were, for the event.
pub async fn forget(tx: &mut Tx, user: &UserId) -> Result<Vec<String>> {
    let aliases = store::of_user(tx, user).await?;
    store::delete_all(tx, user).await?;
    Ok(aliases.iter().map(|alias| alias.name().entry()).collect())
}

/// The one person goes on in the other: what the first is called elsewhere, the second is called from now on.
pub async fn take(tx: &mut Tx, actor: &Actor, from: &User, into: &User) -> Result<()> {
    let subject = Subject::user(&into.id, &into.display_name);
    let aliases = store::of_user(tx, &from.id).await?;
    forget(tx, &from.id).await?;
    for one in aliases {
        store::insert(tx, &into.organization_id, &into.id, &one.name(), &one.origin).await?;
        let after = Some(told_of(&one));
        record(tx, actor, &into.organization_id, "user.alias_added", subject.clone(), None, after).await?;
    }
    Ok(())
}

/// All entries are read before anything is done by one of them.
fn read(kind: &ResourceType, document: &Map<String, Value>) -> Result<Vec<Name>> {
    let mut names: Vec<Name> = Vec::new();
    for entry in schema::entries(kind, document) {
        let name = Name::parse(&entry).ok_or_else(|| {
            Error::invalid(
                "identityAliases",
                format!(
                    "the entry \"{}\" is no \"<set>,<alias>\": send both, divided by a comma, each of at most 1024 bytes",
                    text::shorten(&entry, 200)
                ),
            )
        })?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// What an event says of an alias.
pub(super) fn told(name: &Name, origin: &Origin) -> Value {
    json!({ "alias": { "set": name.set, "alias": name.alias, "origin": origin.to_string() } })
}

pub(super) fn told_of(alias: &Alias) -> Value {
    told(&alias.name(), &alias.origin)
}

pub(super) async fn record(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    kind: &'static str,
    subject: Subject,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    events::record(tx, actor, NewEvent { organization, kind, subject, before, after }).await
}
