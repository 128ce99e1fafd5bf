//! `GET` and `POST /o/{organization}/connections/{connection}/remove`.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};

use super::super::pages::{RemovalPage, removal_page};
use super::super::{RemovalForm, preview, remove_connection};
use super::At;
use crate::connections;
use crate::db::Db;
use crate::directory::users;
use crate::error::{Error, Problems, Result};
use crate::id::ConnectionId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

fn connection_id(text: &str) -> Result<ConnectionId> {
    ConnectionId::parse(text).ok_or(Error::NotFound("connection"))
}

pub(super) async fn show(State(db): State<Db>, admin: OrganizationAdmin, Path((_, id)): At, ui: Ui) -> PageResult {
    let form = RemovalForm { people: "local".into(), groups: "local".into(), name: String::new() };
    render(&db, &admin, ui, &id, StatusCode::OK, form, Problems::default()).await
}

async fn render(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    id: &str,
    status: StatusCode,
    form: RemovalForm,
    problems: Problems,
) -> PageResult {
    let mut tx = db.read().await?;
    let connection = connections::find(&mut tx, &admin.organization.id, &connection_id(id)?).await?;
    let directory = connections::directory(&mut tx, &connection.id).await?.ok_or(Error::NotFound("directory"))?;
    let preview = preview(&mut tx, &connection, &directory).await?;
    let frame = admin.frame(Nav::Connections);
    let (all, base) = (frame.path("/connections"), frame.path(&format!("/connections/{}", connection.id)));
    let frame = frame.crumb("Connections", all).crumb(connection.name.clone(), base.clone());
    let model = RemovalPage { base, name: connection.name, viewer: admin.user.level, preview, form, problems };
    Ok(ui.page(status, Head::framed("Remove", frame), move || removal_page(&model)).await)
}

pub(super) async fn submit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): At,
    ui: Ui,
    flash: Flash,
    Form(form): Form<RemovalForm>,
) -> PageResult {
    let connection = connection_id(&id)?;
    let mut tx = db.write().await?;
    match remove_connection(&mut tx, &admin.actor, &admin.organization.id, &connection, &form).await {
        Ok(removed) => {
            tx.commit().await?;
            let done = format!(
                "{} is removed: {} people and {} groups were released or deleted, {} ended.",
                removed.name,
                removed.people,
                removed.groups,
                removed.ended.in_words()
            );
            flash.good(done).await;
            Ok(Redirect::to(&admin.frame(Nav::Connections).path("/connections")).into_response())
        }
        Err(error) => {
            drop(tx);
            users::break_glass::record_refusal(&db, &admin.actor, &error).await?;
            let problems = error.into_problems("")?;
            render(&db, &admin, ui, &id, StatusCode::UNPROCESSABLE_ENTITY, form, problems).await
        }
    }
}
