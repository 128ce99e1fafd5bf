//! `/o/{organization}/users/{user}/edit`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::routing::get;
use axum::{Form, Router};

use super::pages::{EditPage, edit_page};
use super::{ProfileForm, edit};
use crate::app::App;
use crate::db::Db;
use crate::directory::origins;
use crate::directory::users::find;
use crate::directory::users::routes::{to_user, user_id};
use crate::error::{Error, Problems};
use crate::id::UserId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new().route("/o/{organization}/users/{user}/edit", get(show).post(submit))
}

async fn show(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    render(&db, &admin, ui, StatusCode::OK, &user_id(&id)?, None, Problems::default()).await
}

async fn submit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(form): Form<ProfileForm>,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    match edit(&mut tx, &admin.actor, &admin.organization.id, &id, &form).await {
        Ok(user) => {
            tx.commit().await?;
            flash.good(format!("{} is saved.", user.display_name)).await;
            Ok(to_user(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            render(&db, &admin, ui, StatusCode::UNPROCESSABLE_ENTITY, &id, Some(form), problems).await
        }
    }
}

/// `typed` is what stood in a form that was refused.
async fn render(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    id: &UserId,
    typed: Option<ProfileForm>,
    problems: Problems,
) -> PageResult {
    let mut tx = db.read().await?;
    let user = find(&mut tx, &admin.organization.id, id).await?.ok_or(Error::NotFound("user"))?;
    let origins = origins(&mut tx, &admin.organization.id).await?;
    let frame = admin.frame(Nav::Users);
    let (base, users) = (frame.path(""), frame.path("/users"));
    let frame = frame.crumb("Users", users.clone()).crumb(user.display_name.clone(), format!("{users}/{id}"));
    let form = typed.unwrap_or_else(|| ProfileForm::of(&user));
    let model = EditPage { base, user, origins, form, problems };
    Ok(ui.page(status, Head::framed("Edit", frame), move || edit_page(&model)).await)
}
