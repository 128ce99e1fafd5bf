//! `POST /o/{organization}/users/{user}/operator` and `…/operator/end`: who runs the installation.

use axum::extract::{Path, State};
use axum::response::IntoResponse as _;

use super::{show_refused, to_user, user_id};
use crate::actor::Level;
use crate::db::Db;
use crate::directory::users::User;
use crate::directory::users::pages::{Operating, Refused};
use crate::directory::users::standing::{make_operator, unmake_operator};
use crate::error::Result;
use crate::id::UserId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Ui};

/// What the page of a person offers whoever looks at it.
pub(super) fn operating(admin: &OrganizationAdmin) -> Operating {
    match (admin.organization.home, admin.user.level) {
        (false, _) => Operating::Elsewhere,
        (true, Level::Owner) if admin.operator => Operating::Offered,
        (true, _) => Operating::Shown,
    }
}

pub(super) async fn make(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    let made = make_operator(&mut tx, &admin.actor, &admin.organization.id, &id).await;
    if made.is_ok() {
        tx.commit().await?;
    } else {
        drop(tx);
    }
    answer(&db, &admin, ui, flash, &id, made, "is an operator now").await
}

pub(super) async fn unmake(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    let unmade = unmake_operator(&mut tx, &admin.actor, &admin.organization.id, &id).await;
    if unmade.is_ok() {
        tx.commit().await?;
    } else {
        drop(tx);
    }
    answer(&db, &admin, ui, flash, &id, unmade, "is an operator no more").await
}

async fn answer(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    id: &UserId,
    changed: Result<User>,
    said: &str,
) -> PageResult {
    match changed {
        Ok(user) => {
            flash.good(format!("{} {said}.", user.display_name)).await;
            Ok(to_user(admin, id).into_response())
        }
        Err(error) => {
            let refused = Refused { operator: error.into_problems("")?, ..Refused::default() };
            show_refused(db, admin, ui, id, refused).await
        }
    }
}
