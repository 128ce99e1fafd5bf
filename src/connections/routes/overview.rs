//! `GET /o/{organization}/connections/{connection}` and the version that its live list asks for.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse as _;

use super::super::live;
use super::super::pages::{OverviewPage, overview_page};
use super::{ConnectionPath, base, load};
use crate::db::Db;
use crate::provisioning::brake;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Nav, Ui};

pub(super) async fn show(
    admin: OrganizationAdmin,
    ui: Ui,
    State(db): State<Db>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    let mut tx = db.read().await?;
    let (connection, directory) = load(&mut tx, &admin, &id).await?;
    let progress = live::progress(&mut tx, &connection, &directory).await?;
    let frame =
        admin.frame(Nav::Connections).crumb("Connections", format!("/o/{}/connections", admin.organization.slug));
    let head = Head::framed(connection.name.clone(), frame);
    let held = brake::held(&mut tx, &admin.actor, &admin.organization.id).await?;
    let held = held.into_iter().find(|held| held.connection == connection.id);
    let model = OverviewPage { base: base(&admin, &connection), connection, directory, progress, held, now: tx.now() };
    Ok(ui.ok(head, move || overview_page(&model)).await)
}

pub(super) async fn live(admin: OrganizationAdmin, State(db): State<Db>, Path((_, id)): ConnectionPath) -> PageResult {
    let mut tx = db.read().await?;
    let (connection, directory) = load(&mut tx, &admin, &id).await?;
    let progress = live::progress(&mut tx, &connection, &directory).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], progress.version()).into_response())
}
