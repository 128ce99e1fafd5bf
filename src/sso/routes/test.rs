//! `GET /auth/test/{connection}`: an admin goes the whole way through the provider, sees what it says of them, and is whom
//! they were before.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;
use serde_json::Value;
use tower_sessions::Session;

use super::find;
use crate::app::App;
use crate::directory::users::{self, User};
use crate::error::{Error, Result};
use crate::organizations::Organization;
use crate::sessions::Refusal;
use crate::sessions::guard::SignedIn;
use crate::sso::connection::Ready;
use crate::sso::flow::{Pending, Purpose, Verified, authorization_request};
use crate::sso::store;
use crate::ui::components::{ButtonLink, Card, Facts, Notice, PageHeader};
use crate::ui::errors::PageResult;
use crate::ui::{Head, Ui};

pub async fn start(
    State(app): State<App>,
    Path(connection): Path<String>,
    signed_in: SignedIn,
    session: Session,
    ui: Ui,
) -> PageResult {
    let asked = find(&app, &connection).await?;
    let organization = asked.organization.clone();
    require_admin(&signed_in, &organization)?;
    match asked.ready(&app).await? {
        Ok(ready) => {
            let pending = Pending::new(ready.id.clone(), None, Purpose::Test, app.db.clock().now());
            let url = authorization_request(&ready, &pending, &app.config.public_url, None)?;
            pending.remember(&session).await?;
            Ok(Redirect::to(url.as_str()).into_response())
        }
        Err(refusal) => Ok(refusal.page(ui, Some(&organization)).await),
    }
}

/// What a test came to. Whoever began it must still be an admin here: what is shown is somebody's profile.
pub(super) async fn show(
    app: &App,
    ui: Ui,
    signed_in: Option<SignedIn>,
    organization: &Organization,
    ready: &Ready,
    verified: Verified,
) -> PageResult {
    if signed_in.is_none_or(|one| require_admin(&one, organization).is_err()) {
        let text = "This was a test of the connection, and you are not signed in as an admin any more. Sign in and begin it again.";
        let refusal = Refusal::new("sign_in_test_ended", StatusCode::FORBIDDEN, text);
        return Ok(refusal.page(ui, Some(organization)).await);
    }
    let found = matching(app, ready, &verified).await?;
    let outcome = outcome(ready, &verified, found.as_ref());
    let back = format!("/o/{}/connections/{}/sign-in", organization.slug, ready.id);
    let claims = verified.claims.into_iter().map(|(name, value)| (name, shown(&value))).collect();
    let model = TestPage { name: ready.name.clone(), outcome, subject: verified.subject, claims, back };
    let mut response: Response = ui.ok(Head::plain("Test sign-in"), move || test_page(&model)).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn require_admin(signed_in: &SignedIn, organization: &Organization) -> Result<()> {
    match signed_in.is_admin_of(organization) {
        true => Ok(()),
        false => Err(Error::NotFound("connection")),
    }
}

async fn matching(app: &App, ready: &Ready, verified: &Verified) -> Result<Option<User>> {
    let mut tx = app.db.read().await?;
    let link = store::find_link(&mut tx, &ready.id, &ready.metadata.issuer, &verified.subject).await?;
    match link {
        Some(link) => users::find(&mut tx, &ready.organization_id, &link.user_id).await,
        None => Ok(None),
    }
}

fn outcome(ready: &Ready, verified: &Verified, found: Option<&User>) -> (&'static str, String) {
    match found {
        Some(user) if user.may_sign_in() => {
            ("good", format!("This would sign in {} ({}).", user.display_name, user.user_name))
        }
        Some(user) => {
            ("warn", format!("This is {} ({}), who may not sign in at the moment.", user.display_name, user.user_name))
        }
        None if ready.makes_people => {
            ("good", "Nobody here has this subject yet: a sign-in would make a new person.".to_string())
        }
        None => ("warn", format!("This would sign in nobody: no person here has the externalId {}.", verified.subject)),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[derive(Clone)]
struct TestPage {
    name: String,
    outcome: (&'static str, String),
    subject: String,
    claims: Vec<(String, String)>,
    back: String,
}

fn test_page(model: &TestPage) -> impl IntoView + use<> {
    let title = format!("Test of {}", model.name);
    let (kind, outcome) = model.outcome.clone();
    let mono = |text: String| view! { <code class="mono">{text}</code> }.into_any();
    let subject = vec![("Subject, matched with externalId".to_string(), mono(model.subject.clone()))];
    let claims: Vec<_> = model.claims.iter().map(|(name, value)| (name.clone(), mono(value.clone()))).collect();
    let back = model.back.clone();
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title=title/>
            <Notice kind=kind>{outcome}</Notice>
            <p class="text-muted">"Nobody was signed in by this, and nothing was changed. Everything was checked as in a sign-in."</p>
            <Facts rows=subject/>
            <Card title="What the ID token says".to_string()><Facts rows=claims/></Card>
            <ButtonLink href=back label="Back to the connection" kind="secondary"/>
        </div>
    }
}
