//! `/o/{organization}/schemas`: an organization's own schemas and resource types.

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::pages::{SchemasPage, schemas_page};
use super::{Extends, add, list, remove};
use crate::app::App;
use crate::error::{Error, Problems, Result};
use crate::id::SchemaDocumentId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

/// A document of an organization's own is longer than other forms, and encoded as one longer still.
const DOCUMENT_LIMIT: usize = 2 * 1024 * 1024;

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/schemas", get(show).post(submit).layer(DefaultBodyLimit::max(DOCUMENT_LIMIT)))
        .route("/o/{organization}/schemas/{schema}/remove", post(take_away))
}

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SchemaForm {
    pub document: String,
    /// `user`, `group` or empty.
    pub extends: String,
}

async fn show(admin: OrganizationAdmin, ui: Ui, State(app): State<App>) -> PageResult {
    Ok(answer(&admin, ui, &app, StatusCode::OK, SchemaForm::default(), Problems::default()).await?)
}

async fn submit(
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    State(app): State<App>,
    Form(form): Form<SchemaForm>,
) -> PageResult {
    match keep(&admin, &app, &form).await {
        Ok(word) => {
            flash.good(word).await;
            Ok(Redirect::to(&format!("/o/{}/schemas", admin.organization.slug)).into_response())
        }
        Err(Error::Invalid(problems)) => {
            Ok(answer(&admin, ui, &app, StatusCode::UNPROCESSABLE_ENTITY, form, problems).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn keep(admin: &OrganizationAdmin, app: &App, form: &SchemaForm) -> Result<String> {
    let document = serde_json::from_str(&form.document)
        .map_err(|error| Error::invalid("document", format!("This is no JSON: {error}.")))?;
    let extends = match form.extends.as_str() {
        "user" => Extends::User,
        "group" => Extends::Group,
        _ => Extends::Nothing,
    };
    let mut tx = app.db.write().await?;
    let added = add(&mut tx, &admin.actor, &admin.organization.id, document, extends).await?;
    tx.commit().await?;
    let verb = if added.replaced { "replaced" } else { "added" };
    Ok(format!("{} “{}” is {verb}.", added.kind.label(), added.name))
}

async fn take_away(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): Path<(String, String)>,
) -> PageResult {
    let id = SchemaDocumentId::parse(&id).ok_or(Error::NotFound("schema"))?;
    let mut tx = app.db.write().await?;
    remove(&mut tx, &admin.actor, &admin.organization.id, &id).await?;
    tx.commit().await?;
    flash.good("Removed. What was stored under it is kept, and not shown any more.").await;
    Ok(Redirect::to(&format!("/o/{}/schemas", admin.organization.slug)).into_response())
}

async fn answer(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    status: StatusCode,
    form: SchemaForm,
    problems: Problems,
) -> Result<Response> {
    let mut tx = app.db.read().await?;
    let documents = list(&mut tx, &admin.actor, &admin.organization.id).await?;
    let base = format!("/o/{}", admin.organization.slug);
    let frame = admin.frame(Nav::Connections).crumb("Connections", format!("{base}/connections"));
    let model = SchemasPage { base, documents, form, problems };
    Ok(ui.page(status, Head::framed("Schemas", frame), move || schemas_page(&model)).await)
}
