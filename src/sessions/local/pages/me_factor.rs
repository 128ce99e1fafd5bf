//! `/me/recovery-codes` and `/me/authenticator`: new codes and another app, by who knows the password.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;
use secrecy::SecretString;
use serde::Deserialize;
use tower_sessions::Session;

use super::codes_page;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::limits::What;
use crate::sessions::attempt::{self, Origin};
use crate::sessions::guard::SignedIn;
use crate::sessions::local::pending::Pending;
use crate::sessions::{ReturnTo, password, recovery};
use crate::ui::components::{Field, PageHeader, Submit};
use crate::ui::errors::PageResult;
use crate::ui::{Head, Ui};

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    current: SecretString,
}

/// What the password is asked for.
#[derive(Clone, Copy)]
enum Wanted {
    Codes,
    App,
}

pub async fn show_codes(State(app): State<App>, SignedIn { user, .. }: SignedIn, ui: Ui) -> PageResult {
    password::require_one(&mut app.db.read().await?, &user.id).await?;
    Ok(render(ui, StatusCode::OK, Wanted::Codes, None).await)
}

pub async fn show_app(State(app): State<App>, SignedIn { user, .. }: SignedIn, ui: Ui) -> PageResult {
    password::require_one(&mut app.db.read().await?, &user.id).await?;
    Ok(render(ui, StatusCode::OK, Wanted::App, None).await)
}

/// The POST itself shows the codes, this once.
pub async fn make_codes(
    State(app): State<App>,
    signed_in: SignedIn,
    origin: Origin,
    ui: Ui,
    Form(typed): Form<Typed>,
) -> PageResult {
    if let Err(error) = prove(&app, &signed_in, &origin, typed).await {
        return refused(ui, Wanted::Codes, error).await;
    }
    let mut tx = app.db.write().await?;
    let codes = recovery::renew(&mut tx, &signed_in.actor, &signed_in.user).await?;
    tx.commit().await?;
    let lead = "All earlier ones stopped working.";
    Ok(ui.ok(Head::plain("Recovery codes"), move || codes_page(&codes, lead, "/me", "I have stored them")).await)
}

/// The present app goes on until the new one is confirmed.
pub async fn replace_app(
    State(app): State<App>,
    signed_in: SignedIn,
    origin: Origin,
    session: Session,
    ui: Ui,
    Form(typed): Form<Typed>,
) -> PageResult {
    if let Err(error) = prove(&app, &signed_in, &origin, typed).await {
        return refused(ui, Wanted::App, error).await;
    }
    let back = ReturnTo::parse("/me");
    Pending::enrol(&session, app.db.clock(), &app.vault, &signed_in.user, back.as_ref()).await?;
    Ok(Redirect::to(&format!("/sign-in/{}/authenticator", signed_in.organization.slug)).into_response())
}

async fn prove(app: &App, signed_in: &SignedIn, origin: &Origin, typed: Typed) -> Result<()> {
    let SignedIn { user, organization, .. } = signed_in;
    let id = &user.id;
    password::require_one(&mut app.db.read().await?, id).await?;
    attempt::admit(app, What::SignIn, organization, origin, &user.user_name).await?;
    match app.passwords.is_of(&app.db, id, typed.current).await? {
        true => Ok(()),
        false => Err(Error::invalid("current", "This is not your present password. Nothing was changed.")),
    }
}

async fn refused(ui: Ui, wanted: Wanted, error: Error) -> PageResult {
    let problem = error.into_problems("current")?.of("current").map(str::to_string);
    Ok(render(ui, StatusCode::UNPROCESSABLE_ENTITY, wanted, problem).await)
}

async fn render(ui: Ui, status: StatusCode, wanted: Wanted, problem: Option<String>) -> Response {
    let title = match wanted {
        Wanted::Codes => "New recovery codes",
        Wanted::App => "Another authenticator app",
    };
    ui.page(status, Head::plain(title), move || proof_page(title, wanted, problem.clone())).await
}

fn proof_page(title: &'static str, wanted: Wanted, problem: Option<String>) -> impl IntoView + use<> {
    let (action, lead, label) = match wanted {
        Wanted::Codes => ("/me/recovery-codes", "Ten new ones; all earlier ones stop working.", "Make new codes"),
        Wanted::App => {
            ("/me/authenticator", "Your present app stops working once the new one is confirmed.", "Continue")
        }
    };
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title=title lead=lead/>
            <form method="post" action=action class="flex flex-col gap-4">
                <Field label="Present password" name="current" kind="password" error=problem autocomplete="current-password" required=true/>
                <Submit label=label/>
            </form>
            <p><a class="link" href="/me">"Back to my account"</a></p>
        </div>
    }
    .into_any()
}
