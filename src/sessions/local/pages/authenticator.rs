//! `/sign-in/{organization}/authenticator`: setting up an authenticator app, behind the password.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use secrecy::SecretString;
use serde::Deserialize;
use tower_sessions::Session;

use super::{again, codes_page, pending};
use crate::app::App;
use crate::directory::users::{self, User};
use crate::error::{Error, Result};
use crate::events::Subject;
use crate::http::limits::What;
use crate::organizations::Organization;
use crate::sessions::attempt::{self, Origin};
use crate::sessions::local::factor;
use crate::sessions::local::proceed::{enter, inside, refusal};
use crate::sessions::local::totp::{self, Qr};
use crate::sessions::sign_in::actor_of;
use crate::sessions::{Device, landing, recovery};
use crate::ui::components::{CopyValue, Field, PageHeader, Submit};
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Ui};

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
}

struct AuthenticatorPage {
    slug: String,
    qr: Qr,
    /// In groups of four.
    secret: String,
    problem: Option<String>,
}

pub async fn show(
    State(app): State<App>,
    Path(slug): Path<String>,
    session: Session,
    flash: Flash,
    ui: Ui,
) -> PageResult {
    let (organization, pending) = pending(&app, &slug, &session).await?;
    let Some(pending) = pending else { return Ok(again(&organization, &flash).await) };
    let Some(secret) = pending.secret(&app.vault)? else { return Ok(again(&organization, &flash).await) };
    let mut tx = app.db.read().await?;
    let user = users::find(&mut tx, &organization.id, &pending.user).await?.ok_or(Error::NotFound("user"))?;
    drop(tx);
    render(ui, StatusCode::OK, &organization, &user, &secret, None).await
}

pub async fn confirm(
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
    let Some(secret) = pending.secret(&app.vault)? else { return Ok(again(&organization, &flash).await) };
    attempt::admit(&app, What::SecondFactor, &organization, &origin, pending.user.as_str()).await?;
    let mut tx = app.db.write().await?;
    let user = users::find(&mut tx, &organization.id, &pending.user).await?.ok_or(Error::NotFound("user"))?;
    if let Some(refusal) = refusal(&mut tx, &user, &organization).await? {
        refusal.record(&mut tx, &organization.id, Subject::user(&user.id, &user.display_name)).await?;
        tx.commit().await?;
        return Ok(refusal.page(ui, Some(&organization)).await);
    }
    let actor = actor_of(&user);
    if let Err(error) = factor::enrol(&mut tx, &app.vault, &actor, &user, &secret, &typed.code).await {
        drop(tx);
        let problem = error.into_problems("code")?.of("code").map(str::to_string);
        return render(ui, StatusCode::UNPROCESSABLE_ENTITY, &organization, &user, &secret, problem).await;
    }
    // Set-up shows codes before there is an app; everybody else gets them now.
    let codes = match recovery::left(&mut tx, &user.id).await? {
        0 => recovery::renew(&mut tx, &actor, &user).await?,
        _ => Vec::new(),
    };
    enter(&session, tx, &user, device).await?;
    let to = landing(&user, &organization, pending.return_to().as_ref());
    if codes.is_empty() {
        flash.good("The authenticator app is set up. From now on, signing in asks for its codes.").await;
        return Ok(inside(&app, &user, &organization, pending.return_to().as_ref())?);
    }
    let lead = "The authenticator app is set up, and you are signed in.";
    let view = move || codes_page(&codes, lead, &to, "I have stored them: continue");
    let mut response = ui.ok(Head::plain("Recovery codes"), view).await;
    attempt::remember(&app, &organization, &user.user_name, &mut response)?;
    Ok(response)
}

async fn render(
    ui: Ui,
    status: StatusCode,
    organization: &Organization,
    user: &User,
    secret: &SecretString,
    problem: Option<String>,
) -> PageResult {
    let page = page(organization, user, secret, problem)?;
    let page = Arc::new(page);
    let response: Response = ui.page(status, Head::plain("Authenticator app"), move || authenticator_page(&page)).await;
    Ok(response)
}

fn page(
    organization: &Organization,
    user: &User,
    secret: &SecretString,
    problem: Option<String>,
) -> Result<AuthenticatorPage> {
    Ok(AuthenticatorPage {
        slug: organization.slug.clone(),
        qr: totp::qr(secret, &organization.name, &user.user_name)?,
        secret: totp::grouped(secret),
        problem,
    })
}

fn authenticator_page(page: &AuthenticatorPage) -> impl IntoView + use<> {
    let action = format!("/sign-in/{}/authenticator", page.slug);
    let size = page.qr.size;
    let side = format!("0 0 {size} {size}");
    let (path, secret, problem) = (page.qr.path.clone(), page.secret.clone(), page.problem.clone());
    // Black on white in every theme: that is what cameras read.
    let qr = view! {
        <svg class="w-56 max-w-full rounded-lg border border-line" viewBox=side role="img" aria-label="QR code for your authenticator app" shape-rendering="crispEdges">
            <rect width=size height=size fill="white"></rect>
            <path d=path fill="black"></path>
        </svg>
    };
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader
                title="Set up an authenticator app"
                lead="Admins and owners who sign in with a password prove it is them by a code of an app, such as Aegis, Google Authenticator or 1Password."
            />
            <p>"Scan this with the app:"</p>
            {qr}
            <CopyValue label="Or type this secret" value=secret/>
            <form method="post" action=action class="flex flex-col gap-4">
                <Field
                    label="Code"
                    name="code"
                    error=problem
                    autocomplete="one-time-code"
                    help="The six digits that the app shows now."
                    required=true
                />
                <Submit label="Confirm"/>
            </form>
        </div>
    }
    .into_any()
}
