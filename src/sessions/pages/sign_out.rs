//! `POST /sign-out`: ends this browser's session.

use axum::response::{IntoResponse as _, Redirect};
use tower_sessions::Session;

use crate::sessions::guard::SignedIn;
use crate::sessions::lost;
use crate::ui::Flash;
use crate::ui::errors::PageResult;

pub async fn sign_out(signed_in: Option<SignedIn>, session: Session, flash: Flash) -> PageResult {
    let Some(SignedIn { organization, .. }) = signed_in else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    session.flush().await.map_err(lost)?;
    flash.good("You are signed out.").await;
    Ok(Redirect::to(&format!("/sign-in/{}", organization.slug)).into_response())
}
