//! The values of what a directory pushes, as rows: filters, sorting and uniqueness are answered by them.

pub mod store;

use muster_scim::Document;
use muster_scim::index::{self, Entry};
use muster_scim::schema::{Attribute, ResourceType, Uniqueness};

use super::Realm;
use super::users::aliases::is_of_aliases;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::DirectoryId;

/// Puts the rows of a document in the place of those that the resource has.
pub(super) async fn save(tx: &mut Tx, realm: &Realm, kind: &ResourceType, id: &str, document: &Document) -> Result<()> {
    store::remove(tx, id).await?;
    store::insert(tx, &realm.directory, &kind.name, id, &index::entries(kind, document)).await
}

/// The same for a resource that several directories see.
pub(super) async fn save_for_each(
    tx: &mut Tx,
    directories: &[DirectoryId],
    kind: &ResourceType,
    id: &str,
    document: &Document,
) -> Result<()> {
    store::remove(tx, id).await?;
    for directory in directories {
        add(tx, directory, kind, id, document).await?;
    }
    Ok(())
}

/// Rows of a resource for one more directory.
pub(super) async fn add(
    tx: &mut Tx,
    directory: &DirectoryId,
    kind: &ResourceType,
    id: &str,
    document: &Document,
) -> Result<()> {
    store::insert(tx, directory, &kind.name, id, &index::entries(kind, document)).await
}

/// The resource is gone.
pub(super) async fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    store::remove(tx, id).await
}

/// RFC 7643 section 2.2: what a schema calls unique is unique, here within the directory. The core's own names (userName,
/// displayName, externalId) are looked after where they have columns.
///
/// # Errors
/// [`Error::Conflict`] naming the attribute and the resource that has the value.
pub(super) async fn require_unique(
    tx: &mut Tx,
    realm: &Realm,
    kind: &ResourceType,
    id: &str,
    document: &Document,
) -> Result<()> {
    let names = unique_names(kind);
    if names.is_empty() {
        return Ok(());
    }
    // Two requests at once must not both find the value free.
    store::lock_directory(tx, &realm.directory).await?;
    let unique = |entry: &Entry| names.iter().any(|name| entry.path == *name || entry.path == format!("{name}.value"));
    for entry in index::entries(kind, document).into_iter().filter(unique) {
        let Some(key) = &entry.key else { continue };
        if let Some(other) = store::other_with(tx, &realm.directory, &kind.name, &entry.path, key, id).await? {
            return Err(Error::conflict(format!(
                "the value of \"{}\" belongs to another {} of this directory already (id {other}): send another value, or link to that one",
                entry.path, kind.name
            )));
        }
    }
    Ok(())
}

/// The canonical names of the attributes that custom schemas call unique.
fn unique_names(kind: &ResourceType) -> Vec<String> {
    let is_unique = |attribute: &&Attribute| attribute.uniqueness != Uniqueness::None;
    let own = match kind.schema.id.as_str() {
        muster_scim::schema::USER | muster_scim::schema::GROUP => &[][..],
        _ => &kind.schema.attributes,
    };
    let mut names: Vec<_> = own.iter().filter(is_unique).map(|attribute| attribute.name.clone()).collect();
    // Aliases are unique in the organization, by their table.
    for extension in kind.extensions.iter().filter(|extension| !is_of_aliases(&extension.schema)) {
        let schema = &extension.schema;
        names.extend(schema.attributes.iter().filter(is_unique).map(|found| format!("{}:{}", schema.id, found.name)));
    }
    names
}
