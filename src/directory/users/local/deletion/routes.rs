//! `/o/{organization}/users/{user}/delete`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::pages::{DeletePage, delete_page};
use super::{consequences, delete};
use crate::app::App;
use crate::db::Db;
use crate::directory::users::routes::user_id;
use crate::directory::users::{break_glass, find};
use crate::error::{Error, Problems};
use crate::id::UserId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new().route("/o/{organization}/users/{user}/delete", get(show).post(submit))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DeleteForm {
    name: String,
}

async fn show(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    render(&db, &admin, ui, StatusCode::OK, &user_id(&id)?, String::new(), Problems::default()).await
}

async fn submit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(typed): Form<DeleteForm>,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    match delete(&mut tx, &admin.actor, &admin.organization.id, &id, &typed.name).await {
        Ok((user, ended)) => {
            tx.commit().await?;
            flash.good(format!("{} is deleted; {} ended.", user.display_name, ended.in_words())).await;
            let list = if user.is_service() { "/service-accounts" } else { "/users" };
            Ok(Redirect::to(&admin.frame(Nav::Users).path(list)).into_response())
        }
        Err(error) => {
            drop(tx);
            break_glass::record_refusal(&db, &admin.actor, &error).await?;
            let problems = error.into_problems("")?;
            render(&db, &admin, ui, StatusCode::UNPROCESSABLE_ENTITY, &id, typed.name, problems).await
        }
    }
}

async fn render(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    id: &UserId,
    typed: String,
    problems: Problems,
) -> PageResult {
    let mut tx = db.read().await?;
    let user = find(&mut tx, &admin.organization.id, id).await?.ok_or(Error::NotFound("user"))?;
    let consequences = consequences(&mut tx, &user).await?;
    let frame = admin.frame(Nav::Users);
    let users = frame.path("/users");
    let path = format!("{users}/{id}");
    let frame = frame.crumb("Users", users).crumb(user.display_name.clone(), path.clone());
    let model = DeletePage { path, user, consequences, typed, problems };
    Ok(ui.page(status, Head::framed("Delete", frame), move || delete_page(&model)).await)
}
