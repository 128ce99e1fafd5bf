//! `/Users`: one endpoint a file.

pub mod create;
pub mod delete;
pub mod list;
pub mod patch;
pub mod read;
pub mod replace;

use muster_scim::Document;
use muster_scim::error::ScimError;
use muster_scim::project::Projection;
use serde_json::{Value, json};

use super::auth::Caller;
use super::kinds;
use super::meta::Meta;
use crate::db::Tx;
use crate::directory::groups;
use crate::directory::users::User;
use crate::error::Result;
use crate::id::{GroupId, UserId};

fn meta<'a>(caller: &Caller, user: &'a User) -> Meta<'a> {
    Meta {
        resource_type: "User",
        id: user.id.as_str(),
        location: format!("{}/Users/{}", caller.base, user.id),
        version: user.version,
        created: &user.created_at,
        last_modified: &user.updated_at,
    }
}

/// A person as SCIM shows them, before projection. RFC 7643 section 4.1.2: `groups` is read-only and derived.
fn complete(caller: &Caller, user: &User, memberships: &[(GroupId, String)]) -> Document {
    let shown = |(id, name): &(GroupId, String)| -> Value {
        json!({ "value": id, "$ref": format!("{}/Groups/{id}", caller.base), "display": name, "type": "direct" })
    };
    let groups = memberships.iter().map(shown).collect();
    meta(caller, user).complete(&user.document, Some(("groups", groups)))
}

/// The part of one person that the request asked for.
async fn show(tx: &mut Tx, caller: &Caller, user: &User, projection: &Projection) -> Result<Document> {
    let memberships = if projection.wants(kinds::user(), "groups") {
        let mut found = groups::managed::groups_of(tx, &caller.actor, std::slice::from_ref(&user.id)).await?;
        found.remove(&user.id).unwrap_or_default()
    } else {
        Vec::new()
    };
    Ok(projection.apply(kinds::user(), &complete(caller, user, &memberships)))
}

/// An id of ours, or 404: what is no id is nobody's.
fn parse_id(id: &str) -> Result<UserId, ScimError> {
    UserId::parse(id).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> ScimError {
    let id = crate::text::shorten(id, 64);
    ScimError::not_found(format!(
        "there is no user \"{id}\" in this directory: look it up again by userName or externalId"
    ))
}
