//! `GET` and `POST /o/{organization}/connections/{connection}/sign-in`, and turning it off.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};

use super::super::guide;
use super::super::model::{Connection, Directory, SignIn, logout_uri};
use super::super::pages::{SignInPage, sign_in_page};
use super::super::sign_in::{self, SignInForm, SignInSettings, configure_sign_in, turn_off_sign_in};
use super::{ConnectionPath, addresses, base, load};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Problems, Result};
use crate::events::{self, Filter};
use crate::sessions::Recency;
use crate::sessions::guard::OrganizationAdmin;
use crate::sso::ClientAuthentication;
use crate::sso::client_keys::{self, NewKey};
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

/// How many of the newest refusals the tab shows; Activity has all.
const REFUSALS: u64 = 5;

pub(super) async fn show(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    let (connection, directory) = load(&mut app.db.read().await?, &admin, &id).await?;
    let form = stored(&connection);
    answer(&admin, ui, &app, StatusCode::OK, (connection, directory), form, Problems::default()).await
}

pub(super) async fn submit(
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    State(app): State<App>,
    recency: Recency,
    Path((_, id)): ConnectionPath,
    Form(form): Form<SignInForm>,
) -> PageResult {
    let (connection, directory) = load(&mut app.db.read().await?, &admin, &id).await?;
    match configure(&admin, &app, &connection, &form, recency).await {
        Ok(SignIn::On) => {
            flash.good("The provider answered and its metadata is in order. Sign-in is on.").await;
            Ok(Redirect::to(&format!("{}/provisioning", base(&admin, &connection))).into_response())
        }
        // The page shows the problem that was kept with the draft.
        Ok(_) => Ok(Redirect::to(&format!("{}/sign-in", base(&admin, &connection))).into_response()),
        Err(error) => {
            let problems = error.into_problems("")?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            answer(&admin, ui, &app, status, (connection, directory), form, problems).await
        }
    }
}

async fn configure(
    admin: &OrganizationAdmin,
    app: &App,
    connection: &Connection,
    form: &SignInForm,
    recency: Recency,
) -> Result<SignIn> {
    let settings = SignInSettings::parse(connection, form)?;
    let discovered = sign_in::discover(&app.client, connection.provider, &settings).await;
    let first_key = first_key(app, connection, &settings).await?;
    let mut tx = app.db.write().await?;
    let (connection, _) = load(&mut tx, admin, connection.id.as_str()).await?;
    let state =
        configure_sign_in(&mut tx, &admin.actor, &app.vault, &connection, &settings, &discovered, recency).await?;
    if let Some(key) = first_key {
        rotate(&mut tx, admin, app, &connection, key).await?;
    }
    tx.commit().await?;
    Ok(state)
}

/// Whoever chooses `private_key_jwt` for the first time needs a key; made before the transaction, for it takes a moment.
async fn first_key(app: &App, connection: &Connection, settings: &SignInSettings) -> Result<Option<NewKey>> {
    let chosen = settings.client_authentication == Some(ClientAuthentication::PrivateKeyJwt);
    if !chosen || client_keys::exists(&mut app.db.read().await?, &connection.id).await? {
        return Ok(None);
    }
    client_keys::make().await.map(Some)
}

async fn rotate(tx: &mut Tx, admin: &OrganizationAdmin, app: &App, connection: &Connection, key: NewKey) -> Result<()> {
    let about = (&connection.organization_id, &connection.id, connection.name.as_str());
    client_keys::rotate(tx, &admin.actor, &app.vault, about, key).await
}

pub(super) async fn new_key(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
) -> PageResult {
    let (connection, _) = load(&mut app.db.read().await?, &admin, &id).await?;
    let key = client_keys::make().await?;
    let mut tx = app.db.write().await?;
    rotate(&mut tx, &admin, &app, &connection, key).await?;
    tx.commit().await?;
    flash.good("The new key signs from now on. The former one stays published for a day.").await;
    Ok(Redirect::to(&format!("{}/sign-in", base(&admin, &connection))).into_response())
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
        client_authentication: connection.client_authentication.map_or("", ClientAuthentication::as_str).to_string(),
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
) -> PageResult {
    let frame =
        admin.frame(Nav::Connections).crumb("Connections", format!("/o/{}/connections", admin.organization.slug));
    let head = Head::framed(connection.name.clone(), frame);
    let steps = guide::sign_in_steps(connection.provider, &addresses(&app.config, admin, &connection, &directory));
    let mut tx = app.db.read().await?;
    let filter = Filter { kind: "sign_in.refused".into(), subject: connection.id.to_string(), ..Filter::default() };
    let refused = events::list(&mut tx, &admin.organization.id, &filter, REFUSALS).await?;
    let now = tx.now();
    drop(tx);
    let model = SignInPage {
        base: base(admin, &connection),
        keys_uri: client_keys::address(&app.config.public_url, &connection.id),
        logout_uri: logout_uri(&app.config.public_url, &connection.id),
        activity: format!("/o/{}/activity", admin.organization.slug),
        connection,
        steps,
        form,
        problems,
        refused,
        now,
    };
    Ok(ui.page(status, head, move || sign_in_page(&model)).await)
}
