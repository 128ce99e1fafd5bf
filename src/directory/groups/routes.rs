//! Where groups are seen, and where roles are attached to them.

use std::collections::HashMap;

use axum::Form;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use serde::Deserialize;

use super::as_roles;
use super::listing::{self, Filter};
use super::local;
use super::pages::{GroupPage, ListPage, group_page, list_page};
use crate::access::levels;
use crate::access::roles::{self, AttachForm, AttachedGroup};
use crate::app::App;
use crate::db::{Db, Tx};
use crate::directory::{Provenance, origins};
use crate::error::{Error, Problems, Result};
use crate::events;
use crate::id::{GroupId, RoleId};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::link::page_number;
use crate::ui::{Flash, Frame, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/groups", get(show_list))
        .merge(local::routes::router())
        .route("/o/{organization}/groups/{group}", get(show_group))
        .route("/o/{organization}/groups/{group}/roles", post(attach))
        .route("/o/{organization}/groups/{group}/roles/{role}/detach", post(detach))
        .merge(as_roles::routes::router())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    source: String,
    page: String,
}

fn group_id(text: &str) -> Result<GroupId> {
    GroupId::parse(text).ok_or(Error::NotFound("group"))
}

async fn show_list(State(db): State<Db>, admin: OrganizationAdmin, Query(asked): Query<Asked>, ui: Ui) -> PageResult {
    let frame = admin.frame(Nav::Groups);
    let page = page_number(&asked.page);
    let filter = Filter { from: Provenance::parse(&asked.source), q: asked.q };
    let mut tx = db.read().await?;
    let origins = origins(&mut tx, &admin.organization.id).await?;
    let (groups, total) = listing::list(&mut tx, &admin.organization.id, &origins, &filter, page).await?;
    let ids: Vec<GroupId> = groups.iter().map(|group| group.id.clone()).collect();
    let mut roles: HashMap<GroupId, Vec<AttachedGroup>> = HashMap::new();
    for attached in roles::roles_of_groups(&mut tx, &ids).await? {
        roles.entry(attached.group.id.clone()).or_default().push(attached);
    }
    let model = ListPage { base: frame.path(""), origins, filter, page, total, groups, roles };
    Ok(ui.ok(Head::framed("Groups", frame), move || list_page(&model)).await)
}

async fn load(
    tx: &mut Tx,
    admin: &OrganizationAdmin,
    id: &GroupId,
    asked: Asked,
    attach_typed: AttachForm,
    attach_problems: Problems,
) -> Result<GroupPage> {
    let organization = &admin.organization.id;
    let base = admin.frame(Nav::Groups).path("");
    let group = listing::find(tx, organization, id).await?.ok_or(Error::NotFound("group"))?;
    let page = page_number(&asked.page);
    let (members, total) = listing::members(tx, id, &asked.q, page).await?;
    let attached = roles::roles_of_groups(tx, std::slice::from_ref(id)).await?;
    let mut free_roles = roles::all(tx, organization).await?;
    free_roles.retain(|role| attached.iter().all(|attached| attached.role.id != role.id));
    Ok(GroupPage {
        origins: origins(tx, organization).await?,
        roles: roles::with_reach(tx, attached).await?,
        free_roles,
        attach_typed,
        attach_problems,
        q: asked.q,
        page,
        members,
        total,
        nested: listing::nested(tx, id).await?,
        containing: listing::containing(tx, id).await?,
        timeline: events::timeline(tx, organization, &base, id.as_str()).await?,
        mapping: levels::of_group(tx, organization, id).await?,
        viewer: admin.user.level,
        now: tx.now(),
        base,
        group,
    })
}

fn head(frame: Frame, name: &str) -> Head {
    let groups = frame.path("/groups");
    Head::framed(name, frame.crumb("Groups", groups))
}

async fn show_group(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    ui: Ui,
) -> PageResult {
    let mut tx = db.read().await?;
    let model = load(&mut tx, &admin, &group_id(&id)?, asked, AttachForm::default(), Problems::default()).await?;
    Ok(ui.ok(head(admin.frame(Nav::Groups), &model.group.name), move || group_page(&model)).await)
}

fn to_group(admin: &OrganizationAdmin, id: &GroupId) -> Redirect {
    Redirect::to(&admin.frame(Nav::Groups).path(&format!("/groups/{id}")))
}

async fn attach(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(typed): Form<AttachForm>,
) -> PageResult {
    let id = group_id(&id)?;
    let mut tx = db.write().await?;
    let asked = typed.role().and_then(|role| typed.end(&tx.now()).map(|end| (role, end)));
    let attached = match asked {
        Ok((role, end)) => {
            roles::attach_until(&mut tx, &admin.actor, &admin.organization.id, &role, &id, end.as_ref()).await
        }
        Err(error) => Err(error),
    };
    match attached {
        Ok(attachment) => {
            tx.commit().await?;
            flash.good(format!("{} has the role {} now.", attachment.group.name, attachment.role.name)).await;
            Ok(to_group(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            attach_refused(&db, &admin, ui, &id, typed, error).await
        }
    }
}

/// The group's page again, with what is wrong with the form that gives it a role.
pub(crate) async fn attach_refused(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    id: &GroupId,
    typed: AttachForm,
    error: Error,
) -> PageResult {
    let problems = error.into_problems("role_id")?;
    let mut tx = db.read().await?;
    let model = load(&mut tx, admin, id, Asked::default(), typed, problems).await?;
    let head = head(admin.frame(Nav::Groups), &model.group.name);
    Ok(ui.page(StatusCode::UNPROCESSABLE_ENTITY, head, move || group_page(&model)).await)
}

async fn detach(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id, role)): Path<(String, String, String)>,
    flash: Flash,
) -> PageResult {
    let id = group_id(&id)?;
    let role = RoleId::parse(&role).ok_or(Error::NotFound("role"))?;
    let mut tx = db.write().await?;
    let gone = roles::detach_from_group(&mut tx, &admin.actor, &admin.organization.id, &role, &id).await?;
    tx.commit().await?;
    flash.good(format!("{} has the role {} no more.", gone.group.name, gone.role.name)).await;
    Ok(to_group(&admin, &id).into_response())
}
