//! Where groups are mapped to a level and released: each with the page that says first whom it is about. Owners only.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;

use super::pages::{LevelPage, level_page};
use super::{concerned, map, release};
use crate::access::roles;
use crate::access::roles::pages::with_number;
use crate::app::App;
use crate::db::Db;
use crate::directory::{Source, groups, origins};
use crate::error::{Error, Result};
use crate::id::GroupId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/groups/{group}/level/map", get(before_mapping).post(map_group))
        .route("/o/{organization}/groups/{group}/level/release", get(before_release).post(release_group))
}

type GroupPath = Path<(String, String)>;

async fn before_mapping(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): GroupPath,
    ui: Ui,
) -> PageResult {
    before(&db, &admin, ui, &group_id(&id)?, true).await
}

async fn before_release(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): GroupPath,
    ui: Ui,
) -> PageResult {
    before(&db, &admin, ui, &group_id(&id)?, false).await
}

async fn before(db: &Db, admin: &OrganizationAdmin, ui: Ui, id: &GroupId, mapping: bool) -> PageResult {
    let organization = &admin.organization.id;
    admin.actor.require_owner(organization)?;
    let mut tx = db.read().await?;
    let group = roles::find_group(&mut tx, organization, id).await?.ok_or(Error::NotFound("group"))?;
    let source = groups::source_of(&mut tx, organization, id).await?;
    let origins = origins(&mut tx, organization).await?;
    let frame = admin.frame(Nav::Groups);
    let (list, path) = (frame.path("/groups"), frame.path(&format!("/groups/{id}")));
    let model = LevelPage {
        base: frame.path(""),
        group: group.name.clone(),
        path: path.clone(),
        mapping,
        managed_by: source.filter(Source::is_managed).map(|source| origins.name(&source).to_string()),
        concerned: concerned(&mut tx, id).await?,
    };
    let head = Head::framed("Level", frame.crumb("Groups", list).crumb(group.name, path));
    Ok(ui.ok(head, move || level_page(&model)).await)
}

async fn map_group(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): GroupPath,
    flash: Flash,
) -> PageResult {
    let id = group_id(&id)?;
    let mut tx = db.write().await?;
    let (mapping, people) = map(&mut tx, &admin.actor, &admin.organization.id, &id).await?;
    tx.commit().await?;
    let became = with_number(people as i64, "person became an admin", "people became admins");
    flash.good(format!("{}: {became}.", mapping.group.name)).await;
    Ok(to_group(&admin, &id).into_response())
}

async fn release_group(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): GroupPath,
    flash: Flash,
) -> PageResult {
    let id = group_id(&id)?;
    let mut tx = db.write().await?;
    let (mapping, people) = release(&mut tx, &admin.actor, &admin.organization.id, &id).await?;
    tx.commit().await?;
    let were = with_number(people as i64, "person is no admin any more", "people are no admins any more");
    flash.good(format!("{}: {were}.", mapping.group.name)).await;
    Ok(to_group(&admin, &id).into_response())
}

fn group_id(text: &str) -> Result<GroupId> {
    GroupId::parse(text).ok_or(Error::NotFound("group"))
}

fn to_group(admin: &OrganizationAdmin, id: &GroupId) -> Redirect {
    Redirect::to(&admin.frame(Nav::Groups).path(&format!("/groups/{id}")))
}
