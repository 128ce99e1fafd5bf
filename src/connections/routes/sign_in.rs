//! `GET` and `POST /o/{organization}/connections/{connection}/sign-in`, and turning it off.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::super::guide;
use super::super::model::{Connection, Directory, SignIn};
use super::super::pages::{SignInPage, sign_in_page};
use super::super::sign_in::{self, SignInForm, SignInSettings, configure_sign_in, turn_off_sign_in};
use super::{ConnectionPath, addresses, base, load};
use crate::app::App;
use crate::error::{Error, Problems, Result};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub(super) async fn show(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    let (connection, directory) = load(&mut app.db.read().await?, &admin, &id).await?;
    let form = stored(&connection);
    Ok(answer(&admin, ui, &app, StatusCode::OK, (connection, directory), form, Problems::default()).await)
}

pub(super) async fn submit(
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
    Form(form): Form<SignInForm>,
) -> PageResult {
    let (connection, directory) = load(&mut app.db.read().await?, &admin, &id).await?;
    match configure(&admin, &app, &connection, &form).await {
        Ok(SignIn::On) => {
            flash.good("The provider answered and its metadata is in order. Sign-in is on.").await;
            Ok(Redirect::to(&format!("{}/provisioning", base(&admin, &connection))).into_response())
        }
        // The page shows the problem that was kept with the draft.
        Ok(_) => Ok(Redirect::to(&format!("{}/sign-in", base(&admin, &connection))).into_response()),
        Err(Error::Invalid(problems)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(answer(&admin, ui, &app, status, (connection, directory), form, problems).await)
        }
        Err(error) => Err(error.into()),
    }
}

async fn configure(admin: &OrganizationAdmin, app: &App, connection: &Connection, form: &SignInForm) -> Result<SignIn> {
    let settings = SignInSettings::parse(connection, form)?;
    let discovered = sign_in::discover(&app.client, connection.provider, &settings).await;
    let mut tx = app.db.write().await?;
    let (connection, _) = load(&mut tx, admin, connection.id.as_str()).await?;
    let state = configure_sign_in(&mut tx, &admin.actor, &app.vault, &connection, &settings, &discovered).await?;
    tx.commit().await?;
    Ok(state)
}

pub(super) async fn turn_off(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    let mut tx = app.db.write().await?;
    let (connection, _) = load(&mut tx, &admin, &id).await?;
    let ended = turn_off_sign_in(&mut tx, &admin.actor, &connection).await?;
    tx.commit().await?;
    let done = match connection.sign_in {
        SignIn::Draft => "The draft is put away. Its settings are kept.".to_string(),
        SignIn::On | SignIn::Off => format!("Sign-in is off. {} ended.", ended.in_words()),
    };
    flash.good(done).await;
    Ok(Redirect::to(&format!("{}/sign-in", base(&admin, &connection))).into_response())
}

fn stored(connection: &Connection) -> SignInForm {
    SignInForm {
        address: connection.address.clone().unwrap_or_default(),
        tenant_id: connection.tenant_id.clone().unwrap_or_default(),
        client_id: connection.client_id.clone().unwrap_or_default(),
        ..SignInForm::default()
    }
}

async fn answer(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    status: StatusCode,
    (connection, directory): (Connection, Directory),
    form: SignInForm,
    problems: Problems,
) -> Response {
    let frame =
        admin.frame(Nav::Connections).crumb("Connections", format!("/o/{}/connections", admin.organization.slug));
    let head = Head::framed(connection.name.clone(), frame);
    let steps = guide::sign_in_steps(connection.provider, &addresses(&app.config, admin, &connection, &directory));
    let model = SignInPage { base: base(admin, &connection), connection, steps, form, problems };
    ui.page(status, head, move || sign_in_page(&model)).await
}
