//! `/o/{organization}/users/{user}/keys`: making and revoking the keys of a service account.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use secrecy::SecretString;

use super::pages::{MadePage, NewPage, made_page, new_page};
use super::{KeyForm, create, revoke};
use crate::app::App;
use crate::connections::tokens::Expiry;
use crate::db::{Db, Tx};
use crate::directory::users::{self, User};
use crate::error::{Error, Problems, Result};
use crate::id::{ApiKeyId, UserId};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Frame, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/users/{user}/keys", post(submit))
        .route("/o/{organization}/users/{user}/keys/new", get(show))
        .route("/o/{organization}/users/{user}/keys/{key}/revoke", post(end))
}

async fn load(tx: &mut Tx, admin: &OrganizationAdmin, id: &str) -> Result<User> {
    let id = UserId::parse(id).ok_or(Error::NotFound("user"))?;
    users::find(tx, &admin.organization.id, &id).await?.ok_or(Error::NotFound("user"))
}

async fn show(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    let user = load(&mut db.read().await?, &admin, &id).await?;
    if !user.is_service() {
        return Err(Error::NotFound("service account").into());
    }
    let form = KeyForm { expires: Expiry::Quarter.as_str().into(), ..KeyForm::default() };
    show_form(&admin, ui, StatusCode::OK, &user, form, Problems::default()).await
}

/// The POST itself shows the key: it stands in no address, no cookie and no session.
async fn submit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    Form(form): Form<KeyForm>,
) -> PageResult {
    let mut tx = db.write().await?;
    let user = load(&mut tx, &admin, &id).await?;
    match create(&mut tx, &admin.actor, &user, &form).await {
        Ok(Some(secret)) => {
            tx.commit().await?;
            show_key(&admin, ui, &user, secret).await
        }
        Ok(None) => {
            drop(tx);
            let mut problems = Problems::default();
            problems.add("", "This form was sent before: what it makes was made and shown then. If you did not store the key, revoke it and make another.");
            show_form(&admin, ui, StatusCode::UNPROCESSABLE_ENTITY, &user, form, problems).await
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            show_form(&admin, ui, StatusCode::UNPROCESSABLE_ENTITY, &user, form, problems).await
        }
    }
}

async fn end(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id, key)): Path<(String, String, String)>,
    flash: Flash,
) -> PageResult {
    let key = ApiKeyId::parse(&key).ok_or(Error::NotFound("API key"))?;
    let mut tx = db.write().await?;
    let user = load(&mut tx, &admin, &id).await?;
    let key = revoke(&mut tx, &admin.actor, &user, &key).await?;
    tx.commit().await?;
    flash.good(format!("The key {} is revoked. Calls that bring it are refused from now on.", key.name)).await;
    Ok(Redirect::to(&path_of(&admin, &user)).into_response())
}

fn path_of(admin: &OrganizationAdmin, user: &User) -> String {
    admin.frame(Nav::Users).path(&format!("/users/{}", user.id))
}

fn frame(admin: &OrganizationAdmin, user: &User) -> Frame {
    let frame = admin.frame(Nav::Users);
    let accounts = frame.path("/service-accounts");
    frame.crumb("Service accounts", accounts).crumb(user.display_name.clone(), path_of(admin, user))
}

async fn show_key(admin: &OrganizationAdmin, ui: Ui, user: &User, secret: SecretString) -> PageResult {
    let model = MadePage { name: user.display_name.clone(), href: path_of(admin, user), secret };
    Ok(ui.ok(Head::framed("API key", frame(admin, user)), move || made_page(&model)).await)
}

async fn show_form(
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    user: &User,
    form: KeyForm,
    problems: Problems,
) -> PageResult {
    let model = NewPage { base: path_of(admin, user), name: user.display_name.clone(), form, problems };
    Ok(ui.page(status, Head::framed("Make an API key", frame(admin, user)), move || new_page(&model)).await)
}
