//! Where people are seen, and where their standing changes.

mod operator;
mod sessions;

use axum::Form;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use serde::Deserialize;

use super::listing::{self, Filter};
use super::pages::{ListPage, Refused, UserPage, Viewer, list_page, user_page};
use super::standing::{change_level, lift_suspension, suspend};
use super::{Status, adoption, aliases, break_glass, detail, find, local, note, service};
use crate::access::{grants, levels, roles};
use crate::actor::Level;
use crate::api_keys;
use crate::app::App;
use crate::db::{Db, Tx};
use crate::directory::{Provenance, origins};
use crate::error::{Error, Result};
use crate::events;
use crate::id::UserId;
use crate::sessions::guard::OrganizationAdmin;
use crate::sessions::list::{open_sessions, terminals};
use crate::sso::links;
use crate::ui::errors::PageResult;
use crate::ui::link::page_number;
use crate::ui::{Flash, Frame, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/users", get(show_list))
        .route("/o/{organization}/users/{user}", get(show_user))
        .route("/o/{organization}/users/{user}/level", post(set_level))
        .route("/o/{organization}/users/{user}/suspend", post(suspend_user))
        .route("/o/{organization}/users/{user}/lift", post(lift))
        .route("/o/{organization}/users/{user}/link", post(confirm_link))
        .route("/o/{organization}/users/{user}/operator", post(operator::make))
        .route("/o/{organization}/users/{user}/operator/end", post(operator::unmake))
        .merge(local::routes::router())
        .merge(aliases::routes::router())
        .merge(note::routes::router())
        .merge(service::routes::router())
        .merge(adoption::routes::router())
        .route("/o/{organization}/users/{user}/sessions/end-all", post(sessions::end_all))
        .route("/o/{organization}/users/{user}/sessions/{session}/end", post(sessions::end_one))
        .route("/o/{organization}/users/{user}/terminals/{terminal}/end", post(sessions::end_terminal))
}

/// The filters as they stand in the address. What cannot be read does not narrow.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    status: String,
    source: String,
    page: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        let status = match self.status.as_str() {
            "active" => Some(Status::Active),
            "deactivated" => Some(Status::Deactivated),
            "suspended" => Some(Status::Suspended),
            _ => None,
        };
        Filter { q: self.q.clone(), status, from: Provenance::parse(&self.source) }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LevelForm {
    level: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SuspendForm {
    reason: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LinkForm {
    subject: String,
}

pub(super) fn user_id(text: &str) -> Result<UserId> {
    UserId::parse(text).ok_or(Error::NotFound("user"))
}

async fn show_list(State(db): State<Db>, admin: OrganizationAdmin, Query(asked): Query<Asked>, ui: Ui) -> PageResult {
    let frame = admin.frame(Nav::Users);
    let (filter, page) = (asked.filter(), page_number(&asked.page));
    let mut tx = db.read().await?;
    let origins = origins(&mut tx, &admin.organization.id).await?;
    let (people, total) = listing::list(&mut tx, &admin.organization.id, &origins, &filter, page).await?;
    let ids: Vec<UserId> = people.iter().map(|person| person.id.clone()).collect();
    let roles = roles::counts(&mut tx, &ids).await?;
    let model = ListPage { base: frame.path(""), origins, filter, page, total, people, roles, now: tx.now() };
    Ok(ui.ok(Head::framed("Users", frame), move || list_page(&model)).await)
}

async fn load(tx: &mut Tx, admin: &OrganizationAdmin, id: &UserId, mut refused: Refused) -> Result<UserPage> {
    let organization = &admin.organization.id;
    let base = admin.frame(Nav::Users).path("");
    let user = find(tx, organization, id).await?.ok_or(Error::NotFound("user"))?;
    refused.aliases.aliases = aliases::of_user(tx, id).await?;
    // Nobody is told here which of the sessions is their own: that is for their account's page.
    let formerly = detail::formerly(tx, id).await?;
    let former_timeline = match formerly.first() {
        Some(former) => Some(events::timeline(tx, organization, &base, former.id.as_str()).await?),
        None => None,
    };
    let (sessions, terminals) = (open_sessions(tx, &user, None).await?, terminals(tx, &user).await?);
    Ok(UserPage {
        viewer: Viewer { id: admin.user.id.clone(), level: admin.user.level },
        origins: origins(tx, organization).await?,
        roles: roles::kept(tx, id).await?,
        grants: grants::direct_of_user(tx, id).await?,
        raised_by: levels::groups_raising(tx, id).await?,
        groups: detail::groups(tx, id).await?,
        sessions,
        terminals,
        has_password: detail::has_password(tx, id).await?,
        links: detail::links(tx, id).await?,
        waiting: links::waiting(tx, id).await?,
        operating: operator::operating(admin),
        keys: api_keys::list(tx, id).await?,
        answerable: service::answerable_of(tx, &user).await?,
        answers_for: service::count_answered_by(tx, id).await?,
        timeline: events::timeline(tx, organization, &base, id.as_str()).await?,
        formerly,
        former_timeline,
        now: tx.now(),
        base,
        user,
        refused,
    })
}

fn head(frame: Frame, name: &str) -> Head {
    let users = frame.path("/users");
    Head::framed(name, frame.crumb("Users", users))
}

async fn show_user(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    let mut tx = db.read().await?;
    let model = load(&mut tx, &admin, &user_id(&id)?, Refused::default()).await?;
    Ok(ui.ok(head(admin.frame(Nav::Users), &model.user.display_name), move || user_page(&model)).await)
}

/// The person's page again, after a form on it was refused.
pub(super) async fn show_refused(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    id: &UserId,
    refused: Refused,
) -> PageResult {
    let mut tx = db.read().await?;
    let model = load(&mut tx, admin, id, refused).await?;
    let head = head(admin.frame(Nav::Users), &model.user.display_name);
    Ok(ui.page(StatusCode::UNPROCESSABLE_ENTITY, head, move || user_page(&model)).await)
}

pub(super) fn to_user(admin: &OrganizationAdmin, id: &UserId) -> Redirect {
    Redirect::to(&admin.frame(Nav::Users).path(&format!("/users/{id}")))
}

async fn set_level(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(typed): Form<LevelForm>,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    let changed = match Level::parse(&typed.level) {
        Some(level) => change_level(&mut tx, &admin.actor, &admin.organization.id, &id, level).await,
        None => Err(Error::invalid("level", "Choose a level.")),
    };
    match changed {
        Ok(user) => {
            tx.commit().await?;
            flash.good(format!("{}: {} now.", user.display_name, user.level.label())).await;
            Ok(to_user(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            break_glass::record_refusal(&db, &admin.actor, &error).await?;
            let refused = Refused { level: error.into_problems("level")?, ..Refused::default() };
            show_refused(&db, &admin, ui, &id, refused).await
        }
    }
}

async fn suspend_user(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(typed): Form<SuspendForm>,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    match suspend(&mut tx, &admin.actor, &admin.organization.id, &id, &typed.reason).await {
        Ok(suspended) => {
            tx.commit().await?;
            let ended = suspended.ended.in_words();
            flash.good(format!("{} is suspended; {ended} ended.", suspended.user.display_name)).await;
            Ok(to_user(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            break_glass::record_refusal(&db, &admin.actor, &error).await?;
            let refused = Refused { reason: typed.reason, suspension: error.into_problems("")?, ..Refused::default() };
            show_refused(&db, &admin, ui, &id, refused).await
        }
    }
}

async fn lift(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    match lift_suspension(&mut tx, &admin.actor, &admin.organization.id, &id).await {
        Ok(user) => {
            tx.commit().await?;
            flash.good(format!("The suspension of {} is lifted.", user.display_name)).await;
            Ok(to_user(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            let refused = Refused { suspension: error.into_problems("")?, ..Refused::default() };
            show_refused(&db, &admin, ui, &id, refused).await
        }
    }
}

async fn confirm_link(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(typed): Form<LinkForm>,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    match links::confirm(&mut tx, &admin.actor, &id, &typed.subject).await {
        Ok(()) => {
            tx.commit().await?;
            flash.good("The sign-in link is confirmed.").await;
            Ok(to_user(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            let refused = Refused { link: error.into_problems("")?, ..Refused::default() };
            show_refused(&db, &admin, ui, &id, refused).await
        }
    }
}
