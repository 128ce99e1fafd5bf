//! `GET /o/{organization}/connections`

use axum::extract::State;

use super::super::pages::{ListPage, Listed, list_page};
use super::super::store;
use crate::db::Db;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Nav, Ui};

pub(super) async fn show(admin: OrganizationAdmin, ui: Ui, State(db): State<Db>) -> PageResult {
    let mut tx = db.read().await?;
    let mut connections = Vec::new();
    for connection in store::list(&mut tx, &admin.organization.id).await? {
        let directory = store::directory(&mut tx, &connection.id).await?;
        connections.push(Listed { connection, directory });
    }
    let organization = format!("/o/{}", admin.organization.slug);
    let base = format!("{organization}/connections");
    let model = ListPage { base, organization, connections, now: tx.now() };
    Ok(ui.ok(Head::framed("Connections", admin.frame(Nav::Connections)), move || list_page(&model)).await)
}
