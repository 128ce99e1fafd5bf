//! Where the overview lives.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use time::Duration;

use super::pages::{OverviewPage, overview_page};
use super::store;
use crate::access::grants;
use crate::app::App;
use crate::db::Db;
use crate::directory::users::{adoption, break_glass, service};
use crate::organizations::domains;
use crate::provisioning::brake;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new().route("/o/{organization}", get(show))
}

/// How many grants that end within a day are listed.
const ENDING: u64 = 20;

async fn show(State(db): State<Db>, admin: OrganizationAdmin, ui: Ui) -> PageResult {
    let frame = admin.frame(Nav::Overview);
    let mut tx = db.read().await?;
    let soon = tx.now().plus(Duration::DAY);
    let model = OverviewPage {
        base: frame.path(""),
        organization: admin.organization.name.clone(),
        counts: store::counts(&mut tx, &admin.organization.id).await?,
        health: store::health(&mut tx, &admin.organization.id).await?,
        brakes: brake::held(&mut tx, &admin.actor, &admin.organization.id).await?,
        domains: domains::list(&mut tx, &admin.organization.id).await?,
        ending: grants::ending_before(&mut tx, &admin.organization.id, &soon, ENDING).await?,
        waiting: adoption::waiting_by_connection(&mut tx, &admin.organization.id).await?,
        owners: break_glass::list(&mut tx, &admin.organization.id).await?,
        unanswered: service::without_answerable(&mut tx, &admin.organization.id).await?,
        now: tx.now(),
    };
    Ok(ui.ok(Head::framed("Overview", frame), move || overview_page(&model)).await)
}
