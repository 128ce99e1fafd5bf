//! `POST /sign-out`: ends this browser's session.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use tower_sessions::Session;

use crate::app::App;
use crate::sessions::guard::SignedIn;
use crate::sessions::{lost, provider};
use crate::sso;
use crate::ui::Flash;
use crate::ui::errors::PageResult;

pub async fn sign_out(
    State(app): State<App>,
    signed_in: Option<SignedIn>,
    session: Session,
    flash: Flash,
) -> PageResult {
    let Some(SignedIn { organization, .. }) = signed_in else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let came_by = provider::came_by(&session).await?;
    session.flush().await.map_err(lost)?;
    if let Some(left) = came_by
        && sso::can_sign_out(&mut app.db.read().await?, &left.connection).await?
    {
        provider::leave(&session, &left).await?;
        return Ok(Redirect::to(&format!("/auth/signed-out/{}", left.connection)).into_response());
    }
    flash.good("You are signed out.").await;
    Ok(Redirect::to(&format!("/sign-in/{}", organization.slug)).into_response())
}
