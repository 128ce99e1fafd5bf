//! `/o/{organization}/settings/domains`: the list, and what is done to a domain.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::model::DomainState;
use super::pages::{DomainsPage, Shown, domains_page};
use super::{add, check, list, remove, store};
use crate::app::App;
use crate::error::{Error, Problems, Result};
use crate::id::DomainId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/settings/domains", get(show).post(submit))
        .route("/o/{organization}/settings/domains/{domain}/check", post(check_now))
        .route("/o/{organization}/settings/domains/{domain}/remove", post(give_up))
}

#[derive(Default, Deserialize)]
struct Typed {
    #[serde(default)]
    domain: String,
}

type DomainPath = Path<(String, String)>;

async fn show(admin: OrganizationAdmin, ui: Ui, State(app): State<App>) -> PageResult {
    Ok(answer(&admin, ui, &app, StatusCode::OK, Typed::default(), Problems::default()).await?)
}

async fn submit(
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    State(app): State<App>,
    Form(typed): Form<Typed>,
) -> PageResult {
    let mut tx = app.db.write().await?;
    let domain = match add(&mut tx, &admin.actor, &admin.organization.id, &typed.domain).await {
        Ok(domain) => domain,
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("domain")?;
            return Ok(answer(&admin, ui, &app, StatusCode::UNPROCESSABLE_ENTITY, typed, problems).await?);
        }
    };
    tx.commit().await?;
    flash.good(format!("{} is added. Make its record now, then check it.", domain.name.unicode())).await;
    Ok(back(&admin))
}

async fn check_now(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): DomainPath,
) -> PageResult {
    let id = parse(&id)?;
    let domain = check(&app.db, &*app.resolver, &admin.actor, &admin.organization.id, &id).await?;
    let name = domain.name.unicode();
    match (&domain.problem, domain.state) {
        (None, _) => flash.good(format!("The record is there: {name} is verified.")).await,
        (Some(problem), DomainState::Verified) => flash.bad(format!("{name} is still verified. {problem}")).await,
        (Some(problem), DomainState::Pending | DomainState::Lost) => {
            flash.bad(format!("{name} is not verified. {problem}")).await;
        }
    }
    Ok(back(&admin))
}

async fn give_up(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): DomainPath,
) -> PageResult {
    let id = parse(&id)?;
    let mut tx = app.db.write().await?;
    let domain = remove(&mut tx, &admin.actor, &admin.organization.id, &id).await?;
    tx.commit().await?;
    flash.good(format!("{} is removed. You may delete its TXT record.", domain.name.unicode())).await;
    Ok(back(&admin))
}

fn parse(id: &str) -> Result<DomainId> {
    DomainId::parse(id).ok_or(Error::NotFound("domain"))
}

fn back(admin: &OrganizationAdmin) -> Response {
    Redirect::to(&format!("/o/{}/settings/domains", admin.organization.slug)).into_response()
}

async fn answer(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    status: StatusCode,
    typed: Typed,
    problems: Problems,
) -> Result<Response> {
    let organization = &admin.organization;
    let mut tx = app.db.read().await?;
    let mut domains = Vec::new();
    for domain in list(&mut tx, &organization.id).await? {
        let people = store::people(&mut tx, &organization.id, &domain.name).await?;
        domains.push(Shown { domain, people });
    }
    let frame = admin.frame(Nav::Settings);
    let (organization, now) = (organization.slug.clone(), tx.now());
    let model = DomainsPage { organization, domains, typed: typed.domain, problems, now };
    Ok(ui.page(status, Head::framed("Domains", frame), move || domains_page(&model)).await)
}
