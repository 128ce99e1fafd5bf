//! `/o/{organization}/connections/{connection}/settings`: a directory's choices, and its pause.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::super::local_people::local_people;
use super::super::model::DirectoryState;
use super::super::pages::{SettingsPage, settings_page};
use super::super::settings::{SettingsForm, change_settings, pause, settings};
use super::{ConnectionPath, base, load};
use crate::app::App;
use crate::error::{Error, Problems, Result};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub(super) async fn show(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    Ok(answer(&admin, ui, &app, &id, StatusCode::OK, Problems::default()).await?)
}

pub(super) async fn submit(
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
    Form(form): Form<SettingsForm>,
) -> PageResult {
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, &admin, &id).await?;
    match change_settings(&mut tx, &admin.actor, &connection, &directory.id, &form).await {
        Ok(()) => tx.commit().await?,
        Err(Error::Invalid(problems)) => {
            drop(tx);
            return Ok(answer(&admin, ui, &app, &id, StatusCode::UNPROCESSABLE_ENTITY, problems).await?);
        }
        Err(error) => return Err(error.into()),
    }
    flash.good("Saved. The next call of the provider is answered this way.").await;
    Ok(Redirect::to(&format!("{}/settings", base(&admin, &connection))).into_response())
}

pub(super) async fn hold(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    let word = "Provisioning is paused: every call is refused and told so, until you resume it.";
    set(admin, flash, &app, &id, DirectoryState::Paused, word).await
}

pub(super) async fn resume(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    let word = "Provisioning goes on. Entra repeats what was refused by itself; in Okta, use Tasks and Retry.";
    set(admin, flash, &app, &id, DirectoryState::On, word).await
}

async fn set(
    admin: OrganizationAdmin,
    flash: Flash,
    app: &App,
    id: &str,
    state: DirectoryState,
    word: &'static str,
) -> PageResult {
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, &admin, id).await?;
    pause(&mut tx, &admin.actor, &connection, &directory.id, state).await?;
    tx.commit().await?;
    flash.good(word).await;
    Ok(Redirect::to(&format!("{}/settings", base(&admin, &connection))).into_response())
}

async fn answer(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    id: &str,
    status: StatusCode,
    problems: Problems,
) -> Result<Response> {
    let mut tx = app.db.read().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let settings = settings(&mut tx, &directory.id).await?;
    let local_people = local_people(&mut tx, &directory.id).await?;
    let frame =
        admin.frame(Nav::Connections).crumb("Connections", format!("/o/{}/connections", admin.organization.slug));
    let head = Head::framed(connection.name.clone(), frame);
    let model = SettingsPage {
        base: base(admin, &connection),
        connection,
        state: directory.state,
        settings,
        local_people,
        problems,
    };
    Ok(ui.page(status, head, move || settings_page(&model)).await)
}
