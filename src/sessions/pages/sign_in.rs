//! `/sign-in/{organization}`: the connections' buttons, and the password of those who have one.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;
use secrecy::SecretString;
use serde::Deserialize;
use tower_sessions::Session;

use crate::app::App;
use crate::db::Db;
use crate::directory::users;
use crate::error::{Error, Result};
use crate::events::Subject;
use crate::http::limits::What;
use crate::organizations::{self, Organization};
use crate::sessions::attempt::{self, Origin};
use crate::sessions::guard::SignedIn;
use crate::sessions::return_to::with_query;
use crate::sessions::{Device, Refusal, ReturnTo, landing, local, password};
use crate::sso::{self, Offer};
use crate::ui::components::{Field, Notice, PageHeader, Submit};
use crate::ui::errors::PageResult;
use crate::ui::{Head, Ui};

/// One message, whichever of the two is wrong and whether or not there is such a person.
const WRONG: &str = "That e-mail and password do not belong together here. Try again, or ask an admin for help.";

#[derive(Deserialize)]
pub struct Asked {
    email: Option<String>,
    return_to: Option<String>,
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    return_to: String,
}

struct SignInPage {
    organization: Organization,
    offers: Vec<Offer>,
    email: String,
    return_to: Option<ReturnTo>,
    refused: bool,
}

/// An organization found by its slug, or the answer that there is another way.
pub(in crate::sessions) enum Found {
    Here(Organization),
    Renamed(Organization),
}

pub async fn show(
    State(db): State<Db>,
    Path(slug): Path<String>,
    signed_in: Option<SignedIn>,
    Query(asked): Query<Asked>,
    ui: Ui,
) -> PageResult {
    let return_to = asked.return_to.as_deref().and_then(ReturnTo::parse);
    let email = asked.email.unwrap_or_default();
    let organization = match find(&db, &slug).await? {
        Found::Here(organization) => organization,
        Found::Renamed(organization) => return Ok(moved(&organization, &email, return_to.as_ref())),
    };
    if let Some(SignedIn { user, organization: own, .. }) = signed_in.filter(|one| one.organization == organization) {
        return Ok(Redirect::to(&landing(&user, &own, return_to.as_ref())).into_response());
    }
    let page = load(&db, organization, email, return_to).await?;
    Ok(render(ui, StatusCode::OK, page).await)
}

pub async fn with_password(
    State(app): State<App>,
    Path(slug): Path<String>,
    session: Session,
    device: Device,
    origin: Origin,
    ui: Ui,
    Form(typed): Form<Typed>,
) -> PageResult {
    let (Found::Here(organization) | Found::Renamed(organization)) = find(&app.db, &slug).await?;
    attempt::admit(&app, What::SignIn, &organization, &origin, &typed.email).await?;
    let return_to = ReturnTo::parse(&typed.return_to);
    let password = SecretString::from(typed.password);
    let Some(user) = password::authenticate(&app.db, &app.passwords, &organization.id, &typed.email, password).await?
    else {
        record_refusal(&app.db, &organization).await?;
        let page = SignInPage { refused: true, ..load(&app.db, organization, typed.email, return_to).await? };
        return Ok(render(ui, StatusCode::UNPROCESSABLE_ENTITY, page).await);
    };
    let mut tx = app.db.write().await?;
    // Once more, where nothing can come between: the verification took its time.
    let user = users::find(&mut tx, &organization.id, &user.id).await?.ok_or(Error::NotFound("user"))?;
    match local::proceed(&app, &session, tx, &user, &organization, return_to.as_ref(), device).await? {
        Ok(on) => Ok(on),
        Err(refusal) => Ok(refusal.page(ui, Some(&organization)).await),
    }
}

pub(in crate::sessions) async fn find(db: &Db, slug: &str) -> Result<Found> {
    let mut tx = db.read().await?;
    if let Some(organization) = organizations::find_by_slug(&mut tx, slug).await? {
        return Ok(Found::Here(organization));
    }
    let former = organizations::former_slug(&mut tx, slug).await?;
    former.map(Found::Renamed).ok_or(Error::NotFound("organization"))
}

fn moved(organization: &Organization, email: &str, return_to: Option<&ReturnTo>) -> Response {
    let email = Some(email).filter(|email| !email.is_empty());
    let pairs = [("email", email), ("return_to", return_to.map(ReturnTo::as_str))];
    Redirect::temporary(&with_query(&format!("/sign-in/{}", organization.slug), &pairs)).into_response()
}

async fn load(db: &Db, organization: Organization, email: String, return_to: Option<ReturnTo>) -> Result<SignInPage> {
    let mut tx = db.read().await?;
    let offers = sso::offers(&mut tx, &organization.id).await?;
    Ok(SignInPage { organization, offers, email, return_to, refused: false })
}

/// What was typed is not written down: people type passwords into the wrong field.
async fn record_refusal(db: &Db, organization: &Organization) -> Result<()> {
    let mut tx = db.write().await?;
    let refusal = Refusal::new("sign_in_wrong_password", StatusCode::UNPROCESSABLE_ENTITY, WRONG);
    refusal.record(&mut tx, &organization.id, Subject::organization(&organization.id, &organization.name)).await?;
    tx.commit().await
}

async fn render(ui: Ui, status: StatusCode, page: SignInPage) -> Response {
    let title = format!("Sign in to {}", page.organization.name);
    ui.page(status, Head::plain(title), {
        let page = std::sync::Arc::new(page);
        move || sign_in_page(&page)
    })
    .await
}

fn sign_in_page(page: &SignInPage) -> impl IntoView + use<> {
    let title = format!("Sign in to {}", page.organization.name);
    let action = format!("/sign-in/{}", page.organization.slug);
    let email = Some(page.email.as_str()).filter(|email| !email.is_empty());
    let wanted = page.return_to.as_ref().map(ReturnTo::as_str);
    let offers: Vec<_> = page
        .offers
        .iter()
        .map(|offer| {
            let pairs = [("login_hint", email), ("return_to", wanted)];
            let href = with_query(&format!("/auth/start/{}", offer.id), &pairs);
            let label = format!("Continue with {}", offer.name);
            view! { <a class="button button-primary w-full justify-center" href=href>{label}</a> }
        })
        .collect();
    let connected = !offers.is_empty();
    let offers = connected.then(|| view! { <div class="flex flex-col gap-2">{offers}</div> });
    let divider = connected.then(|| {
        view! {
            <div class="flex items-center gap-3 text-sm text-muted" role="separator">
                <span class="h-px grow bg-line"></span>
                "or with a password"
                <span class="h-px grow bg-line"></span>
            </div>
        }
    });
    let refused = page.refused.then(|| {
        view! { <Notice kind="bad">{WRONG}</Notice> }
    });
    let kind = if connected { "secondary" } else { "primary" };
    let (email, wanted) = (page.email.clone(), wanted.unwrap_or_default().to_string());
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title=title/>
            {refused}
            {offers}
            {divider}
            <form method="post" action=action class="flex flex-col gap-4">
                <input type="hidden" name="return_to" value=wanted/>
                <Field label="E-mail" name="email" value=email autocomplete="username" required=true/>
                <Field label="Password" name="password" kind="password" autocomplete="current-password" required=true/>
                <Submit label="Sign in" kind=kind/>
            </form>
        </div>
    }
}
