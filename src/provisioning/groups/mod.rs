//! `/Groups`: one endpoint a file. Members travel beside the document: a group may have a hundred thousand.

pub mod create;
pub mod delete;
pub mod list;
pub mod patch;
pub mod read;
pub mod replace;

use muster_scim::Document;
use muster_scim::error::ScimError;
use muster_scim::members::{MemberChange, read_members};
use muster_scim::project::Projection;
use serde_json::{Value, json};

use super::auth::Caller;
use super::kinds;
use super::meta::Meta;
use crate::db::Tx;
use crate::directory::groups::{Group, Member, MemberKind, managed};
use crate::error::Result;
use crate::id::GroupId;

fn meta<'a>(caller: &Caller, group: &'a Group) -> Meta<'a> {
    Meta {
        resource_type: "Group",
        id: group.id.as_str(),
        location: format!("{}/Groups/{}", caller.base, group.id),
        version: group.version,
        created: &group.created_at,
        last_modified: &group.updated_at,
    }
}

/// A group as SCIM shows it, before projection (RFC 7643 section 4.2).
fn complete(caller: &Caller, group: &Group, members: &[Member]) -> Document {
    let shown = |member: &Member| -> Value {
        let (endpoint, kind) = match member.kind {
            MemberKind::User => ("Users", "User"),
            MemberKind::Group => ("Groups", "Group"),
        };
        json!({
            "value": member.id,
            "$ref": format!("{}/{endpoint}/{}", caller.base, member.id),
            "type": kind,
            "display": member.name,
        })
    };
    meta(caller, group).complete(&group.document, Some(("members", members.iter().map(shown).collect())))
}

/// The part of one group that the request asked for; members are loaded only if they are in it.
async fn show(tx: &mut Tx, caller: &Caller, group: &Group, projection: &Projection) -> Result<Document> {
    let members = if projection.wants(kinds::group(), "members") {
        let mut found = managed::members(tx, &caller.actor, std::slice::from_ref(&group.id)).await?;
        found.remove(&group.id).unwrap_or_default()
    } else {
        Vec::new()
    };
    Ok(projection.apply(kinds::group(), &complete(caller, group, &members)))
}

/// The body of a POST or PUT, apart: the document, and the members it is to have. A body that does not speak of members
/// has none (RFC 7644 section 3.5.1: what is left out of a PUT is cleared).
fn read_body(mut body: Value) -> Result<(muster_scim::resource::Incoming, MemberChange), ScimError> {
    let members = read_members(&body)?.unwrap_or_default();
    if let Value::Object(map) = &mut body {
        map.retain(|key, _| !key.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case("members")));
    }
    Ok((kinds::group().read(&body)?, MemberChange::Replace(members)))
}

/// An id of ours, or 404: what is no id is nobody's.
fn parse_id(id: &str) -> Result<GroupId, ScimError> {
    GroupId::parse(id).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> ScimError {
    let id = crate::text::shorten(id, 64);
    ScimError::not_found(format!("there is no group \"{id}\" in this directory: look it up again by displayName"))
}
