//! `PATCH /Groups/{id}` (RFC 7644 section 3.5.2).

use axum::extract::State;
use muster_scim::members::Step;
use muster_scim::patch::{self, PatchOptions, PatchRequest};
use muster_scim::project::Projection;

use super::{meta, parse_id, show, unknown};
use crate::app::App;
use crate::directory::groups::managed;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::body::{GroupBody, Json};
use crate::provisioning::kinds;
use crate::provisioning::request::{PathId, Preconditions, Query};

/// Above this many members a PATCH is answered by 204: Microsoft advises against a body with all of them.
const MOST_SHOWN: u64 = 1000;

/// The group stays locked from the first look to the commit, so that of many PATCHes at once none loses a member.
pub async fn patch(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    query: Query,
    preconditions: Preconditions,
    Json(body): GroupBody,
) -> ScimResult {
    let projection = query.projection(kinds::group())?;
    let group_id = parse_id(&id)?;
    let steps = PatchRequest::parse(&body)?.split_members()?;
    let mut tx = app.db.write().await?;
    let group = managed::lock(&mut tx, &caller.actor, &group_id).await?.ok_or_else(|| unknown(&id))?;
    preconditions.allow_write(&meta(&caller, &group).etag())?;
    let mut document = group.document.clone();
    let mut member_changes = Vec::new();
    for step in steps {
        match step {
            Step::Document(request) => {
                document = patch::apply(kinds::group(), &document, &request, &PatchOptions::default())?.document;
            }
            Step::Members(change) => member_changes.push(change),
        }
    }
    let group = managed::save(&mut tx, &caller.actor, group, document, &member_changes).await?;
    let etag = meta(&caller, &group).etag();
    // Section 3.5.2 lets us choose, unless the client named the attributes it wants back.
    let quiet = projection == Projection::default()
        && managed::count_members(&mut tx, &caller.actor, &group.id).await? > MOST_SHOWN;
    let answer = match quiet {
        true => Answer::changed(etag),
        false => Answer::resource(show(&mut tx, &caller, &group, &projection).await?, etag),
    };
    tx.commit().await?;
    Ok(answer)
}
