//! `GET` and `POST /setup`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};

use super::pages::{CodesPage, codes_page, form_page};
use super::{SetUp, SetUpForm, check_code, is_open, set_up};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Db;
use crate::error::{Error, Problems, Result};
use crate::http::limits::What;
use crate::sessions::attempt::{self, Origin};
use crate::sessions::password;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Ui};

pub fn router() -> Router<App> {
    Router::new().route("/setup", get(show).post(submit))
}

async fn show(ui: Ui, State(db): State<Db>) -> PageResult {
    if !is_open(&mut db.read().await?).await? {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    Ok(answer_form(ui, StatusCode::OK, SetUpForm::default(), Problems::default()).await)
}

async fn submit(ui: Ui, State(app): State<App>, origin: Origin, Form(form): Form<SetUpForm>) -> PageResult {
    attempt::admit_anybody(&app, What::SetUp, None, &origin).await?;
    match make(&app.db, &form).await {
        Ok(made) => {
            // Shown by the POST itself, once: nothing secret is kept for a later page.
            Ok(ui.ok(Head::plain("Recovery codes"), move || codes_page(&made)).await)
        }
        Err(Error::Invalid(problems)) => Ok(answer_form(ui, StatusCode::UNPROCESSABLE_ENTITY, form, problems).await),
        Err(error) => Err(error.into()),
    }
}

async fn make(db: &Db, form: &SetUpForm) -> Result<CodesPage> {
    let wrong_code = || {
        Error::invalid("code", "This is not the code that the terminal printed last. Copy it from the server's output.")
    };
    let mut tx = db.read().await?;
    if is_open(&mut tx).await? && !check_code(&mut tx, &form.code).await? {
        return Err(wrong_code());
    }
    drop(tx);
    let wanted = SetUp::parse(&form.organization, &form.owner_email, form.password.clone())?;
    let hash = password::hash(wanted.password.clone()).await?;

    let mut tx = db.write().await?;
    // Asked again: between the two, somebody else may have finished.
    if is_open(&mut tx).await? && !check_code(&mut tx, &form.code).await? {
        return Err(wrong_code());
    }
    let made = set_up(&mut tx, &Actor::System, &wanted, &hash).await?;
    tx.commit().await?;
    Ok(CodesPage { organization: made.organization.name, email: wanted.owner_email, codes: made.recovery_codes })
}

async fn answer_form(ui: Ui, status: StatusCode, form: SetUpForm, problems: Problems) -> Response {
    // What was typed is kept, but never the password.
    ui.page(status, Head::plain("Set up Muster"), move || form_page(&form, &problems)).await
}
