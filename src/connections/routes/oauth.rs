//! `GET …/provisioning/oauth`, and whose assertions the directory takes.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::super::federation::{self, FederationForm};
use super::super::pages::{OauthPage, oauth_page};
use super::super::tokens::Kind;
use super::tokens::{Outcome, part};
use super::{ConnectionPath, addresses, base, load};
use crate::app::App;
use crate::error::{Error, Problems, Result};
use crate::provisioning::oauth::{client_id, token_url};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub(super) async fn show(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    Ok(answer(&admin, ui, &app, &id, StatusCode::OK, Outcome::none(), None).await?)
}

pub(super) async fn save_federation(
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
    Form(form): Form<FederationForm>,
) -> PageResult {
    match save(&admin, &app, &id, &form).await {
        Ok(at) => {
            flash.good("Saved. Assertions that say this are exchanged for access tokens from now on.").await;
            Ok(Redirect::to(&at).into_response())
        }
        Err(Error::Invalid(problems)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(answer(&admin, ui, &app, &id, status, Outcome::none(), Some((form, problems))).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn save(admin: &OrganizationAdmin, app: &App, id: &str, form: &FederationForm) -> Result<String> {
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    federation::save(&mut tx, &admin.actor, &connection, &directory, form).await?;
    tx.commit().await?;
    Ok(format!("{}/provisioning/oauth", base(admin, &connection)))
}

pub(super) async fn remove_federation(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, &admin, &id).await?;
    federation::remove(&mut tx, &admin.actor, &connection, &directory).await?;
    tx.commit().await?;
    flash.good("No assertions are taken any more. Access tokens that were got by them have ended.").await;
    Ok(Redirect::to(&format!("{}/provisioning/oauth", base(&admin, &connection))).into_response())
}

/// `typed` is a federation's form that could not be saved.
pub(super) async fn answer(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    id: &str,
    status: StatusCode,
    outcome: Outcome,
    typed: Option<(FederationForm, Problems)>,
) -> Result<Response> {
    let mut tx = app.db.read().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let base = base(admin, &connection);
    let frame = admin
        .frame(Nav::Connections)
        .crumb("Connections", format!("/o/{}/connections", admin.organization.slug))
        .crumb(connection.name.clone(), format!("{base}/provisioning"));
    let head = Head::framed(format!("OAuth 2, {}", connection.name), frame);
    let scim_base_url = addresses(&app.config, admin, &connection, &directory).scim_base_url;
    let federation = federation::find(&mut tx, &directory.id).await?;
    let stored = || (FederationForm::of(federation.as_ref()), Problems::default());
    let (form, problems) = typed.unwrap_or_else(stored);
    let model = OauthPage {
        token_url: token_url(&scim_base_url),
        client_id: client_id(&directory.id),
        secrets: part(&mut tx, &base, &connection, &directory.id, Kind::ClientSecret, outcome).await?,
        now: tx.now(),
        base,
        connection,
        scim_base_url,
        federation,
        form,
        problems,
    };
    Ok(ui.page(status, head, move || oauth_page(&model)).await)
}
