//! `POST /o/{organization}/connections/{connection}/local-people`: whether the directory may take local people over.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;

use super::super::local_people::{LocalPeople, offer_local_people};
use super::{ConnectionPath, base, load};
use crate::app::App;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::Flash;
use crate::ui::errors::PageResult;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct LocalPeopleForm {
    take_over_local: Option<String>,
}

pub(super) async fn submit(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
    Form(form): Form<LocalPeopleForm>,
) -> PageResult {
    let choice = LocalPeople::of(form.take_over_local.as_deref());
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, &admin, &id).await?;
    offer_local_people(&mut tx, &admin.actor, &connection, &directory, choice).await?;
    tx.commit().await?;
    let done = match choice {
        LocalPeople::Offered => "The provider finds local members and admins now, and may take them over.",
        LocalPeople::Hidden => "For the provider there are no local people any more.",
    };
    flash.good(done).await;
    Ok(Redirect::to(&format!("{}/settings", base(&admin, &connection))).into_response())
}
