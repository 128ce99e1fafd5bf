//! Where roles are given to people, and where such grants are extended and ended.

use axum::Form;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use serde::Deserialize;

use super::model::{Grant, Holder, TermsForm};
use super::pages::{GivePage, GrantPage, give_page, grant_page};
use super::{direct_of_user, end, extend, find, give};
use crate::access::roles;
use crate::app::App;
use crate::db::{Db, Tx};
use crate::directory::users::{self, User};
use crate::error::{Error, Problems, Result};
use crate::id::{GrantId, RoleId, UserId};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Frame, Head, Nav, Ui};

pub fn router() -> Router<App> {
    let grants = "/o/{organization}/users/{user}/grants";
    Router::new()
        .route(grants, get(show_form).post(give_role))
        .route(&format!("{grants}/{{grant}}"), get(show_grant))
        .route(&format!("{grants}/{{grant}}/extend"), post(extend_grant))
        .route(&format!("{grants}/{{grant}}/end"), post(end_grant))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GiveForm {
    role_id: String,
    lasts: String,
    until: String,
    why: String,
}

impl GiveForm {
    fn terms(&self) -> TermsForm {
        TermsForm { lasts: self.lasts.clone(), until: self.until.clone(), why: self.why.clone() }
    }
}

fn user_id(text: &str) -> Result<UserId> {
    UserId::parse(text).ok_or(Error::NotFound("user"))
}

fn grant_id(text: &str) -> Result<GrantId> {
    GrantId::parse(text).ok_or(Error::NotFound("grant"))
}

fn person(admin: &OrganizationAdmin, id: &UserId) -> String {
    admin.frame(Nav::Users).path(&format!("/users/{id}"))
}

fn frame(admin: &OrganizationAdmin, id: &UserId, name: &str) -> Frame {
    let frame = admin.frame(Nav::Users);
    let users = frame.path("/users");
    frame.crumb("Users", users).crumb(name.to_string(), person(admin, id))
}

async fn show_form(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    let form = GiveForm { lasts: "8-hours".into(), ..GiveForm::default() };
    form_page(&db, &admin, ui, StatusCode::OK, &user_id(&id)?, form, Problems::default()).await
}

async fn form_page(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    id: &UserId,
    form: GiveForm,
    problems: Problems,
) -> PageResult {
    let mut tx = db.read().await?;
    let user = find_user(&mut tx, admin, id).await?;
    let given = direct_of_user(&mut tx, id).await?;
    let mut free = roles::all(&mut tx, &admin.organization.id).await?;
    free.retain(|role| given.iter().all(|grant| grant.role.id != role.id));
    let model = GivePage {
        base: admin.frame(Nav::Users).path(""),
        person: person(admin, id),
        name: user.display_name.clone(),
        may_sign_in: user.may_sign_in(),
        roles: free,
        role_id: form.role_id.clone(),
        terms: form.terms(),
        problems,
    };
    let head = Head::framed("Give a role", frame(admin, id, &user.display_name));
    Ok(ui.page(status, head, move || give_page(&model)).await)
}

async fn find_user(tx: &mut Tx, admin: &OrganizationAdmin, id: &UserId) -> Result<User> {
    users::find(tx, &admin.organization.id, id).await?.ok_or(Error::NotFound("user"))
}

async fn give_role(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(form): Form<GiveForm>,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    let (terms, mut problems) = form.terms().read(&tx.now());
    let role = RoleId::parse(&form.role_id);
    if role.is_none() {
        problems.add("role_id", "Choose a role.");
    }
    let given = match (role, problems.into_result()) {
        (Some(role), Ok(())) => give(&mut tx, &admin.actor, &admin.organization.id, &id, &role, &terms).await,
        (_, Err(error)) => Err(error),
        (None, Ok(())) => Err(Error::invalid("role_id", "Choose a role.")),
    };
    match given {
        Ok(grant) => {
            tx.commit().await?;
            let (name, role) = (grant.holder.name(), &grant.role.name);
            flash.good(format!("{name} was given the role {role}{}.", until(&grant))).await;
            Ok(Redirect::to(&person(&admin, &id)).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            form_page(&db, &admin, ui, StatusCode::UNPROCESSABLE_ENTITY, &id, form, problems).await
        }
    }
}

/// ", until 2026-12-24 18:00 UTC"
fn until(grant: &Grant) -> String {
    let at = grant.expires_at.as_ref().map(|at| at.as_str()[..16].replace('T', " "));
    at.map(|at| format!(", until {at} UTC")).unwrap_or_default()
}

async fn show_grant(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, user, grant)): Path<(String, String, String)>,
    ui: Ui,
) -> PageResult {
    let terms = TermsForm { lasts: "8-hours".into(), ..TermsForm::default() };
    let (user, grant) = (user_id(&user)?, grant_id(&grant)?);
    one_page(&db, &admin, ui, StatusCode::OK, &user, &grant, terms, Problems::default()).await
}

#[expect(clippy::too_many_arguments, reason = "what the page shows, and what was typed into it")]
async fn one_page(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    user: &UserId,
    id: &GrantId,
    terms: TermsForm,
    problems: Problems,
) -> PageResult {
    let mut tx = db.read().await?;
    let grant = find(&mut tx, &admin.organization.id, id).await?;
    let of_user = |grant: &Grant| matches!(&grant.holder, Holder::User { id, .. } if id == user);
    let direct = |grant: &Grant| grant.origin == "direct" && of_user(grant);
    let grant = grant.filter(direct).filter(|grant| !grant.has_ended(&tx.now())).ok_or(Error::NotFound("grant"))?;
    let held = roles::kept(&mut tx, user).await?.into_iter().find(|held| held.role.id == grant.role.id);
    let mut others = held.map(|held| held.via).unwrap_or_default();
    others.retain(|why| why.grant != grant.id);
    let (base, person) = (admin.frame(Nav::Users).path(""), person(admin, user));
    let head = Head::framed(grant.role.name.clone(), frame(admin, user, grant.holder.name()));
    let model = GrantPage { base, person, grant, others, terms, problems, now: tx.now() };
    Ok(ui.page(status, head, move || grant_page(&model)).await)
}

async fn extend_grant(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, user, grant)): Path<(String, String, String)>,
    ui: Ui,
    flash: Flash,
    Form(form): Form<TermsForm>,
) -> PageResult {
    let (user, id) = (user_id(&user)?, grant_id(&grant)?);
    let mut tx = db.write().await?;
    let (terms, problems) = form.read(&tx.now());
    let extended = match problems.into_result() {
        Ok(()) => extend(&mut tx, &admin.actor, &admin.organization.id, &id, &terms).await,
        Err(error) => Err(error),
    };
    match extended {
        Ok(grant) => {
            tx.commit().await?;
            let (name, role) = (grant.holder.name(), &grant.role.name);
            let until = if grant.expires_at.is_none() { " for good".to_string() } else { until(&grant) };
            flash.good(format!("{name} has the role {role}{until}.")).await;
            Ok(Redirect::to(&person(&admin, &user)).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            one_page(&db, &admin, ui, StatusCode::UNPROCESSABLE_ENTITY, &user, &id, form, problems).await
        }
    }
}

async fn end_grant(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, user, grant)): Path<(String, String, String)>,
    flash: Flash,
) -> PageResult {
    let user = user_id(&user)?;
    let mut tx = db.write().await?;
    let gone = end(&mut tx, &admin.actor, &admin.organization.id, &grant_id(&grant)?).await?;
    tx.commit().await?;
    flash.good(format!("The grant of {} to {} is ended.", gone.role.name, gone.holder.name())).await;
    Ok(Redirect::to(&person(&admin, &user)).into_response())
}
