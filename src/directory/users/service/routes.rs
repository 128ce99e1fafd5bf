//! `/o/{organization}/service-accounts`: the list, making one, changing one, taking one over.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::pages::{FormPage, ListPage, form_page, list_page};
use super::{ServiceForm, change, create, store, take_over};
use crate::app::App;
use crate::db::Db;
use crate::directory::users::find;
use crate::error::{Error, Problems};
use crate::id::UserId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::link::page_number;
use crate::ui::{Flash, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/service-accounts", get(show_list))
        .route("/o/{organization}/service-accounts/new", get(show_new).post(submit_new))
        .route("/o/{organization}/service-accounts/{user}/edit", get(show_edit).post(submit_edit))
        .route("/o/{organization}/service-accounts/{user}/take-over", post(take))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    page: String,
}

fn user_id(text: &str) -> Result<UserId, Error> {
    UserId::parse(text).ok_or(Error::NotFound("service account"))
}

async fn show_list(State(db): State<Db>, admin: OrganizationAdmin, Query(asked): Query<Asked>, ui: Ui) -> PageResult {
    let frame = admin.frame(Nav::Users);
    let page = page_number(&asked.page);
    let mut tx = db.read().await?;
    let (accounts, total) = store::list(&mut tx, &admin.organization.id, page).await?;
    let without = store::without_answerable(&mut tx, &admin.organization.id).await?;
    let model = ListPage { base: frame.path(""), accounts, without, page, total, now: tx.now() };
    let users = frame.path("/users");
    Ok(ui.ok(Head::framed("Service accounts", frame.crumb("Users", users)), move || list_page(&model)).await)
}

async fn show_new(admin: OrganizationAdmin, ui: Ui) -> PageResult {
    // Whoever makes an account answers for it, unless another person is named.
    let form = ServiceForm { answerable: admin.user.user_name.clone(), ..ServiceForm::default() };
    show_form(&admin, ui, StatusCode::OK, None, form, Problems::default()).await
}

async fn submit_new(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    Form(form): Form<ServiceForm>,
) -> PageResult {
    let mut tx = db.write().await?;
    match create(&mut tx, &admin.actor, &admin.organization.id, &form).await {
        Ok(account) => {
            tx.commit().await?;
            flash.good(format!("{} is made. Give it roles, and an API key to call with.", account.display_name)).await;
            Ok(to_account(&admin, &account.id).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            show_form(&admin, ui, StatusCode::UNPROCESSABLE_ENTITY, None, form, problems).await
        }
    }
}

async fn show_edit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.read().await?;
    let account = find(&mut tx, &admin.organization.id, &id).await?.filter(|user| user.is_service());
    let account = account.ok_or(Error::NotFound("service account"))?;
    let answerable = match store::answerable_of(&mut tx, &account).await?.filter(|person| person.is_here) {
        Some(person) => store::called(&mut tx, &admin.organization.id, &person.id).await?,
        None => String::new(),
    };
    let form = ServiceForm { name: account.display_name, answerable };
    show_form(&admin, ui, StatusCode::OK, Some(id), form, Problems::default()).await
}

async fn submit_edit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(form): Form<ServiceForm>,
) -> PageResult {
    let id = user_id(&id)?;
    let mut tx = db.write().await?;
    match change(&mut tx, &admin.actor, &admin.organization.id, &id, &form).await {
        Ok(account) => {
            tx.commit().await?;
            flash.good(format!("{} is saved.", account.display_name)).await;
            Ok(to_account(&admin, &id).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            show_form(&admin, ui, StatusCode::UNPROCESSABLE_ENTITY, Some(id), form, problems).await
        }
    }
}

async fn take(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    flash: Flash,
) -> PageResult {
    let mut tx = db.write().await?;
    let account = take_over(&mut tx, &admin.actor, &admin.organization.id, &user_id(&id)?).await?;
    tx.commit().await?;
    flash.good(format!("You answer for {} now.", account.display_name)).await;
    Ok(Redirect::to(&admin.frame(Nav::Users).path("/service-accounts")).into_response())
}

fn to_account(admin: &OrganizationAdmin, id: &UserId) -> Redirect {
    Redirect::to(&admin.frame(Nav::Users).path(&format!("/users/{id}")))
}

/// `id` is the account that is changed; a new one has none.
async fn show_form(
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    id: Option<UserId>,
    form: ServiceForm,
    problems: Problems,
) -> PageResult {
    let frame = admin.frame(Nav::Users);
    let accounts = frame.path("/service-accounts");
    let action = match &id {
        Some(id) => format!("{accounts}/{id}/edit"),
        None => format!("{accounts}/new"),
    };
    let model = FormPage { action, is_new: id.is_none(), form, problems };
    let head = Head::framed(model.title(), frame.crumb("Service accounts", accounts));
    Ok(ui.page(status, head, move || form_page(&model)).await)
}
