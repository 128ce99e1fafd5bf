//! `GET` and `POST /o/{organization}/users/{user}/release`.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};

use super::super::pages::{PersonPage, person_page};
use super::super::preview::of_person;
use super::super::{People, person, release_person};
use super::{At, ChoiceForm};
use crate::db::Db;
use crate::directory::{origins, users};
use crate::error::{Error, Problems};
use crate::id::UserId;
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
    let id = UserId::parse(id).ok_or(Error::NotFound("user"))?;
    let mut tx = db.read().await?;
    let user = users::find(&mut tx, &admin.organization.id, &id).await?.ok_or(Error::NotFound("user"))?;
    let origins = origins(&mut tx, &admin.organization.id).await?;
    let preview = of_person(&mut tx, &user).await?;
    let frame = admin.frame(Nav::Users);
    let (all, base) = (frame.path("/users"), frame.path(&format!("/users/{id}")));
    let frame = frame.crumb("Users", all).crumb(user.display_name.clone(), base.clone());
    let from = origins.name(&user.source).to_string();
    let may_be_released = person::is_left_behind(&origins, &user);
    let model = PersonPage { base, from, may_be_released, user, preview, chosen, problems };
    Ok(ui.page(status, Head::framed("Release", frame), move || person_page(&model)).await)
}

pub(super) async fn submit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): At,
    ui: Ui,
    flash: Flash,
    Form(form): Form<ChoiceForm>,
) -> PageResult {
    let user = UserId::parse(&id).ok_or(Error::NotFound("user"))?;
    let mut tx = db.write().await?;
    let released = match People::parse(&form.choice) {
        Some(choice) => {
            let organization = &admin.organization.id;
            release_person(&mut tx, &admin.actor, organization, &user, choice).await.map(|user| (choice, user))
        }
        None => Err(Error::invalid("choice", "Choose what becomes of this person.")),
    };
    match released {
        Ok((choice, user)) => {
            tx.commit().await?;
            let frame = admin.frame(Nav::Users);
            let (done, to) = match choice {
                People::Deleted => (format!("{} is deleted.", user.display_name), frame.path("/users")),
                People::Local | People::Suspended => (
                    format!("{} is local now. An invitation link lets them choose a password.", user.display_name),
                    frame.path(&format!("/users/{}", user.id)),
                ),
            };
            flash.good(done).await;
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            drop(tx);
            users::break_glass::record_refusal(&db, &admin.actor, &error).await?;
            let problems = error.into_problems("")?;
            render(&db, &admin, ui, &id, StatusCode::UNPROCESSABLE_ENTITY, form.choice, problems).await
        }
    }
}
