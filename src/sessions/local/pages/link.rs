//! `/link` and `/sign-in/{organization}/password`: at the end of an invitation or a lost password's link, a password.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use tower_sessions::Session;

use crate::app::App;
use crate::directory::users::{self, User};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::http::limits::What;
use crate::id::LinkId;
use crate::organizations::{self, Organization};
use crate::sessions::attempt::{self, Origin};
use crate::sessions::local::links::{self, Link, Purpose};
use crate::sessions::local::proceed;
use crate::sessions::sign_in::actor_of;
use crate::sessions::{Device, Refusal, end_sign_ins, lost, password};
use crate::ui::components::{Field, PageHeader, Submit};
use crate::ui::errors::PageResult;
use crate::ui::{Head, Ui};

/// Which link this browser opened.
const KEY: &str = "opened_link";

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    secret: SecretString,
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    password: SecretString,
}

/// The secret is exchanged for a mark in the session at once, and leaves the address: no history, no referrer, no screenshot
/// holds it. Opening does not use the link up, since mail scanners open links too; choosing a password does.
pub async fn open(
    State(app): State<App>,
    origin: Origin,
    session: Session,
    Query(asked): Query<Asked>,
    ui: Ui,
) -> PageResult {
    attempt::admit_anybody(&app, What::Link, None, &origin).await?;
    let mut tx = app.db.read().await?;
    let Some(link) = links::find(&mut tx, &asked.secret).await? else {
        return Ok(over().page(ui, None).await);
    };
    let organization = organizations::find(&mut tx, &link.organization).await?;
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    drop(tx);
    // A browser whose id somebody else knows must not carry the mark for them (session fixation).
    session.cycle_id().await.map_err(lost)?;
    session.insert(KEY, &link.id).await.map_err(lost)?;
    Ok(Redirect::to(&format!("/sign-in/{}/password", organization.slug)).into_response())
}

pub async fn show(State(app): State<App>, Path(slug): Path<String>, session: Session, ui: Ui) -> PageResult {
    match opened(&app, &slug, &session).await? {
        Some((link, user, organization)) => {
            Ok(render(ui, StatusCode::OK, link.purpose, &user, &organization, None).await)
        }
        None => Ok(over().page(ui, None).await),
    }
}

pub async fn choose(
    State(app): State<App>,
    Path(slug): Path<String>,
    session: Session,
    origin: Origin,
    device: Device,
    ui: Ui,
    Form(typed): Form<Typed>,
) -> PageResult {
    let Some((link, user, organization)) = opened(&app, &slug, &session).await? else {
        return Ok(over().page(ui, None).await);
    };
    attempt::admit_anybody(&app, What::Link, Some(&organization), &origin).await?;
    if let Some(problem) = password::weakness_for(&typed.password, &user, &organization.name) {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(render(ui, status, link.purpose, &user, &organization, Some(problem)).await);
    }
    let hash = password::hash(typed.password).await?;
    session.remove::<LinkId>(KEY).await.map_err(lost)?;
    let mut tx = app.db.write().await?;
    let user = users::find(&mut tx, &organization.id, &user.id).await?.ok_or(Error::NotFound("user"))?;
    if links::spend(&mut tx, &link).await.is_err() {
        drop(tx);
        return Ok(over().page(ui, None).await);
    }
    password::store(&mut tx, &user.id, &hash).await?;
    let mut after = json!({ "by": link.purpose.as_str() });
    end_sign_ins(&mut tx, &user.id).await?.tell(&mut after);
    let event = NewEvent {
        organization: &organization.id,
        kind: "password.changed",
        subject: Subject::user(&user.id, &user.display_name),
        before: None,
        after: Some(after),
    };
    events::record(&mut tx, &actor_of(&user), event).await?;
    match proceed(&app, &session, tx, &user, &organization, None, device).await? {
        Ok(on) => Ok(on),
        Err(refusal) => Ok(refusal.page(ui, Some(&organization)).await),
    }
}

/// The link that this browser opened, as long as it is good.
async fn opened(app: &App, slug: &str, session: &Session) -> Result<Option<(Link, User, Organization)>> {
    let Some(id) = session.get::<LinkId>(KEY).await.map_err(lost)? else { return Ok(None) };
    let mut tx = app.db.read().await?;
    let Some(link) = links::find_again(&mut tx, &id).await? else { return Ok(None) };
    let organization = organizations::find(&mut tx, &link.organization).await?;
    let Some(organization) = organization.filter(|organization| organization.slug == slug) else { return Ok(None) };
    let user = users::find(&mut tx, &organization.id, &link.user).await?;
    Ok(user.map(|user| (link, user, organization)))
}

fn over() -> Refusal {
    let text = "This link is not good any more: it was used, it is too old, or a newer one took its place. Nothing was changed; ask an admin of your organization for another.";
    Refusal::new("sign_in_link_over", StatusCode::GONE, text)
}

async fn render(
    ui: Ui,
    status: StatusCode,
    purpose: Purpose,
    user: &User,
    organization: &Organization,
    problem: Option<String>,
) -> Response {
    let (user, organization) = (user.clone(), organization.clone());
    let view = move || password_page(purpose, &user, &organization, problem.clone());
    ui.page(status, Head::plain("Choose a password"), view).await
}

fn password_page(
    purpose: Purpose,
    user: &User,
    organization: &Organization,
    problem: Option<String>,
) -> impl IntoView + use<> {
    let lead = match purpose {
        Purpose::Invitation => format!("{} invited you, {}.", organization.name, user.display_name),
        Purpose::LostPassword => format!("For {} at {}. Open sessions end.", user.display_name, organization.name),
    };
    let (action, name) = (format!("/sign-in/{}/password", organization.slug), user.user_name.clone());
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="Choose a password" lead=lead/>
            <form method="post" action=action class="flex flex-col gap-4">
                // For password managers: whose password it is.
                <input type="hidden" name="username" autocomplete="username" value=name/>
                <Field label="New password" name="password" kind="password" error=problem help=password::HELP autocomplete="new-password" required=true/>
                <Submit label="Save and sign in"/>
            </form>
        </div>
    }
    .into_any()
}
