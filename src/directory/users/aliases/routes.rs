//! `POST /o/{organization}/users/{user}/aliases` and `…/{alias}/remove`.

use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use axum::routing::post;
use axum::{Form, Router};

use super::{AliasForm, AliasesPart, add, remove};
use crate::app::App;
use crate::db::Db;
use crate::directory::users::pages::Refused;
use crate::directory::users::routes::{show_refused, to_user, user_id};
use crate::error::Error;
use crate::id::AliasId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/users/{user}/aliases", post(submit))
        .route("/o/{organization}/users/{user}/aliases/{alias}/remove", post(take_away))
}

async fn submit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(form): Form<AliasForm>,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    match add(&mut tx, &admin.actor, &admin.organization.id, &id, &form).await {
        Ok(user) => {
            tx.commit().await?;
            flash.good(format!("{} is {} in {} now.", user.display_name, form.alias, form.set)).await;
            Ok(to_user(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            let aliases = AliasesPart { form, problems, ..AliasesPart::default() };
            show_refused(&db, &admin, ui, &id, Refused { aliases, ..Refused::default() }).await
        }
    }
}

async fn take_away(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id, alias)): Path<(String, String, String)>,
    flash: Flash,
) -> PageResult {
    let (id, alias) = (user_id(&id)?, AliasId::parse(&alias).ok_or(Error::NotFound("alias"))?);
    let mut tx = db.write().await?;
    let gone = remove(&mut tx, &admin.actor, &admin.organization.id, &id, &alias).await?;
    tx.commit().await?;
    flash.good(format!("The alias {} in {} is removed.", gone.alias, gone.set)).await;
    Ok(to_user(&admin, &id).into_response())
}
