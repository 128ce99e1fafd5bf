//! Custom resources, acted on by their directory only.

use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

use super::model::Resource;
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::changes::changes;
use crate::directory::selection::{Clause, Selection};
use crate::directory::users::profile::require_short;
use crate::directory::{Realm, values};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::ResourceId;

/// One resource of the directory.
pub async fn find(tx: &mut Tx, actor: &Actor, kind: &ResourceType, id: &ResourceId) -> Result<Option<Resource>> {
    store::find(tx, &Realm::of(actor)?, &kind.name, id).await
}

/// As [`find`]; nobody else changes the resource until the transaction ends.
pub async fn lock(tx: &mut Tx, actor: &Actor, kind: &ResourceType, id: &ResourceId) -> Result<Option<Resource>> {
    store::lock(tx, &Realm::of(actor)?, &kind.name, id).await
}

/// How many of the kind satisfy the clause.
pub async fn count(tx: &mut Tx, actor: &Actor, kind: &ResourceType, narrow: Clause<'_>) -> Result<u64> {
    store::count(tx, &Realm::of(actor)?, &kind.name, narrow).await
}

/// Those of the kind that are selected.
pub async fn page(tx: &mut Tx, actor: &Actor, kind: &ResourceType, selection: &Selection<'_>) -> Result<Vec<Resource>> {
    store::page(tx, &Realm::of(actor)?, &kind.name, selection).await
}

/// Writes the rows of values of the selected resources again; returns the last one's id.
pub async fn reindex(
    tx: &mut Tx,
    actor: &Actor,
    kind: &ResourceType,
    selection: &Selection<'_>,
) -> Result<Option<String>> {
    let realm = Realm::of(actor)?;
    let page = store::page(tx, &realm, &kind.name, selection).await?;
    for resource in &page {
        values::save(tx, &realm, kind, resource.id.as_str(), &resource.document).await?;
    }
    Ok(page.last().map(|resource| resource.id.to_string()))
}

/// Takes a resource in.
///
/// # Errors
/// [`Error::Conflict`] if a value that must be unique, or the externalId, is another one's.
pub async fn create(tx: &mut Tx, actor: &Actor, kind: &ResourceType, document: Map<String, Value>) -> Result<Resource> {
    let realm = Realm::of(actor)?;
    let id = ResourceId::new();
    check(tx, &realm, kind, &id, &document).await?;
    store::insert(tx, &realm, &kind.name, &id, external_id(&document), &document).await?;
    values::save(tx, &realm, kind, id.as_str(), &document).await?;
    let after = changes(&Map::new(), &document).map_or(json!({}), |(_, after)| after);
    record(tx, actor, &realm, "resource.created", kind, (&id, &document), None, Some(after)).await?;
    reload(tx, &realm, kind, &id).await
}

/// Puts a document in the place of the present one. Without a difference nothing is touched, the version neither.
///
/// # Errors
/// As [`create`].
pub async fn replace(
    tx: &mut Tx,
    actor: &Actor,
    kind: &ResourceType,
    resource: Resource,
    document: Map<String, Value>,
) -> Result<Resource> {
    let realm = Realm::of(actor)?;
    let Some((before, after)) = changes(&resource.document, &document) else {
        return Ok(resource);
    };
    check(tx, &realm, kind, &resource.id, &document).await?;
    store::update(tx, &resource.id, external_id(&document), &document).await?;
    values::save(tx, &realm, kind, resource.id.as_str(), &document).await?;
    record(tx, actor, &realm, "resource.updated", kind, (&resource.id, &document), Some(before), Some(after)).await?;
    reload(tx, &realm, kind, &resource.id).await
}

/// Removes a resource.
pub async fn delete(tx: &mut Tx, actor: &Actor, kind: &ResourceType, resource: &Resource) -> Result<()> {
    let realm = Realm::of(actor)?;
    values::remove(tx, resource.id.as_str()).await?;
    store::delete(tx, &resource.id).await?;
    let before = Value::Object(resource.document.clone());
    record(tx, actor, &realm, "resource.deleted", kind, (&resource.id, &resource.document), Some(before), None).await
}

async fn check(
    tx: &mut Tx,
    realm: &Realm,
    kind: &ResourceType,
    id: &ResourceId,
    document: &Map<String, Value>,
) -> Result<()> {
    let external_id = external_id(document).map(str::to_string);
    require_short("externalId", &external_id)?;
    values::require_unique(tx, realm, kind, id.as_str(), document).await?;
    let Some(external_id) = external_id else { return Ok(()) };
    match values::store::other_with(tx, &realm.directory, &kind.name, "externalId", &external_id, id.as_str()).await? {
        None => Ok(()),
        Some(other) => Err(Error::conflict(format!(
            "the externalId \"{external_id}\" belongs to another {} of this directory already (id {other}): link to that one, or send another externalId",
            kind.name
        ))),
    }
}

fn external_id(document: &Map<String, Value>) -> Option<&str> {
    document.get("externalId").and_then(Value::as_str)
}

async fn reload(tx: &mut Tx, realm: &Realm, kind: &ResourceType, id: &ResourceId) -> Result<Resource> {
    let found = store::find(tx, realm, &kind.name, id).await?;
    found.ok_or_else(|| Error::internal("a resource is gone in its own transaction"))
}

#[expect(clippy::too_many_arguments, reason = "the parts of one event")]
async fn record(
    tx: &mut Tx,
    actor: &Actor,
    realm: &Realm,
    event: &'static str,
    kind: &ResourceType,
    (id, document): (&ResourceId, &Map<String, Value>),
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let subject = Subject::resource(id, format!("{} {}", kind.name, Resource::name(document, id)));
    events::record(tx, actor, NewEvent { organization: &realm.organization, kind: event, subject, before, after }).await
}
