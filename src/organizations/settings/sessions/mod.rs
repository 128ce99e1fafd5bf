//! `/o/{organization}/settings/sessions`: how long people stay signed in.

mod page;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};

use crate::actor::Level;
use crate::app::App;
use crate::db::Db;
use crate::error::Problems;
use crate::sessions::guard::OrganizationAdmin;
use crate::sessions::lifetimes::{LifetimesForm, change_lifetimes, lifetimes};
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};
use page::{SessionsPage, sessions_page};

pub fn router() -> Router<App> {
    Router::new().route("/o/{organization}/settings/sessions", get(show).post(submit))
}

async fn show(State(db): State<Db>, admin: OrganizationAdmin, ui: Ui) -> PageResult {
    let chosen = lifetimes(&mut db.read().await?, &admin.organization.id).await?;
    Ok(answer(&admin, ui, StatusCode::OK, LifetimesForm::of(&chosen), Problems::default()).await)
}

async fn submit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    Form(form): Form<LifetimesForm>,
) -> PageResult {
    admin.actor.require_owner(&admin.organization.id)?;
    let mut tx = db.write().await?;
    match change_lifetimes(&mut tx, &admin.actor, &admin.organization, &form).await {
        Ok(()) => {
            tx.commit().await?;
            flash.good("Saved. It holds for open sessions too, from now on.").await;
            Ok(Redirect::to(&format!("/o/{}/settings/sessions", admin.organization.slug)).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            Ok(answer(&admin, ui, StatusCode::UNPROCESSABLE_ENTITY, form, problems).await)
        }
    }
}

async fn answer(
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    form: LifetimesForm,
    problems: Problems,
) -> Response {
    let organization = admin.organization.slug.clone();
    let may_change = admin.user.level >= Level::Owner;
    let model = SessionsPage { organization, form, problems, may_change };
    let head = Head::framed("Sessions", admin.frame(Nav::Settings));
    ui.page(status, head, move || sessions_page(&model)).await
}
