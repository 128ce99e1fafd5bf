//! `POST /o/{organization}/users/{user}/sessions/…` and `…/terminals/…`: an admin ends what a person is signed in with.

use axum::extract::{Path, State};
use axum::response::IntoResponse as _;

use super::{to_user, user_id};
use crate::db::Db;
use crate::sessions::guard::OrganizationAdmin;
use crate::sessions::list;
use crate::ui::Flash;
use crate::ui::errors::PageResult;

pub(super) async fn end_one(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, user, session)): Path<(String, String, String)>,
    flash: Flash,
) -> PageResult {
    let user = user_id(&user)?;
    let mut tx = db.write().await?;
    list::end_session(&mut tx, &admin.actor, &admin.organization.id, &user, &session).await?;
    tx.commit().await?;
    flash.good("The session is ended.").await;
    Ok(to_user(&admin, &user).into_response())
}

pub(super) async fn end_terminal(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, user, terminal)): Path<(String, String, String)>,
    flash: Flash,
) -> PageResult {
    let user = user_id(&user)?;
    let mut tx = db.write().await?;
    list::end_cli_token(&mut tx, &admin.actor, &admin.organization.id, &user, &terminal).await?;
    tx.commit().await?;
    flash.good("The terminal is signed out.").await;
    Ok(to_user(&admin, &user).into_response())
}

pub(super) async fn end_all(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, user)): Path<(String, String)>,
    flash: Flash,
) -> PageResult {
    let user = user_id(&user)?;
    let mut tx = db.write().await?;
    let ended = list::end_all(&mut tx, &admin.actor, &admin.organization.id, &user).await?;
    tx.commit().await?;
    flash.good(format!("Signed out everywhere: {} ended.", ended.in_words())).await;
    Ok(to_user(&admin, &user).into_response())
}
