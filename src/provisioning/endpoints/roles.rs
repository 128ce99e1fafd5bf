//! `/Roles` of Okta's entitlements flavour: the roles that the identity provider may assign, read-only. An organization has
//! few of them, so that filters and orders are evaluated here.

use muster_scim::Document;
use muster_scim::schema::ResourceType;
use serde_json::json;

use crate::access::roles::{self, Role};
use crate::db::Tx;
use crate::error::Result;
use crate::provisioning::auth::Caller;
use crate::provisioning::meta::Meta;

pub struct Roles;

impl Roles {
    /// All of them, whole, in a stable order.
    pub async fn all(tx: &mut Tx, caller: &Caller, kind: &ResourceType) -> Result<Vec<Document>> {
        let roles = roles::assignable_by_idp(tx, &caller.actor).await?;
        Ok(roles.iter().map(|role| show(caller, kind, role)).collect())
    }
}

fn show(caller: &Caller, kind: &ResourceType, role: &Role) -> Document {
    let meta = Meta {
        resource_type: &kind.name,
        id: role.id.as_str(),
        location: caller.location(kind, role.id.as_str()),
        version: role.updated_at.datetime().unix_timestamp(),
        created: &role.created_at,
        last_modified: &role.updated_at,
    };
    // Okta takes at most 1000 characters.
    let description: String = role.description.chars().take(1000).collect();
    let mut document = json!({ "schemas": [kind.schema.id], "displayName": role.name });
    if !description.is_empty() {
        document["description"] = description.into();
    }
    meta.complete(document.as_object().expect("an object"), None)
}
