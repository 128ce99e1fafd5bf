//! From HTTP to operations and back.

use axum::extract::{Path, State};
use muster_scim::error::ScimError;
use muster_scim::list::{ListRequest, SearchRequest};

use super::answer::ScimResult;
use super::auth::Caller;
use super::body::{Body, MOST_MEMBERS_MIB, USUAL_MIB};
use super::catalog::{Keeper, Kind};
use super::operations::{self, bulk::MAX_MIB};
use super::request::{Preconditions, Query, Resource};
use crate::app::App;

/// `/{label}/{endpoint}`: the endpoint is the second part.
type Endpoint = Path<(String, String)>;

/// Custom Okta apps PUT a group with every member.
fn limit(kind: &Kind) -> usize {
    if kind.keeper == Keeper::Groups { MOST_MEMBERS_MIB } else { USUAL_MIB }
}

pub async fn list(State(app): State<App>, caller: Caller, Path((_, endpoint)): Endpoint, query: Query) -> ScimResult {
    let kind = caller.catalog.at(&endpoint)?;
    let request = ListRequest::from_pairs(query.0)?;
    let mut tx = app.db.read().await?;
    operations::list::list(&mut tx, &caller, &[kind], &request).await
}

pub async fn search(State(app): State<App>, caller: Caller, Path((_, endpoint)): Endpoint, body: Body) -> ScimResult {
    let kind = caller.catalog.at(&endpoint)?;
    let SearchRequest(request) = SearchRequest::parse(&body.json(USUAL_MIB).await?)?;
    let mut tx = app.db.read().await?;
    operations::list::list(&mut tx, &caller, &[kind], &request).await
}

/// RFC 7644 section 3.4.2.1: a query at the base URL spans all kinds.
pub async fn list_all(State(app): State<App>, caller: Caller, query: Query) -> ScimResult {
    span(&app, &caller, &ListRequest::from_pairs(query.0)?).await
}

pub async fn search_all(State(app): State<App>, caller: Caller, body: Body) -> ScimResult {
    let SearchRequest(request) = SearchRequest::parse(&body.json(USUAL_MIB).await?)?;
    span(&app, &caller, &request).await
}

async fn span(app: &App, caller: &Caller, request: &ListRequest) -> ScimResult {
    let kinds: Vec<_> = caller.catalog.kinds().iter().collect();
    let mut tx = app.db.read().await?;
    operations::list::list(&mut tx, caller, &kinds, request).await
}

pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Path((_, endpoint)): Endpoint,
    query: Query,
    body: Body,
) -> ScimResult {
    let kind = caller.catalog.at(&endpoint)?;
    let body = body.json(limit(kind)).await?;
    let mut tx = app.db.write().await?;
    let answer = operations::create::create(&mut tx, &caller, kind, &query, body).await;
    operations::conclude(&app.db, &caller, tx, answer).await
}

pub async fn read(
    State(app): State<App>,
    caller: Caller,
    Resource(endpoint, id): Resource,
    query: Query,
    preconditions: Preconditions,
) -> ScimResult {
    let kind = caller.catalog.at(&endpoint)?;
    let mut tx = app.db.read().await?;
    operations::read::read(&mut tx, &caller, kind, &id, &query, &preconditions).await
}

pub async fn replace(
    State(app): State<App>,
    caller: Caller,
    Resource(endpoint, id): Resource,
    query: Query,
    preconditions: Preconditions,
    body: Body,
) -> ScimResult {
    let kind = caller.catalog.at(&endpoint)?;
    let body = body.json(limit(kind)).await?;
    let mut tx = app.db.write().await?;
    let answer = operations::replace::replace(&mut tx, &caller, kind, &id, &query, &preconditions, body).await;
    operations::conclude(&app.db, &caller, tx, answer).await
}

pub async fn patch(
    State(app): State<App>,
    caller: Caller,
    Resource(endpoint, id): Resource,
    query: Query,
    preconditions: Preconditions,
    body: Body,
) -> ScimResult {
    let kind = caller.catalog.at(&endpoint)?;
    let body = body.json(limit(kind)).await?;
    let mut tx = app.db.write().await?;
    let answer = operations::patch::patch(&mut tx, &caller, kind, &id, &query, &preconditions, body).await;
    operations::conclude(&app.db, &caller, tx, answer).await
}

pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Resource(endpoint, id): Resource,
    preconditions: Preconditions,
) -> ScimResult {
    let kind = caller.catalog.at(&endpoint)?;
    let mut tx = app.db.write().await?;
    let answer = operations::delete::delete(&mut tx, &caller, kind, &id, &preconditions).await;
    operations::conclude(&app.db, &caller, tx, answer).await
}

pub async fn bulk(State(app): State<App>, caller: Caller, body: Body) -> ScimResult {
    operations::bulk::bulk(&app, &caller, &body.json(MAX_MIB).await?).await
}

/// RFC 7644 section 3.11: a directory's token is nobody's, so that there is no "me".
pub async fn me() -> ScimResult {
    Err(ScimError::status(501, "/Me is not offered: a token here belongs to a directory, not to a person").into())
}
