//! The roles that are shown as groups, kept as the roles are.

use muster_scim::schema::{GROUP, ResourceType};
use serde_json::{Map, Value, json};

use super::store;
use crate::db::Tx;
use crate::directory::{Realm, Source, values};
use crate::error::Result;
use crate::id::{DirectoryId, OrganizationId};

/// Makes, renames and removes the offered groups of the organization's directories, so that each shows the roles that no group
/// owns. Called wherever roles come, go, are renamed, or get or lose an owner; without such a directory it asks one question.
pub async fn bring_up_to_date(tx: &mut Tx, organization: &OrganizationId) -> Result<()> {
    for directory in store::directories_with_roles(tx, organization).await? {
        let realm = realm(organization, &directory);
        for id in store::stale(tx, &realm).await? {
            values::remove(tx, id.as_str()).await?;
            super::super::store::delete(tx, &id).await?;
        }
        for (id, name) in store::renamed(tx, &realm).await? {
            let document = document(&name);
            super::super::store::update(tx, &id, &name, None, &document).await?;
            super::super::store::bump(tx, &id).await?;
            values::save(tx, &realm, &ResourceType::group(), id.as_str(), &document).await?;
        }
        for (role, name) in store::missing(tx, &realm).await? {
            let document = document(&name);
            // A group that the directory pushed may have the name under another spelling: then it is in the way.
            if let Some(id) = store::insert_offer(tx, &realm, &role, &name, &document).await? {
                values::save(tx, &realm, &ResourceType::group(), id.as_str(), &document).await?;
            }
        }
    }
    Ok(())
}

/// The directory shows no roles any more.
pub(super) async fn withdraw(tx: &mut Tx, organization: &OrganizationId, directory: &DirectoryId) -> Result<()> {
    for id in store::offered(tx, &realm(organization, directory)).await? {
        values::remove(tx, id.as_str()).await?;
        super::super::store::delete(tx, &id).await?;
    }
    Ok(())
}

pub(super) fn realm(organization: &OrganizationId, directory: &DirectoryId) -> Realm {
    Realm {
        organization: organization.clone(),
        directory: directory.clone(),
        source: Source::Directory(directory.clone()),
    }
}

fn document(name: &str) -> Map<String, Value> {
    Map::from_iter([("schemas".to_string(), json!([GROUP])), ("displayName".to_string(), json!(name))])
}
