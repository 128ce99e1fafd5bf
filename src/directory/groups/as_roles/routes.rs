//! `/o/{organization}/connections/{connection}/groups-are-roles`: what the switch would do, and the switch.

use axum::Form;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use serde::Deserialize;

use super::offers::realm;
use super::pages::{SwitchPage, switch_page};
use super::plan::Plan;
use super::switch::look;
use super::{store, turn_off, turn_on};
use crate::access::roles::effects::{Affected, gained_by};
use crate::access::roles::pages::with_number;
use crate::app::App;
use crate::connections::{self, Connection, Directory};
use crate::db::{Db, Tx};
use crate::error::{Error, Problems, Result};
use crate::id::ConnectionId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new().route("/o/{organization}/connections/{connection}/groups-are-roles", get(show).post(switch))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SwitchForm {
    to: String,
}

async fn show(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    page(&db, &admin, ui, StatusCode::OK, &id, Problems::default()).await
}

async fn page(
    db: &Db,
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    id: &str,
    problems: Problems,
) -> PageResult {
    let mut tx = db.read().await?;
    let (connection, directory) = find(&mut tx, admin, id).await?;
    let on = store::is_on(&mut tx, &directory.id).await?;
    let (plan, gained, people) = match on {
        true => (Plan::default(), Affected::default(), 0),
        false => {
            let plan = look(&mut tx, &connection, &directory.id).await?;
            let pairs: Vec<_> = plan.linked.iter().map(|(group, role)| (group.id.clone(), role.id.clone())).collect();
            let gained = gained_by(&mut tx, &pairs).await?;
            let people = store::people_in_groups(&mut tx, &realm(&admin.organization.id, &directory.id)).await?;
            (plan, gained, people)
        }
    };
    let frame = admin.frame(Nav::Connections);
    let (base, at) = (frame.path(""), frame.path(&format!("/connections/{}", connection.id)));
    let frame =
        frame.clone().crumb("Connections", frame.path("/connections")).crumb(connection.name.clone(), at.clone());
    let name = connection.name;
    let model = SwitchPage { base, connection: at, name, on, plan, gained, people, problems };
    Ok(ui.page(status, Head::framed("Groups as roles", frame), move || switch_page(&model)).await)
}

async fn switch(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
    flash: Flash,
    Form(form): Form<SwitchForm>,
) -> PageResult {
    let mut tx = db.write().await?;
    let (connection, directory) = find(&mut tx, &admin, &id).await?;
    let switched = match form.to.as_str() {
        "on" => turn_on(&mut tx, &admin.actor, &connection, &directory.id).await,
        "off" => turn_off(&mut tx, &admin.actor, &connection, &directory.id).await,
        _ => Err(Error::invalid("to", "Choose on or off. Nothing was changed.")),
    };
    match switched {
        Ok(switched) => {
            tx.commit().await?;
            let word = match form.to.as_str() {
                "on" => format!(
                    "Every pushed group is a role: {} linked, {} made.",
                    with_number(switched.linked as i64, "role", "roles"),
                    with_number(switched.made as i64, "role", "roles"),
                ),
                _ => format!("{} are yours now.", with_number(switched.released as i64, "role", "roles")),
            };
            flash.good(word).await;
            let settings = format!("/connections/{}/settings", connection.id);
            Ok(Redirect::to(&admin.frame(Nav::Connections).path(&settings)).into_response())
        }
        Err(error) => {
            drop(tx);
            let problems = error.into_problems("")?;
            page(&db, &admin, ui, StatusCode::UNPROCESSABLE_ENTITY, &id, problems).await
        }
    }
}

async fn find(tx: &mut Tx, admin: &OrganizationAdmin, id: &str) -> Result<(Connection, Directory)> {
    let id = ConnectionId::parse(id).ok_or(Error::NotFound("connection"))?;
    let connection = connections::find(tx, &admin.organization.id, &id).await?;
    let directory = connections::directory(tx, &id).await?.ok_or(Error::NotFound("directory"))?;
    Ok((connection, directory))
}
