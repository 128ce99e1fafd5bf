//! `GET` and `POST /o/{organization}/connections/new`

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::super::add::{self, NewConnectionForm};
use super::super::pages::{NewPage, new_page};
use crate::app::App;
use crate::error::{Error, Problems, Result};
use crate::id::ConnectionId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Nav, Ui};

pub(super) async fn show(admin: OrganizationAdmin, ui: Ui, State(app): State<App>) -> PageResult {
    Ok(answer(admin, ui, &app, StatusCode::OK, NewConnectionForm::default(), Problems::default()).await)
}

pub(super) async fn submit(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Form(form): Form<NewConnectionForm>,
) -> PageResult {
    match make(&admin, &app, &form).await {
        Ok(id) => {
            let next = format!("/o/{}/connections/{id}/sign-in", admin.organization.slug);
            Ok(Redirect::to(&next).into_response())
        }
        Err(Error::Invalid(problems)) => {
            Ok(answer(admin, ui, &app, StatusCode::UNPROCESSABLE_ENTITY, form, problems).await)
        }
        Err(error) => Err(error.into()),
    }
}

async fn make(admin: &OrganizationAdmin, app: &App, form: &NewConnectionForm) -> Result<ConnectionId> {
    let mut tx = app.db.write().await?;
    let id = add::add(&mut tx, &admin.actor, &admin.organization.id, form).await?;
    tx.commit().await?;
    Ok(id)
}

async fn answer(
    admin: OrganizationAdmin,
    ui: Ui,
    app: &App,
    status: StatusCode,
    form: NewConnectionForm,
    problems: Problems,
) -> Response {
    let base = format!("/o/{}/connections", admin.organization.slug);
    let frame = admin.frame(Nav::Connections).crumb("Connections", base.clone());
    let scim_root = format!("{}/scim/v2", app.config.public_url);
    let model = NewPage { action: format!("{base}/new"), form, problems, scim_root };
    ui.page(status, Head::framed("Connect an identity provider", frame), move || new_page(&model)).await
}
