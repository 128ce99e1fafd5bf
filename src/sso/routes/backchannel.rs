//! `POST /auth/backchannel-logout/{connection}`: a provider says that somebody has signed out there.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::find;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::oauth;
use crate::sso::logout::{check, obey};

#[derive(Deserialize)]
pub struct Sent {
    logout_token: String,
}

/// Back-Channel Logout 1.0, section 2.8: 200 when it is done, 400 when it is not, and nothing of it is kept by caches.
pub async fn logout(
    State(app): State<App>,
    Path(connection): Path<String>,
    form: Result<Form<Sent>, FormRejection>,
) -> Response {
    let answer = match form {
        Ok(Form(sent)) => carry_out(&app, &connection, &sent.logout_token).await,
        Err(_) => Ok(Err("logout_token is missing")),
    };
    let refused = |status: StatusCode, why: &str| {
        tracing::info!(connection, why, "a back-channel logout was refused");
        oauth::refusal(status, "invalid_request", why, "Bearer", None)
    };
    match answer {
        Ok(Ok(())) => (StatusCode::OK, oauth::NO_STORE).into_response(),
        Ok(Err(why)) => refused(StatusCode::BAD_REQUEST, why),
        Err(Error::Conflict(why)) => refused(StatusCode::BAD_REQUEST, &why),
        Err(Error::NotFound(_)) => refused(StatusCode::NOT_FOUND, "there is no such connection"),
        Err(error) => {
            tracing::error!(%error, "a back-channel logout failed");
            refused(StatusCode::SERVICE_UNAVAILABLE, "the fault is on this side: try again")
        }
    }
}

async fn carry_out(app: &App, connection: &str, token: &str) -> Result<Result<(), &'static str>> {
    let Ok(ready) = find(app, connection).await?.ready(app).await? else {
        return Ok(Err("sign-in through this connection is off, or its metadata cannot be read at the moment"));
    };
    let token = match check(&app.keys, &ready, token, app.db.clock().datetime()).await {
        Ok(token) => token,
        Err(why) => return Ok(Err(why)),
    };
    let mut tx = app.db.write().await?;
    obey(&mut tx, &ready, &token).await?;
    tx.commit().await?;
    Ok(Ok(()))
}
