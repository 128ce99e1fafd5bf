//! `GET /o/{organization}/connections/{connection}/provisioning` and the sync mode.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::super::guide;
use super::super::model::SyncMode;
use super::super::pages::{ProvisioningPage, provisioning_page};
use super::super::sync::choose_sync;
use super::super::tokens::Kind;
use super::tokens::{Outcome, part};
use super::{ConnectionPath, addresses, base, load};
use crate::app::App;
use crate::directory::release;
use crate::directory::users::adoption;
use crate::error::{Error, Result};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub(super) async fn show(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    Ok(answer(&admin, ui, &app, &id, StatusCode::OK, Outcome::none()).await?)
}

#[derive(Deserialize)]
pub(super) struct SyncForm {
    sync_mode: String,
}

pub(super) async fn choose(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
    Form(form): Form<SyncForm>,
) -> PageResult {
    let mode =
        SyncMode::parse(&form.sync_mode).ok_or_else(|| Error::invalid("sync_mode", "Choose one of the three."))?;
    let mut tx = app.db.write().await?;
    let (connection, _) = load(&mut tx, &admin, &id).await?;
    choose_sync(&mut tx, &admin.actor, &connection, mode).await?;
    tx.commit().await?;
    flash
        .good(match mode {
            SyncMode::Scim => "SCIM is on. Make a token, then follow the steps.",
            SyncMode::OnSignIn => "People are made at their first sign-in.",
            SyncMode::None => "Nobody new comes through this connection.",
        })
        .await;
    Ok(Redirect::to(&format!("{}/provisioning", base(&admin, &connection))).into_response())
}

pub(super) async fn answer(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    id: &str,
    status: StatusCode,
    outcome: Outcome,
) -> Result<Response> {
    let mut tx = app.db.read().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let base = base(admin, &connection);
    let tokens = part(&mut tx, &base, &connection, &directory.id, Kind::Bearer, outcome).await?;
    let waiting = adoption::waiting_by_connection(&mut tx, &admin.organization.id).await?;
    let waiting = waiting.iter().find(|count| count.connection == connection.id).map_or(0, |count| count.people);
    let numbers = release::numbers(&mut tx, &connection, &directory).await?;
    let frame =
        admin.frame(Nav::Connections).crumb("Connections", format!("/o/{}/connections", admin.organization.slug));
    let head = Head::framed(connection.name.clone(), frame);
    let ours = addresses(&app.config, admin, &connection, &directory);
    let steps = guide::scim_steps(connection.provider, &ours);
    let model =
        ProvisioningPage { base, connection, scim_base_url: ours.scim_base_url, steps, tokens, waiting, numbers };
    Ok(ui.page(status, head, move || provisioning_page(&model)).await)
}
