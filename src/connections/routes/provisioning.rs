//! `GET /o/{organization}/connections/{connection}/provisioning`, the sync mode, and the directory's tokens.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::super::model::SyncMode;
use super::super::pages::{ProvisioningPage, provisioning_page};
use super::super::sync::choose_sync;
use super::super::{guide, tokens};
use super::{ConnectionPath, addresses, base, load};
use crate::app::App;
use crate::error::{Error, Problems, Result};
use crate::id::TokenId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub(super) async fn show(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    Ok(answer(&admin, ui, &app, &id, StatusCode::OK, None, Problems::default()).await?)
}

#[derive(Deserialize)]
pub(super) struct SyncForm {
    sync_mode: String,
}

pub(super) async fn choose(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
    Form(form): Form<SyncForm>,
) -> PageResult {
    let mode =
        SyncMode::parse(&form.sync_mode).ok_or_else(|| Error::invalid("sync_mode", "Choose one of the three."))?;
    let mut tx = app.db.write().await?;
    let (connection, _) = load(&mut tx, &admin, &id).await?;
    choose_sync(&mut tx, &admin.actor, &connection, mode).await?;
    tx.commit().await?;
    flash
        .good(match mode {
            SyncMode::Scim => "SCIM is on. Make a token, then follow the steps.",
            SyncMode::OnSignIn => "People are made at their first sign-in.",
            SyncMode::None => "Nobody new comes through this connection.",
        })
        .await;
    Ok(Redirect::to(&format!("{}/provisioning", base(&admin, &connection))).into_response())
}

#[derive(Deserialize)]
pub(super) struct TokenForm {
    id: String,
    #[serde(default)]
    name: String,
}

/// The POST itself shows the token: it stands in no address, no cookie and no session.
pub(super) async fn create_token(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
    Form(form): Form<TokenForm>,
) -> PageResult {
    match make_token(&admin, &app, &id, &form).await {
        Ok(made) => Ok(answer(&admin, ui, &app, &id, StatusCode::OK, Some(made), Problems::default()).await?),
        Err(Error::Invalid(problems)) => {
            Ok(answer(&admin, ui, &app, &id, StatusCode::UNPROCESSABLE_ENTITY, None, problems).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn make_token(admin: &OrganizationAdmin, app: &App, id: &str, form: &TokenForm) -> Result<SecretString> {
    let token_id =
        TokenId::parse(&form.id).ok_or_else(|| Error::invalid("name", "This form is broken. Load the page again."))?;
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let made = tokens::create(&mut tx, &admin.actor, &connection, &directory, &token_id, &form.name).await?;
    tx.commit().await?;
    made.ok_or_else(|| {
        Error::invalid("name", "This form was sent before: its token was made and shown then. If you did not store it, revoke it and make another.")
    })
}

pub(super) async fn revoke_token(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id, token)): Path<(String, String, String)>,
) -> PageResult {
    let token = TokenId::parse(&token).ok_or(Error::NotFound("token"))?;
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, &admin, &id).await?;
    tokens::revoke(&mut tx, &admin.actor, &connection, &directory, &token).await?;
    tx.commit().await?;
    flash.good("The token is revoked. Calls that bring it are refused from now on.").await;
    Ok(Redirect::to(&format!("{}/provisioning", base(&admin, &connection))).into_response())
}

async fn answer(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    id: &str,
    status: StatusCode,
    made: Option<SecretString>,
    problems: Problems,
) -> Result<Response> {
    let mut tx = app.db.read().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let tokens = tokens::list(&mut tx, &directory.id).await?;
    let frame =
        admin.frame(Nav::Connections).crumb("Connections", format!("/o/{}/connections", admin.organization.slug));
    let head = Head::framed(connection.name.clone(), frame);
    let ours = addresses(&app.config, admin, &connection, &directory);
    let steps = guide::scim_steps(connection.provider, &ours);
    let scim_base_url = ours.scim_base_url;
    let base = base(admin, &connection);
    let model = ProvisioningPage { base, connection, scim_base_url, steps, tokens, problems, made, now: tx.now() };
    Ok(ui.page(status, head, move || provisioning_page(&model)).await)
}
