//! `/o/{organization}/connections/{connection}/move`.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::pages::{MovePage, move_page};
use super::{move_people, prepare};
use crate::app::App;
use crate::connections::{self, SyncMode};
use crate::db::Db;
use crate::error::{Error, Problems, Result};
use crate::id::ConnectionId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new().route("/o/{organization}/connections/{connection}/move", get(show).post(submit))
}

type At = Path<(String, String)>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Target {
    to: String,
}

fn connection_id(text: &str) -> Result<ConnectionId> {
    ConnectionId::parse(text).ok_or(Error::NotFound("connection"))
}

async fn show(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): At,
    Query(target): Query<Target>,
    ui: Ui,
) -> PageResult {
    render(&db, &admin, ui, &id, StatusCode::OK, target.to, Problems::default()).await
}

async fn render(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    id: &str,
    status: StatusCode,
    to: String,
    mut problems: Problems,
) -> PageResult {
    let organization = &admin.organization.id;
    let mut tx = db.read().await?;
    let from = connections::find(&mut tx, organization, &connection_id(id)?).await?;
    let mut targets = connections::list(&mut tx, organization).await?;
    targets.retain(|other| other.id != from.id && other.sync_mode == SyncMode::Scim);
    let plan = match ConnectionId::parse(&to) {
        Some(target) => match prepare(&mut tx, organization, &from.id, &target).await {
            Ok(plan) => Some(plan),
            Err(error) if problems.is_empty() => {
                problems = error.into_problems("")?;
                None
            }
            Err(_) => None,
        },
        None => None,
    };
    let frame = admin.frame(Nav::Connections);
    let (all, base) = (frame.path("/connections"), frame.path(&format!("/connections/{}", from.id)));
    let people = frame.path("/users");
    let frame = frame.crumb("Connections", all).crumb(from.name.clone(), base.clone());
    let model = MovePage { base, people, from, targets, to, plan, viewer: admin.user.level, problems };
    Ok(ui.page(status, Head::framed("Move people", frame), move || move_page(&model)).await)
}

async fn submit(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): At,
    ui: Ui,
    flash: Flash,
    Form(form): Form<Target>,
) -> PageResult {
    let from = connection_id(&id)?;
    let mut tx = db.write().await?;
    let moved = match ConnectionId::parse(&form.to) {
        Some(to) => {
            let moved = move_people(&mut tx, &admin.actor, &admin.organization.id, &from, &to).await;
            moved.map(|moved| (moved, to))
        }
        None => Err(Error::invalid("to", "Choose the connection that they move to.")),
    };
    match moved {
        Ok((moved, to)) => {
            tx.commit().await?;
            let done = format!(
                "{} people moved: {} were there already and are one now, {} wait to be sent. {} stayed.",
                moved.merged + moved.moved,
                moved.merged,
                moved.moved,
                moved.stayed
            );
            flash.good(done).await;
            Ok(Redirect::to(&admin.frame(Nav::Connections).path(&format!("/connections/{to}"))).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            render(&db, &admin, ui, &id, StatusCode::UNPROCESSABLE_ENTITY, form.to, problems).await
        }
    }
}
