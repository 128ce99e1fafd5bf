//! `GET` and `POST /o/{organization}/groups/{group}/release`.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};

use super::super::pages::{GroupPage, group_page};
use super::super::preview::of_group;
use super::super::{Groups, release_group};
use super::{At, ChoiceForm};
use crate::db::Db;
use crate::directory::origins;
use crate::error::{Error, Problems};
use crate::id::GroupId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub(super) async fn show(State(db): State<Db>, admin: OrganizationAdmin, Path((_, id)): At, ui: Ui) -> PageResult {
    render(&db, &admin, ui, &id, StatusCode::OK, "local".into(), Problems::default()).await
}

async fn render(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    id: &str,
    status: StatusCode,
    chosen: String,
    problems: Problems,
) -> PageResult {
    let id = GroupId::parse(id).ok_or(Error::NotFound("group"))?;
    let mut tx = db.read().await?;
    let preview = of_group(&mut tx, &admin.organization.id, &id).await?.ok_or(Error::NotFound("group"))?;
    let origins = origins(&mut tx, &admin.organization.id).await?;
    let frame = admin.frame(Nav::Groups);
    let (all, base) = (frame.path("/groups"), frame.path(&format!("/groups/{id}")));
    let frame = frame.crumb("Groups", all).crumb(preview.group.name.clone(), base.clone());
    let from = origins.name(&preview.group.source).to_string();
    let synced = !origins.is_left_behind(&preview.group.source);
    let model = GroupPage { base, from, synced, preview, chosen, problems };
    Ok(ui.page(status, Head::framed("Release", frame), move || group_page(&model)).await)
}

pub(super) async fn submit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): At,
    ui: Ui,
    flash: Flash,
    Form(form): Form<ChoiceForm>,
) -> PageResult {
    let group = GroupId::parse(&id).ok_or(Error::NotFound("group"))?;
    let mut tx = db.write().await?;
    let released = match Groups::parse(&form.choice) {
        Some(choice) => {
            let organization = &admin.organization.id;
            release_group(&mut tx, &admin.actor, organization, &group, choice).await.map(|groups| (choice, groups))
        }
        None => Err(Error::invalid("choice", "Choose what becomes of this group.")),
    };
    match released {
        Ok((choice, groups)) => {
            tx.commit().await?;
            let names: Vec<_> = groups.into_iter().map(|group| group.name).collect();
            let frame = admin.frame(Nav::Groups);
            let (done, to) = match choice {
                Groups::Deleted => (format!("{} is deleted.", names.join(", ")), frame.path("/groups")),
                Groups::Local => (format!("Local now: {}.", names.join(", ")), frame.path(&format!("/groups/{group}"))),
            };
            flash.good(done).await;
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            render(&db, &admin, ui, &id, StatusCode::UNPROCESSABLE_ENTITY, form.choice, problems).await
        }
    }
}
