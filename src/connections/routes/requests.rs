//! `GET /o/{organization}/connections/{connection}/requests`, and one of them.

use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::super::pages::{RequestPage, RequestsPage, request_page, requests_page};
use super::{ConnectionPath, base, load};
use crate::db::Db;
use crate::error::Error;
use crate::id::RequestId;
use crate::provisioning::inspector::{self, Filter, Outcome};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Nav, Ui};

const PER_PAGE: u64 = 50;

/// The filter as it stands in the address. What cannot be read does not narrow.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    outcome: String,
    before: String,
}

impl From<Asked> for Filter {
    fn from(asked: Asked) -> Self {
        Self { outcome: Outcome::parse(&asked.outcome), before: RequestId::parse(&asked.before) }
    }
}

pub(super) async fn list(
    admin: OrganizationAdmin,
    ui: Ui,
    State(db): State<Db>,
    Path((_, id)): ConnectionPath,
    Query(asked): Query<Asked>,
) -> PageResult {
    let filter = Filter::from(asked);
    let mut tx = db.read().await?;
    let (connection, directory) = load(&mut tx, &admin, &id).await?;
    let of = &admin.organization.id;
    let keeping = inspector::keeping(&mut tx, &admin.actor, of, &directory.id).await?;
    // One more than is shown tells whether there are older ones.
    let mut lines = inspector::list(&mut tx, &admin.actor, of, &directory.id, &filter, PER_PAGE + 1).await?;
    let has_older = lines.len() as u64 > PER_PAGE;
    lines.truncate(PER_PAGE as usize);
    let frame =
        admin.frame(Nav::Connections).crumb("Connections", format!("/o/{}/connections", admin.organization.slug));
    let head = Head::framed(format!("Requests of {}", connection.name), frame);
    let base = base(&admin, &connection);
    let model = RequestsPage { base, connection, filter, lines, has_older, keeping, now: tx.now() };
    Ok(ui.ok(head, move || requests_page(&model)).await)
}

pub(super) async fn one(
    admin: OrganizationAdmin,
    ui: Ui,
    State(db): State<Db>,
    Path((_, id, request)): Path<(String, String, String)>,
) -> PageResult {
    let request = RequestId::parse(&request).ok_or(Error::NotFound("request"))?;
    let mut tx = db.read().await?;
    let (connection, directory) = load(&mut tx, &admin, &id).await?;
    let call = inspector::find(&mut tx, &admin.actor, &admin.organization.id, &directory.id, &request).await?;
    let base = base(&admin, &connection);
    let frame = admin
        .frame(Nav::Connections)
        .crumb("Connections", format!("/o/{}/connections", admin.organization.slug))
        .crumb(connection.name, base.clone())
        .crumb("Requests", format!("{base}/requests"));
    let model = RequestPage { call, now: tx.now() };
    Ok(ui.ok(Head::framed("Request", frame), move || request_page(&model)).await)
}
