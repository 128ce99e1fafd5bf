//! `/o/{organization}/connections/{connection}/pending`: the local people whom a directory asked for.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};

use super::model::List;
use super::pages::{PendingPage, pending_page};
use super::{confirm, decline, store};
use crate::app::App;
use crate::connections::{self, Connection};
use crate::db::{Db, Tx};
use crate::error::{Error, Problems, Result};
use crate::id::{AdoptionId, ConnectionId};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

/// How many the page shows; whoever is decided makes room.
const SHOWN: i64 = 50;

pub fn router() -> Router<App> {
    let pending = "/o/{organization}/connections/{connection}/pending";
    Router::new()
        .route(pending, get(show))
        .route(&format!("{pending}/{{adoption}}/confirm"), post(confirm_one))
        .route(&format!("{pending}/{{adoption}}/decline"), post(decline_one))
}

async fn connection(tx: &mut Tx, admin: &OrganizationAdmin, id: &str) -> Result<Connection> {
    let id = ConnectionId::parse(id).ok_or(Error::NotFound("connection"))?;
    connections::find(tx, &admin.organization.id, &id).await
}

fn address(admin: &OrganizationAdmin, connection: &ConnectionId) -> String {
    format!("/o/{}/connections/{connection}", admin.organization.slug)
}

async fn show(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    render(&db, &admin, ui, &id, StatusCode::OK, Problems::default()).await
}

async fn render(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    id: &str,
    status: StatusCode,
    problems: Problems,
) -> PageResult {
    let mut tx = db.read().await?;
    let connection = connection(&mut tx, admin, id).await?;
    let directory = connections::directory(&mut tx, &connection.id).await?.ok_or(Error::NotFound("directory"))?;
    let (shown, total) = store::open(&mut tx, &directory.id, SHOWN).await?;
    let list = List { connection: connection.id.clone(), shown, total };
    let frame = admin.frame(Nav::Connections);
    let (all, own) = (frame.path("/connections"), address(admin, &connection.id));
    let base = frame.path("");
    let frame = frame.crumb("Connections", all).crumb(connection.name.clone(), own);
    let (now, viewer) = (tx.now(), admin.user.id.clone());
    let model = PendingPage { base, connection_name: connection.name, list, viewer, problems, now };
    Ok(ui.page(status, Head::framed("Pending", frame), move || pending_page(&model)).await)
}

async fn confirm_one(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id, adoption)): Path<(String, String, String)>,
    ui: Ui,
    flash: Flash,
) -> PageResult {
    let adoption = AdoptionId::parse(&adoption).ok_or(Error::NotFound("request"))?;
    let mut tx = db.write().await?;
    let connection = connection(&mut tx, &admin, &id).await?;
    match confirm(&mut tx, &admin.actor, &admin.organization.id, &connection.id, &adoption).await {
        Ok(user) => {
            tx.commit().await?;
            let done = format!(
                "{} is taken over at the next request of {}. Afterwards, in Okta: Tasks → Retry; Entra retries by itself.",
                user.display_name, connection.name
            );
            flash.good(done).await;
            Ok(Redirect::to(&format!("{}/pending", address(&admin, &connection.id))).into_response())
        }
        Err(error) => {
            drop(tx);
            render(&db, &admin, ui, &id, StatusCode::UNPROCESSABLE_ENTITY, error.into_problems("")?).await
        }
    }
}

async fn decline_one(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id, adoption)): Path<(String, String, String)>,
    ui: Ui,
    flash: Flash,
) -> PageResult {
    let adoption = AdoptionId::parse(&adoption).ok_or(Error::NotFound("request"))?;
    let mut tx = db.write().await?;
    let connection = connection(&mut tx, &admin, &id).await?;
    match decline(&mut tx, &admin.actor, &admin.organization.id, &connection.id, &adoption).await {
        Ok(user) => {
            tx.commit().await?;
            flash.good(format!("{} stays local. It can still be confirmed here.", user.display_name)).await;
            Ok(Redirect::to(&format!("{}/pending", address(&admin, &connection.id))).into_response())
        }
        Err(error) => {
            drop(tx);
            render(&db, &admin, ui, &id, StatusCode::UNPROCESSABLE_ENTITY, error.into_problems("")?).await
        }
    }
}
