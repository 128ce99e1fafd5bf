//! Where roles are seen and changed.

use axum::Form;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use serde::Deserialize;

use super::pages::{ListPage, NewPage, PER_PAGE, RolePage, Typed, list_page, new_page, role_page};
use super::{
    AttachForm, Role, RoleForm, attach_until, change, create, delete, detach_from_group, find, groups_of_role,
    groups_without, holders, list, owner_of, what_if, with_reach,
};
use crate::access::grants;
use crate::app::App;
use crate::db::{Db, Tx};
use crate::error::{Error, Problems, Result};
use crate::events;
use crate::id::{GroupId, RoleId};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::link::page_number;
use crate::ui::{Flash, Frame, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/roles", get(show_list))
        .route("/o/{organization}/roles/new", get(show_form).post(create_role))
        .route("/o/{organization}/roles/{role}", get(show_role).post(change_role))
        .route("/o/{organization}/roles/{role}/delete", post(delete_role))
        .route("/o/{organization}/roles/{role}/groups", post(attach))
        .route("/o/{organization}/roles/{role}/groups/{group}/detach", post(detach))
        .merge(what_if::routes::router())
}

/// How many groups the drop-down list offers; others are attached on the group's own page.
const OFFERED_GROUPS: i64 = 500;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    page: String,
}

fn role_id(text: &str) -> Result<RoleId> {
    RoleId::parse(text).ok_or(Error::NotFound("role"))
}

async fn show_list(State(db): State<Db>, admin: OrganizationAdmin, Query(asked): Query<Asked>, ui: Ui) -> PageResult {
    let frame = admin.frame(Nav::Roles);
    let page = page_number(&asked.page);
    let mut tx = db.read().await?;
    let (roles, total) = list(&mut tx, &admin.organization.id, &asked.q, PER_PAGE, page).await?;
    let model = ListPage { base: frame.path(""), q: asked.q, page, total, roles };
    Ok(ui.ok(Head::framed("Roles", frame), move || list_page(&model)).await)
}

async fn show_form(admin: OrganizationAdmin, ui: Ui) -> PageResult {
    form(&admin, ui, StatusCode::OK, Typed::default()).await
}

async fn form(admin: &OrganizationAdmin, ui: Ui, status: StatusCode, typed: Typed) -> PageResult {
    let frame = admin.frame(Nav::Roles);
    let frame = frame.clone().crumb("Roles", frame.path("/roles"));
    let model = NewPage { base: frame.path(""), typed };
    Ok(ui.page(status, Head::framed("New role", frame), move || new_page(&model)).await)
}

async fn create_role(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    Form(typed): Form<RoleForm>,
) -> PageResult {
    let mut tx = db.write().await?;
    match create(&mut tx, &admin.actor, &admin.organization.id, &typed).await {
        Ok(id) => {
            tx.commit().await?;
            flash
                .good(format!("The role {} is there. Attach it to a group, and its people hold it.", typed.name.trim()))
                .await;
            Ok(Redirect::to(&admin.frame(Nav::Roles).path(&format!("/roles/{id}"))).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            form(&admin, ui, StatusCode::UNPROCESSABLE_ENTITY, Typed { form: typed, problems }).await
        }
    }
}

/// How many of those to whom the role was given are listed.
const DIRECT: u64 = 100;

/// What a failed form on the role's page leaves to be shown.
#[derive(Default)]
struct Refused {
    change: Option<Typed>,
    attach: AttachForm,
    attach_problems: Problems,
}

async fn load(tx: &mut Tx, admin: &OrganizationAdmin, id: &RoleId, page: u64, refused: Refused) -> Result<RolePage> {
    let organization = &admin.organization.id;
    let base = admin.frame(Nav::Roles).path("");
    let role = find(tx, organization, id).await?.ok_or(Error::NotFound("role"))?;
    let attached = groups_of_role(tx, id).await?;
    let (direct, direct_total) = grants::direct_of_role(tx, id, DIRECT).await?;
    Ok(RolePage {
        attached: with_reach(tx, attached).await?,
        free_groups: groups_without(tx, organization, id, OFFERED_GROUPS).await?,
        holders: holders(tx, id, page).await?,
        timeline: events::timeline(tx, organization, &base, id.as_str()).await?,
        typed: refused.change.unwrap_or_else(|| Typed::from(&role)),
        attach_typed: refused.attach,
        attach_problems: refused.attach_problems,
        owner: owner_of(tx, id).await?,
        direct,
        direct_total,
        now: tx.now(),
        base,
        role,
        page,
    })
}

fn head(frame: Frame, role: &Role) -> Head {
    let roles = frame.path("/roles");
    Head::framed(role.name.clone(), frame.crumb("Roles", roles))
}

async fn show_role(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    ui: Ui,
) -> PageResult {
    let mut tx = db.read().await?;
    let model = load(&mut tx, &admin, &role_id(&id)?, page_number(&asked.page), Refused::default()).await?;
    Ok(ui.ok(head(admin.frame(Nav::Roles), &model.role), move || role_page(&model)).await)
}

/// The role's page again, after a form on it was refused.
async fn show_refused(db: &Db, admin: &OrganizationAdmin, ui: Ui, id: &RoleId, refused: Refused) -> PageResult {
    let mut tx = db.read().await?;
    let model = load(&mut tx, admin, id, 1, refused).await?;
    let head = head(admin.frame(Nav::Roles), &model.role);
    Ok(ui.page(StatusCode::UNPROCESSABLE_ENTITY, head, move || role_page(&model)).await)
}

fn to_role(admin: &OrganizationAdmin, id: &RoleId) -> Redirect {
    Redirect::to(&admin.frame(Nav::Roles).path(&format!("/roles/{id}")))
}

async fn change_role(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(typed): Form<RoleForm>,
) -> PageResult {
    let id = role_id(&id)?;
    let mut tx = db.write().await?;
    match change(&mut tx, &admin.actor, &admin.organization.id, &id, &typed).await {
        Ok(()) => {
            tx.commit().await?;
            flash.good("The role is saved.").await;
            Ok(to_role(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            let typed = Typed { form: typed, problems: error.into_problems("")? };
            let refused = Refused { change: Some(typed), ..Refused::default() };
            show_refused(&db, &admin, ui, &id, refused).await
        }
    }
}

async fn delete_role(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
) -> PageResult {
    let id = role_id(&id)?;
    let mut tx = db.write().await?;
    match delete(&mut tx, &admin.actor, &admin.organization.id, &id).await {
        Ok(name) => {
            tx.commit().await?;
            flash.good(format!("The role {name} is deleted.")).await;
            Ok(Redirect::to(&admin.frame(Nav::Roles).path("/roles")).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            refused_as_a_whole(&db, &admin, ui, &id, problems).await
        }
    }
}

/// The role's page again, its form open with what is wrong.
async fn refused_as_a_whole(db: &Db, admin: &OrganizationAdmin, ui: Ui, id: &RoleId, problems: Problems) -> PageResult {
    let mut tx = db.read().await?;
    let role = find(&mut tx, &admin.organization.id, id).await?.ok_or(Error::NotFound("role"))?;
    drop(tx);
    let change = Some(Typed { problems, ..Typed::from(&role) });
    show_refused(db, admin, ui, id, Refused { change, ..Refused::default() }).await
}

async fn attach(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(typed): Form<AttachForm>,
) -> PageResult {
    let id = role_id(&id)?;
    let mut tx = db.write().await?;
    let asked = typed.group().and_then(|group| typed.end(&tx.now()).map(|end| (group, end)));
    let attached = match asked {
        Ok((group, end)) => {
            attach_until(&mut tx, &admin.actor, &admin.organization.id, &id, &group, end.as_ref()).await
        }
        Err(error) => Err(error),
    };
    match attached {
        Ok(attachment) => {
            tx.commit().await?;
            flash.good(format!("{} has the role {} now.", attachment.group.name, attachment.role.name)).await;
            Ok(to_role(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            attach_refused(&db, &admin, ui, &id, typed, error).await
        }
    }
}

/// The role's page again, with what is wrong with the form that gives it to a group.
pub(super) async fn attach_refused(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    id: &RoleId,
    typed: AttachForm,
    error: Error,
) -> PageResult {
    let attach_problems = error.into_problems("group_id")?;
    show_refused(db, admin, ui, id, Refused { attach: typed, attach_problems, ..Refused::default() }).await
}

async fn detach(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id, group)): Path<(String, String, String)>,
    flash: Flash,
) -> PageResult {
    let id = role_id(&id)?;
    let group = GroupId::parse(&group).ok_or(Error::NotFound("group"))?;
    let mut tx = db.write().await?;
    let gone = detach_from_group(&mut tx, &admin.actor, &admin.organization.id, &id, &group).await?;
    tx.commit().await?;
    flash.good(format!("{} has the role {} no more.", gone.group.name, gone.role.name)).await;
    Ok(to_role(&admin, &id).into_response())
}
