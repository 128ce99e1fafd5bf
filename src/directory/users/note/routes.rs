//! `POST /o/{organization}/users/{user}/note`

use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use axum::routing::post;
use axum::{Form, Router};
use serde::Deserialize;

use super::{NotePart, set_note};
use crate::app::App;
use crate::db::Db;
use crate::directory::users::pages::Refused;
use crate::directory::users::routes::{show_refused, to_user, user_id};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Ui};

pub fn router() -> Router<App> {
    Router::new().route("/o/{organization}/users/{user}/note", post(submit))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NoteForm {
    note: String,
}

async fn submit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(form): Form<NoteForm>,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    match set_note(&mut tx, &admin.actor, &admin.organization.id, &id, &form.note).await {
        Ok(_) => {
            tx.commit().await?;
            flash.good("The note is saved.").await;
            Ok(to_user(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            let note = NotePart { typed: Some(form.note), problems: error.into_problems("note")? };
            show_refused(&db, &admin, ui, &id, Refused { note, ..Refused::default() }).await
        }
    }
}
