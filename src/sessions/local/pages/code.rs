//! `/sign-in/{organization}/code`: the second step of who has an authenticator app.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

use super::{again, pending};
use crate::app::App;
use crate::directory::users;
use crate::error::Error;
use crate::events::Subject;
use crate::http::limits::What;
use crate::organizations::Organization;
use crate::sessions::attempt::{self, Origin};
use crate::sessions::local::factor;
use crate::sessions::local::proceed::{enter, inside, refusal};
use crate::sessions::sign_in::actor_of;
use crate::sessions::{Device, Refusal, recovery};
use crate::ui::components::{Field, PageHeader, Submit};
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Ui};

const WRONG: &str =
    "This code is not good. Type the one that the app shows now: each is good once, and so is each recovery code.";

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
}

pub async fn show(
    State(app): State<App>,
    Path(slug): Path<String>,
    session: Session,
    flash: Flash,
    ui: Ui,
) -> PageResult {
    let (organization, pending) = pending(&app, &slug, &session).await?;
    match pending {
        Some(_) => Ok(render(ui, StatusCode::OK, organization, None).await),
        None => Ok(again(&organization, &flash).await),
    }
}

pub async fn check(
    State(app): State<App>,
    Path(slug): Path<String>,
    session: Session,
    (origin, device): (Origin, Device),
    flash: Flash,
    ui: Ui,
    Form(typed): Form<Typed>,
) -> PageResult {
    let (organization, pending) = pending(&app, &slug, &session).await?;
    let Some(pending) = pending else { return Ok(again(&organization, &flash).await) };
    attempt::admit(&app, What::SecondFactor, &organization, &origin, pending.user.as_str()).await?;
    let mut tx = app.db.write().await?;
    let user = users::find(&mut tx, &organization.id, &pending.user).await?.ok_or(Error::NotFound("user"))?;
    let subject = Subject::user(&user.id, &user.display_name);
    if let Some(refusal) = refusal(&mut tx, &user, &organization).await? {
        refusal.record(&mut tx, &organization.id, subject).await?;
        tx.commit().await?;
        return Ok(refusal.page(ui, Some(&organization)).await);
    }
    if !factor::take(&mut tx, &app.vault, &actor_of(&user), &user, &typed.code).await? {
        let refusal = Refusal::new("sign_in_wrong_code", StatusCode::UNPROCESSABLE_ENTITY, WRONG);
        refusal.record(&mut tx, &organization.id, subject).await?;
        tx.commit().await?;
        return Ok(render(ui, StatusCode::UNPROCESSABLE_ENTITY, organization, Some(WRONG)).await);
    }
    let left = recovery::left(&mut tx, &user.id).await?;
    enter(&session, tx, &user, device).await?;
    if !super::super::totp::is_code(&typed.code) {
        let codes = if left == 1 { "recovery code is" } else { "recovery codes are" };
        flash.good(format!("{left} {codes} left. My account makes new ones, and sets up another app.")).await;
    }
    Ok(inside(&app, &user, &organization, pending.return_to().as_ref())?)
}

async fn render(ui: Ui, status: StatusCode, organization: Organization, problem: Option<&'static str>) -> Response {
    let view = move || code_page(&organization, problem);
    ui.page(status, Head::plain("Second step"), view).await
}

fn code_page(organization: &Organization, problem: Option<&'static str>) -> impl IntoView + use<> {
    let action = format!("/sign-in/{}/code", organization.slug);
    let back = format!("/sign-in/{}", organization.slug);
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="Enter a code" lead="Your password is right. The second step is a code of your authenticator app."/>
            <form method="post" action=action class="flex flex-col gap-4">
                <Field
                    label="Code"
                    name="code"
                    error=problem
                    autocomplete="one-time-code"
                    help="Six digits. Without the app: one of your recovery codes."
                    required=true
                />
                <Submit label="Sign in"/>
            </form>
            <p><a class="link" href=back>"Start again"</a></p>
        </div>
    }
}
