//! `/me/password`: another password, by who knows the present one.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use tower_sessions::Session;

use crate::app::App;
use crate::error::{Error, Problems, Result};
use crate::events::{self, NewEvent, Subject};
use crate::http::limits::What;
use crate::sessions::attempt::{self, Origin};
use crate::sessions::guard::SignedIn;
use crate::sessions::{Ended, ending, password, store};
use crate::ui::components::{Field, PageHeader, Submit};
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Ui};

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    current: SecretString,
    #[serde(default)]
    password: SecretString,
}

pub async fn show(State(app): State<App>, SignedIn { user, .. }: SignedIn, ui: Ui) -> PageResult {
    password::require_one(&mut app.db.read().await?, &user.id).await?;
    Ok(render(ui, StatusCode::OK, Problems::default()).await)
}

pub async fn change(
    State(app): State<App>,
    signed_in: SignedIn,
    origin: Origin,
    session: Session,
    flash: Flash,
    ui: Ui,
    Form(typed): Form<Typed>,
) -> PageResult {
    password::require_one(&mut app.db.read().await?, &signed_in.user.id).await?;
    attempt::admit(&app, What::SignIn, &signed_in.organization, &origin, &signed_in.user.user_name).await?;
    match save(&app, &signed_in, &session, typed).await {
        Ok(ended) => {
            flash.good(format!("The password is changed. Ended elsewhere: {}.", ended.in_words())).await;
            Ok(Redirect::to("/me").into_response())
        }
        Err(error) => Ok(render(ui, StatusCode::UNPROCESSABLE_ENTITY, error.into_problems("")?).await),
    }
}

async fn save(app: &App, signed_in: &SignedIn, session: &Session, typed: Typed) -> Result<Ended> {
    let SignedIn { actor, user, organization } = signed_in;
    if !app.passwords.is_of(&app.db, &user.id, typed.current).await? {
        return Err(Error::invalid("current", "This is not your present password. Nothing was changed."));
    }
    if let Some(problem) = password::weakness_for(&typed.password, user, &organization.name) {
        return Err(Error::invalid("password", problem));
    }
    let hash = password::hash(typed.password).await?;
    let this = session.id().map(|id| store::id_hash(&id)).unwrap_or_default();
    let mut tx = app.db.write().await?;
    password::store(&mut tx, &user.id, &hash).await?;
    let ended = ending::revoke_others(&mut tx, &user.id, &this).await?;
    let mut after = json!({ "by": "themselves" });
    ended.tell(&mut after);
    let event = NewEvent {
        organization: &organization.id,
        kind: "password.changed",
        subject: Subject::user(&user.id, &user.display_name),
        before: None,
        after: Some(after),
    };
    events::record(&mut tx, actor, event).await?;
    tx.commit().await?;
    Ok(ended)
}

async fn render(ui: Ui, status: StatusCode, problems: Problems) -> Response {
    ui.page(status, Head::plain("Change password"), move || password_page(&problems)).await
}

fn password_page(problems: &Problems) -> impl IntoView + use<> {
    let problem = |field: &str| problems.of(field).map(str::to_string);
    let (current, new) = (problem("current"), problem("password"));
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="Change password" lead="Your sessions in other browsers end."/>
            <form method="post" action="/me/password" class="flex flex-col gap-4">
                <Field label="Present password" name="current" kind="password" error=current autocomplete="current-password" required=true/>
                <Field label="New password" name="password" kind="password" error=new help=password::HELP autocomplete="new-password" required=true/>
                <Submit label="Change password"/>
            </form>
            <p><a class="link" href="/me">"Back to my account"</a></p>
        </div>
    }
    .into_any()
}
