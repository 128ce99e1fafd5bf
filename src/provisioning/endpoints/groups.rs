//! `/Groups` (RFC 7643 section 4.2). Members travel beside the document: a group may have a hundred thousand.

use std::collections::HashMap;

use muster_scim::Document;
use muster_scim::error::ScimError;
use muster_scim::members::{MemberChange, Step, read_members};
use muster_scim::patch::{self, PatchRequest};
use muster_scim::schema::{GROUP, ResourceType};
use serde_json::{Value, json};

use crate::db::Tx;
use crate::directory::groups::{Group, Member, MemberKind, managed};
use crate::directory::{Clause, Selection};
use crate::error::Result;
use crate::id::GroupId;
use crate::provisioning::auth::Caller;
use crate::provisioning::endpoint::Endpoint;
use crate::provisioning::error::Failure;
use crate::provisioning::meta::Meta;

pub struct Groups;

impl Endpoint for Groups {
    type Row = Group;
    const TABLE: &'static str = "groups";

    fn meta<'a>(caller: &Caller, kind: &'a ResourceType, group: &'a Group) -> Meta<'a> {
        Meta {
            resource_type: &kind.name,
            id: group.id.as_str(),
            location: caller.location(kind, group.id.as_str()),
            version: group.version,
            created: &group.created_at,
            last_modified: &group.updated_at,
        }
    }

    async fn count(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, narrow: Clause<'_>) -> Result<u64> {
        managed::count(tx, &caller.actor, narrow).await
    }

    async fn page(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, selection: &Selection<'_>) -> Result<Vec<Group>> {
        managed::page(tx, &caller.actor, selection).await
    }

    async fn find(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, id: &str) -> Result<Option<Group>> {
        let Some(id) = GroupId::parse(id) else { return Ok(None) };
        managed::find(tx, &caller.actor, &id).await
    }

    /// Locked from the first look to the commit, so that of many PATCHes at once none loses a member.
    async fn lock(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, id: &str) -> Result<Option<Group>> {
        let Some(id) = GroupId::parse(id) else { return Ok(None) };
        managed::lock(tx, &caller.actor, &id).await
    }

    async fn complete(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        groups: &[Group],
        wants: &(dyn Fn(&str) -> bool + Send + Sync),
    ) -> Result<Vec<Document>> {
        let mut members = match wants("members") {
            true => {
                let ids: Vec<_> = groups.iter().map(|group| group.id.clone()).collect();
                managed::members(tx, &caller.actor, &ids).await?
            }
            false => HashMap::new(),
        };
        let complete = |group: &Group| {
            let members = members.remove(&group.id).unwrap_or_default();
            let shown = members.iter().map(|member| show_member(caller, member)).collect();
            Self::meta(caller, kind, group).complete(&group.document, Some(("members", shown)))
        };
        Ok(groups.iter().map(complete).collect())
    }

    async fn create(tx: &mut Tx, caller: &Caller, kind: &ResourceType, body: &Value) -> Result<Group, Failure> {
        let (body, members) = take_members(body)?;
        let document = kind.read(&body)?.document;
        Ok(managed::create(tx, &caller.actor, kind, document, &members).await?)
    }

    /// The members become those of the body: who is in both stays untouched.
    async fn replace(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        group: Group,
        body: &Value,
    ) -> Result<Group, Failure> {
        let (body, members) = take_members(body)?;
        let document = kind.merge_put(&group.document, kind.read(&body)?)?;
        Ok(managed::save(tx, &caller.actor, kind, group, document, &[members]).await?)
    }

    async fn patch(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        group: Group,
        body: &Value,
    ) -> Result<Group, Failure> {
        let mut document = group.document.clone();
        let mut members = Vec::new();
        for step in PatchRequest::parse(body)?.split_members()? {
            match step {
                Step::Document(request) => {
                    document = patch::apply(kind, &document, &request, &caller.settings.patch)?.document;
                }
                Step::Members(change) => members.push(change),
            }
        }
        Ok(managed::save(tx, &caller.actor, kind, group, document, &members).await?)
    }

    async fn delete(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, group: Group) -> Result<()> {
        managed::delete(tx, &caller.actor, &group).await
    }

    /// Microsoft advises against a body with all of many members.
    async fn is_long(tx: &mut Tx, caller: &Caller, group: &Group) -> Result<bool> {
        Ok(managed::count_members(tx, &caller.actor, &group.id).await? > caller.settings.most_members_shown)
    }
}

fn show_member(caller: &Caller, member: &Member) -> Value {
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
}

fn without_members(body: &Value) -> Value {
    let Value::Object(map) = body else { return body.clone() };
    let is_members = |key: &str| key.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case("members"));
    map.iter().filter(|(key, _)| !is_members(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The body of a POST or PUT, apart: what the document is made of, and the members it is to have. A body that does not
/// speak of members has none (RFC 7644 section 3.5.1: what is left out of a PUT is cleared).
fn take_members(body: &Value) -> Result<(Value, MemberChange), ScimError> {
    let members = read_members(body)?.unwrap_or_default();
    let mut body = without_members(body);
    for (_, inner) in body.as_object_mut().into_iter().flatten().filter(|(key, _)| key.eq_ignore_ascii_case(GROUP)) {
        *inner = without_members(inner);
    }
    Ok((body, MemberChange::Replace(members)))
}
