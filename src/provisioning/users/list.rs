//! `GET /Users` (RFC 7644 section 3.4.2).

use std::collections::HashMap;

use axum::extract::State;
use muster_scim::list::{ListRequest, list_response};
use muster_scim::project::Projection;

use super::complete;
use crate::app::App;
use crate::db::Tx;
use crate::directory::groups;
use crate::directory::users::{User, managed};
use crate::error::Result;
use crate::id::{GroupId, UserId};
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::error::Failure;
use crate::provisioning::filter_sql::{INDEXED_USERS, Plan, mentions};
use crate::provisioning::kinds;
use crate::provisioning::request::Query;
use crate::provisioning::window::{MAX_SCANNED, Window, too_many};

pub async fn list(State(app): State<App>, caller: Caller, query: Query) -> ScimResult {
    let request = ListRequest::from_pairs(query.0)?;
    let projection = Projection::parse(kinds::user(), request.attributes.as_deref(), request.excluded.as_deref())?;
    let window = Window::of(&request);
    if let Some(filter) = &request.filter {
        filter.check(kinds::user())?;
    }
    let plan = Plan::users(request.filter);
    let mut tx = app.db.read().await?;
    let (total, users) = find(&mut tx, &caller, &plan, window).await?;
    let groups = match projection.wants(kinds::user(), "groups") {
        true => memberships(&mut tx, &caller, &users).await?,
        false => HashMap::new(),
    };
    let shown = |user: &User| {
        let groups = groups.get(&user.id).map(Vec::as_slice).unwrap_or_default();
        projection.apply(kinds::user(), &complete(&caller, user, groups)).into()
    };
    Ok(Answer::ok(list_response(total, request.start_index, users.iter().map(shown).collect())))
}

/// How many match, and those on the page.
async fn find(tx: &mut Tx, caller: &Caller, plan: &Plan, window: Window) -> Result<(u64, Vec<User>), Failure> {
    let Some(rest) = &plan.rest else {
        let total = managed::count(tx, &caller.actor, |sql| plan.narrow(sql)).await?;
        let users = match window.limit {
            0 => Vec::new(),
            limit => managed::page(tx, &caller.actor, |sql| plan.narrow(sql), limit, window.offset).await?,
        };
        return Ok((total, users));
    };
    let candidates = managed::page(tx, &caller.actor, |sql| plan.narrow(sql), MAX_SCANNED + 1, 0).await?;
    if candidates.len() as u64 > MAX_SCANNED {
        return Err(too_many(INDEXED_USERS).into());
    }
    let mut groups = match mentions(kinds::user(), rest, "groups") {
        true => memberships(tx, caller, &candidates).await?,
        false => HashMap::new(),
    };
    let with_document = candidates.into_iter().map(|user| {
        let document = complete(caller, &user, &groups.remove(&user.id).unwrap_or_default());
        (user, document)
    });
    Ok(window.among(kinds::user(), rest, with_document))
}

async fn memberships(tx: &mut Tx, caller: &Caller, users: &[User]) -> Result<HashMap<UserId, Vec<(GroupId, String)>>> {
    let ids: Vec<_> = users.iter().map(|user| user.id.clone()).collect();
    groups::managed::groups_of(tx, &caller.actor, &ids).await
}
