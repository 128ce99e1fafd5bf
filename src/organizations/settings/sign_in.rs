//! `/o/{organization}/settings/sign-in`: whether single sign-on is required, and who gets in when it fails.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use axum::{Form, Router};
use leptos::prelude::*;
use serde::Deserialize;

use super::tabs;
use crate::actor::Level;
use crate::app::App;
use crate::db::Db;
use crate::directory::users::break_glass::{self, BreakGlassOwner};
use crate::error::Result;
use crate::sessions::guard::OrganizationAdmin;
use crate::sessions::local::sso::{self, SsoRequired};
use crate::time::Timestamp;
use crate::ui::components::{Badge, Card, Choice, Choices, DataTable, Notice, PageHeader, Submit};
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub(super) fn router() -> Router<App> {
    Router::new().route("/o/{organization}/settings/sign-in", get(show).post(save))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    passwords: String,
}

struct SignInPage {
    slug: String,
    home: bool,
    viewer: Level,
    sso: SsoRequired,
    owners: Vec<BreakGlassOwner>,
    problem: Option<String>,
    now: Timestamp,
}

async fn show(State(db): State<Db>, admin: OrganizationAdmin, ui: Ui) -> PageResult {
    let page = load(&db, &admin, None).await?;
    Ok(ui.ok(Head::framed("Settings", admin.frame(Nav::Settings)), move || sign_in_page(&page)).await)
}

async fn save(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    flash: Flash,
    ui: Ui,
    Form(typed): Form<Typed>,
) -> PageResult {
    let required = match typed.passwords.as_str() {
        "owners" => true,
        "everybody" => false,
        _ => return refuse(&db, &admin, ui, "Choose one of the two.".to_string()).await,
    };
    let mut tx = db.write().await?;
    match sso::require(&mut tx, &admin.actor, &admin.organization, required).await {
        Ok(()) => {
            tx.commit().await?;
            flash.good(if required { "Single sign-on is required now." } else { "Passwords may be used again." }).await;
            Ok(Redirect::to(&format!("/o/{}/settings/sign-in", admin.organization.slug)).into_response())
        }
        Err(error) => {
            drop(tx);
            let problem = error.into_problems("passwords")?.to_string();
            refuse(&db, &admin, ui, problem).await
        }
    }
}

async fn refuse(db: &Db, admin: &OrganizationAdmin, ui: Ui, problem: String) -> PageResult {
    let page = load(db, admin, Some(problem)).await?;
    let head = Head::framed("Settings", admin.frame(Nav::Settings));
    Ok(ui.page(StatusCode::UNPROCESSABLE_ENTITY, head, move || sign_in_page(&page)).await)
}

async fn load(db: &Db, admin: &OrganizationAdmin, problem: Option<String>) -> Result<std::sync::Arc<SignInPage>> {
    let mut tx = db.read().await?;
    Ok(std::sync::Arc::new(SignInPage {
        slug: admin.organization.slug.clone(),
        home: admin.organization.home,
        viewer: admin.user.level,
        sso: sso::required(&mut tx, &admin.organization.id).await?,
        owners: break_glass::list(&mut tx, &admin.organization.id).await?,
        problem,
        now: tx.now(),
    }))
}

fn sign_in_page(page: &SignInPage) -> AnyView {
    let tabs = tabs(&page.slug, "sign-in");
    let (required, owners) = (required(page), owners(page));
    view! {
        <PageHeader title="Settings"/>
        {tabs}
        <div class="flex flex-col gap-4">
            <Card title="Passwords">{required}</Card>
            <Card title="Break-glass owners">{owners}</Card>
        </div>
    }
    .into_any()
}

fn required(page: &SignInPage) -> AnyView {
    let value = if page.sso.required { "owners" } else { "everybody" };
    let why = match (page.sso.chosen, page.sso.required) {
        (true, _) => "An owner chose this.",
        (false, true) => "The default, because people can sign in through a connection.",
        (false, false) => "The default, until people can sign in through a connection.",
    };
    if page.viewer < Level::Owner {
        let state = if page.sso.required { "Single sign-on is required." } else { "Passwords may be used." };
        let problem = page.problem.clone().map(|problem| view! { <Notice kind="bad">{problem}</Notice> });
        return view! { {problem} <p>{state} " " <span class="text-muted">{why} " Only an owner changes it."</span></p> }
            .into_any();
    }
    let choice = |value: &str, label: &str, help: &str| Choice {
        value: value.to_string(),
        label: label.to_string(),
        help: help.to_string(),
    };
    let options = vec![
        choice("owners", "Break-glass owners only", "Single sign-on is required of everybody else."),
        choice("everybody", "Everybody who has one", "People who were invited here sign in with a password too."),
    ];
    let (action, problem) = (format!("/o/{}/settings/sign-in", page.slug), page.problem.clone());
    view! {
        <form method="post" action=action class="flex flex-col gap-4">
            <Choices legend="Who may sign in with a password" name="passwords" value=value options=options error=problem/>
            <p class="text-muted">{why}</p>
            <div><Submit label="Save" kind="secondary"/></div>
        </form>
    }
    .into_any()
}

fn owners(page: &SignInPage) -> AnyView {
    let state = match (page.owners.len(), page.home) {
        (0, true) => view! { <Notice kind="bad">"Nobody gets in when the identity provider fails. On the server, muster owner reset gives an owner a new password."</Notice> }.into_any(),
        (0, false) => view! { <Notice kind="info">"There is none: when the identity provider fails, nobody gets in. Invite a person as an owner, and from then on one always stays."</Notice> }.into_any(),
        (1, _) => view! { <Notice kind="warn">"Only one: nothing takes away their level, access or account until another local person is an owner with a password."</Notice> }.into_any(),
        _ => view! { <p>"The last of them cannot be suspended, deleted or made less than an owner, by anybody and by no identity provider."</p> }.into_any(),
    };
    if page.owners.is_empty() {
        return state;
    }
    let rows: Vec<_> = page.owners.iter().map(|owner| row(page, owner)).collect();
    view! {
        {state}
        <DataTable head=vec!["Owner", "Authenticator app", "Test"]>{rows}</DataTable>
        <p class="text-muted">"Signing in with the password is the test. Do it every 90 days, from the place where the password and the recovery codes are kept."</p>
    }
    .into_any()
}

fn row(page: &SignInPage, owner: &BreakGlassOwner) -> AnyView {
    let href = format!("/o/{}/users/{}", page.slug, owner.id);
    let app = match owner.has_second_factor {
        true => view! { <Badge kind="good" label="Set up"/> }.into_any(),
        false => view! { <Badge kind="warn" label="At the next sign-in"/> }.into_any(),
    };
    let tested = match owner.drilled_at {
        Some(_) => owner.tested(&page.now).into_any(),
        None => view! { <Badge kind="warn" label="Never tested"/> }.into_any(),
    };
    view! {
        <tr>
            <td data-label="Owner"><div><a class="row-link" href=href>{owner.name.clone()}</a> <span class="block text-muted">{owner.user_name.clone()}</span></div></td>
            <td data-label="Authenticator app">{app}</td>
            <td data-label="Test"><div>{tested}</div></td>
        </tr>
    }
    .into_any()
}
