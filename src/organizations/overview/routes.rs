//! Where the overview lives.

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::pages::{OverviewPage, overview_page};
use super::store;
use crate::app::App;
use crate::db::Db;
use crate::directory::users::{adoption, break_glass};
use crate::organizations::domains;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new().route("/o/{organization}", get(show))
}

async fn show(State(db): State<Db>, admin: OrganizationAdmin, ui: Ui) -> PageResult {
    let frame = admin.frame(Nav::Overview);
    let mut tx = db.read().await?;
    let model = OverviewPage {
        base: frame.path(""),
        organization: admin.organization.name.clone(),
        counts: store::counts(&mut tx, &admin.organization.id).await?,
        health: store::health(&mut tx, &admin.organization.id).await?,
        domains: domains::list(&mut tx, &admin.organization.id).await?,
        waiting: adoption::waiting_by_connection(&mut tx, &admin.organization.id).await?,
        owners: break_glass::list(&mut tx, &admin.organization.id).await?,
        now: tx.now(),
    };
    Ok(ui.ok(Head::framed("Overview", frame), move || overview_page(&model)).await)
}
