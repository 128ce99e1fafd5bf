//! `/o/{organization}/groups/new`, and below one group `…/edit`, `…/delete` and `…/members`.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::pages::{AddPage, EditPage, NewPage, add_page, edit_page, new_page};
use super::{add_member, create, delete, remove_member, rename, store};
use crate::access::roles;
use crate::app::App;
use crate::db::Db;
use crate::directory::groups::listing;
use crate::directory::origins;
use crate::error::{Error, Problems, Result};
use crate::id::GroupId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Frame, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/groups/new", get(show_new).post(submit_new))
        .route("/o/{organization}/groups/{group}/edit", get(show_edit).post(submit_edit))
        .route("/o/{organization}/groups/{group}/delete", post(take_away))
        .route("/o/{organization}/groups/{group}/members/add", get(show_add))
        .route("/o/{organization}/groups/{group}/members", post(join))
        .route("/o/{organization}/groups/{group}/members/{member}/remove", post(leave))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NameForm {
    name: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct MemberForm {
    member_id: String,
    /// What was searched for when the button was pressed.
    q: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
}

fn group_id(text: &str) -> Result<GroupId> {
    GroupId::parse(text).ok_or(Error::NotFound("group"))
}

fn frame(admin: &OrganizationAdmin) -> Frame {
    let frame = admin.frame(Nav::Groups);
    let groups = frame.path("/groups");
    frame.crumb("Groups", groups)
}

fn path_of(admin: &OrganizationAdmin, id: &GroupId) -> String {
    admin.frame(Nav::Groups).path(&format!("/groups/{id}"))
}

async fn show_new(admin: OrganizationAdmin, ui: Ui) -> PageResult {
    new_form(&admin, ui, StatusCode::OK, String::new(), Problems::default()).await
}

async fn submit_new(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    Form(form): Form<NameForm>,
) -> PageResult {
    let mut tx = db.write().await?;
    match create(&mut tx, &admin.actor, &admin.organization.id, &form.name).await {
        Ok(group) => {
            tx.commit().await?;
            flash.good(format!("The group {} is made. Add its members, and attach roles.", group.name)).await;
            Ok(Redirect::to(&path_of(&admin, &group.id)).into_response())
        }
        Err(error) => {
            drop(tx);
            new_form(&admin, ui, StatusCode::UNPROCESSABLE_ENTITY, form.name, error.into_problems("name")?).await
        }
    }
}

async fn new_form(
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    name: String,
    problems: Problems,
) -> PageResult {
    let model = NewPage { action: admin.frame(Nav::Groups).path("/groups/new"), name, problems };
    Ok(ui.page(status, Head::framed("New group", frame(admin)), move || new_page(&model)).await)
}

async fn show_edit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    edit_form(&db, &admin, ui, StatusCode::OK, &group_id(&id)?, None, Problems::default()).await
}

async fn submit_edit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(form): Form<NameForm>,
) -> PageResult {
    let id = group_id(&id)?;
    let mut tx = db.write().await?;
    match rename(&mut tx, &admin.actor, &admin.organization.id, &id, &form.name).await {
        Ok(group) => {
            tx.commit().await?;
            flash.good(format!("The group is called {} now.", group.name)).await;
            Ok(Redirect::to(&path_of(&admin, &id)).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            edit_form(&db, &admin, ui, StatusCode::UNPROCESSABLE_ENTITY, &id, Some(form.name), problems).await
        }
    }
}

async fn edit_form(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    id: &GroupId,
    typed: Option<String>,
    problems: Problems,
) -> PageResult {
    let mut tx = db.read().await?;
    let organization = &admin.organization.id;
    let group = listing::find(&mut tx, organization, id).await?.ok_or(Error::NotFound("group"))?;
    let attached = roles::roles_of_groups(&mut tx, std::slice::from_ref(id)).await?;
    let head = Head::framed("Edit", frame(admin).crumb(group.name.clone(), path_of(admin, id)));
    let model = EditPage {
        base: admin.frame(Nav::Groups).path(""),
        origins: origins(&mut tx, organization).await?,
        roles: roles::with_reach(&mut tx, attached).await?,
        typed: typed.unwrap_or_else(|| group.name.clone()),
        group,
        problems,
    };
    Ok(ui.page(status, head, move || edit_page(&model)).await)
}

async fn take_away(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    flash: Flash,
) -> PageResult {
    let mut tx = db.write().await?;
    let group = delete(&mut tx, &admin.actor, &admin.organization.id, &group_id(&id)?).await?;
    tx.commit().await?;
    flash.good(format!("The group {} is deleted.", group.name)).await;
    Ok(Redirect::to(&admin.frame(Nav::Groups).path("/groups")).into_response())
}

async fn show_add(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    ui: Ui,
) -> PageResult {
    add_form(&db, &admin, ui, StatusCode::OK, &group_id(&id)?, asked.q, Problems::default()).await
}

async fn join(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(form): Form<MemberForm>,
) -> PageResult {
    let id = group_id(&id)?;
    let mut tx = db.write().await?;
    match add_member(&mut tx, &admin.actor, &admin.organization.id, &id, &form.member_id).await {
        Ok((group, member)) => {
            tx.commit().await?;
            flash.good(format!("{} is in {} now.", member.name, group.name)).await;
            Ok(Redirect::to(&path_of(&admin, &id)).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            add_form(&db, &admin, ui, StatusCode::UNPROCESSABLE_ENTITY, &id, form.q, problems).await
        }
    }
}

async fn add_form(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    id: &GroupId,
    q: String,
    problems: Problems,
) -> PageResult {
    let mut tx = db.read().await?;
    let organization = &admin.organization.id;
    let group = store::find(&mut tx, organization, id).await?.ok_or(Error::NotFound("group"))?;
    let head = Head::framed("Add a member", frame(admin).crumb(group.name.clone(), path_of(admin, id)));
    let model = AddPage {
        base: admin.frame(Nav::Groups).path(""),
        origins: origins(&mut tx, organization).await?,
        found: store::search(&mut tx, &group, &q).await?,
        group,
        q,
        problems,
    };
    Ok(ui.page(status, head, move || add_page(&model)).await)
}

async fn leave(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id, member)): Path<(String, String, String)>,
    flash: Flash,
) -> PageResult {
    let id = group_id(&id)?;
    let mut tx = db.write().await?;
    let (group, member) = remove_member(&mut tx, &admin.actor, &admin.organization.id, &id, &member).await?;
    tx.commit().await?;
    flash.good(format!("{} is in {} no more.", member.name, group.name)).await;
    Ok(Redirect::to(&path_of(&admin, &id)).into_response())
}
