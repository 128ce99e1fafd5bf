//! `GET /Groups` (RFC 7644 section 3.4.2).

use std::collections::HashMap;

use axum::extract::State;
use muster_scim::list::{ListRequest, list_response};
use muster_scim::project::Projection;

use super::complete;
use crate::app::App;
use crate::db::Tx;
use crate::directory::groups::{Group, Member, managed};
use crate::error::Result;
use crate::id::GroupId;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::error::Failure;
use crate::provisioning::filter_sql::{INDEXED_GROUPS, Plan, mentions};
use crate::provisioning::kinds;
use crate::provisioning::request::Query;
use crate::provisioning::window::{MAX_SCANNED, Window, too_many};

pub async fn list(State(app): State<App>, caller: Caller, query: Query) -> ScimResult {
    let request = ListRequest::from_pairs(query.0)?;
    let projection = Projection::parse(kinds::group(), request.attributes.as_deref(), request.excluded.as_deref())?;
    let window = Window::of(&request);
    if let Some(filter) = &request.filter {
        filter.check(kinds::group())?;
    }
    let plan = Plan::groups(request.filter);
    let mut tx = app.db.read().await?;
    let (total, groups) = find(&mut tx, &caller, &plan, window).await?;
    let members = match projection.wants(kinds::group(), "members") {
        true => members(&mut tx, &caller, &groups).await?,
        false => HashMap::new(),
    };
    let shown = |group: &Group| {
        let members = members.get(&group.id).map(Vec::as_slice).unwrap_or_default();
        projection.apply(kinds::group(), &complete(&caller, group, members)).into()
    };
    Ok(Answer::ok(list_response(total, request.start_index, groups.iter().map(shown).collect())))
}

/// How many match, and those on the page.
async fn find(tx: &mut Tx, caller: &Caller, plan: &Plan, window: Window) -> Result<(u64, Vec<Group>), Failure> {
    let Some(rest) = &plan.rest else {
        let total = managed::count(tx, &caller.actor, |sql| plan.narrow(sql)).await?;
        let groups = match window.limit {
            0 => Vec::new(),
            limit => managed::page(tx, &caller.actor, |sql| plan.narrow(sql), limit, window.offset).await?,
        };
        return Ok((total, groups));
    };
    let candidates = managed::page(tx, &caller.actor, |sql| plan.narrow(sql), MAX_SCANNED + 1, 0).await?;
    if candidates.len() as u64 > MAX_SCANNED {
        return Err(too_many(INDEXED_GROUPS).into());
    }
    let mut members = match mentions(kinds::group(), rest, "members") {
        true => members(tx, caller, &candidates).await?,
        false => HashMap::new(),
    };
    let with_document = candidates.into_iter().map(|group| {
        let document = complete(caller, &group, &members.remove(&group.id).unwrap_or_default());
        (group, document)
    });
    Ok(window.among(kinds::group(), rest, with_document))
}

async fn members(tx: &mut Tx, caller: &Caller, groups: &[Group]) -> Result<HashMap<GroupId, Vec<Member>>> {
    let ids: Vec<_> = groups.iter().map(|group| group.id.clone()).collect();
    managed::members(tx, &caller.actor, &ids).await
}
