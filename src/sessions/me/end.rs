//! `POST /me/sessions/…/end` and `/me/terminals/…/end`: ending what one is signed in with oneself.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use tower_sessions::Session;

use crate::db::Db;
use crate::sessions::guard::SignedIn;
use crate::sessions::{list, store};
use crate::ui::Flash;
use crate::ui::errors::PageResult;

pub async fn session(State(db): State<Db>, one: SignedIn, Path(id): Path<String>, flash: Flash) -> PageResult {
    let mut tx = db.write().await?;
    list::end_session(&mut tx, &one.actor, &one.organization.id, &one.user.id, &id).await?;
    tx.commit().await?;
    flash.good("The session is ended.").await;
    Ok(back())
}

pub async fn terminal(State(db): State<Db>, one: SignedIn, Path(id): Path<String>, flash: Flash) -> PageResult {
    let mut tx = db.write().await?;
    list::end_cli_token(&mut tx, &one.actor, &one.organization.id, &one.user.id, &id).await?;
    tx.commit().await?;
    flash.good("The terminal is signed out.").await;
    Ok(back())
}

pub async fn others(State(db): State<Db>, one: SignedIn, session: Session, flash: Flash) -> PageResult {
    let asking = session.id().map(|id| store::id_hash(&id)).unwrap_or_default();
    let mut tx = db.write().await?;
    let ended = list::end_others(&mut tx, &one.actor, &one.organization.id, &one.user.id, &asking).await?;
    tx.commit().await?;
    flash.good(format!("Everywhere else you are signed out: {}.", ended.in_words())).await;
    Ok(back())
}

fn back() -> Response {
    Redirect::to("/me").into_response()
}
