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
use crate::actor::Level;
use crate::app::App;
use crate::directory::groups::as_roles;
use crate::error::{Error, Problems, Result};
use crate::provisioning::brake::{self, BrakeForm};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub(super) async fn show(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    Ok(answer(&admin, ui, &app, &id, StatusCode::OK, Typed::default(), Problems::default()).await?)
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
            let typed = Typed { alias_schema: Some(form.alias_schema), ..Typed::default() };
            return Ok(answer(&admin, ui, &app, &id, StatusCode::UNPROCESSABLE_ENTITY, typed, problems).await?);
        }
        Err(error) => return Err(error.into()),
    }
    flash.good("Saved. The next call of the provider is answered this way.").await;
    Ok(Redirect::to(&format!("{}/settings", base(&admin, &connection))).into_response())
}

pub(super) async fn submit_brake(
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
    Form(form): Form<BrakeForm>,
) -> PageResult {
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, &admin, &id).await?;
    match brake::change_settings(&mut tx, &admin.actor, &connection, &directory.id, &form).await {
        Ok(()) => tx.commit().await?,
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("brake")?;
            let typed = Typed { brake: Some(form), ..Typed::default() };
            return Ok(answer(&admin, ui, &app, &id, StatusCode::UNPROCESSABLE_ENTITY, typed, problems).await?);
        }
    }
    flash.good("Saved. The next call that takes access from somebody is counted this way.").await;
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

/// What was typed and refused: it is kept.
#[derive(Default)]
struct Typed {
    alias_schema: Option<String>,
    brake: Option<BrakeForm>,
}

async fn answer(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    id: &str,
    status: StatusCode,
    typed: Typed,
    problems: Problems,
) -> Result<Response> {
    let mut tx = app.db.read().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let mut settings = settings(&mut tx, &directory.id).await?;
    // What was typed is kept where it was refused.
    settings.alias_schema = typed.alias_schema.unwrap_or(settings.alias_schema);
    let brake = match typed.brake {
        Some(typed) => typed,
        None => brake::settings(&mut tx, &directory.id).await?.into(),
    };
    let local_people = local_people(&mut tx, &directory.id).await?;
    let frame =
        admin.frame(Nav::Connections).crumb("Connections", format!("/o/{}/connections", admin.organization.slug));
    let head = Head::framed(connection.name.clone(), frame);
    let model = SettingsPage {
        base: base(admin, &connection),
        connection,
        state: directory.state,
        settings,
        groups_are_roles: as_roles::is_on(&mut tx, &directory.id).await?,
        brake,
        is_owner: admin.user.level == Level::Owner,
        local_people,
        problems,
    };
    Ok(ui.page(status, head, move || settings_page(&model)).await)
}
