//! `/o/{organization}/connections/{connection}/brake`: what waits, and what an owner decides.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::discard::discard;
use super::pages::{BrakePage, ChangePage, brake_page, change_page};
use super::pending;
use super::release::release;
use super::store;
use crate::access::roles::pages::with_number;
use crate::actor::Level;
use crate::app::App;
use crate::connections::{self, Connection, Directory};
use crate::db::Tx;
use crate::directory::users::{break_glass, suspend};
use crate::error::{Error, Problems, Result};
use crate::id::{ConnectionId, PendingChangeId, UserId};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::link::page_number;
use crate::ui::{Flash, Frame, Head, Nav, Ui};

pub fn router() -> Router<App> {
    let brake = "/o/{organization}/connections/{connection}/brake";
    Router::new()
        .route(brake, get(show))
        .route(&format!("{brake}/release"), post(release_all))
        .route(&format!("{brake}/keep"), post(keep_all))
        .route(&format!("{brake}/suspend"), post(suspend_now))
        .route(&format!("{brake}/changes/{{change}}"), get(show_change))
}

type BrakePath = Path<(String, String)>;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    page: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DecisionForm {
    /// The last place in the line when the page was made: nobody decides about what they have not seen.
    seen: String,
}

impl DecisionForm {
    fn seen(&self) -> i64 {
        self.seen.parse().unwrap_or_default()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SuspendForm {
    user: String,
    /// The pending change on whose page the button stands; empty on the list.
    change: String,
}

/// The connection with its directory, both of this organization.
async fn load(tx: &mut Tx, admin: &OrganizationAdmin, id: &str) -> Result<(Connection, Directory)> {
    let id = ConnectionId::parse(id).ok_or(Error::NotFound("connection"))?;
    let connection = connections::find(tx, &admin.organization.id, &id).await?;
    let directory = connections::directory(tx, &id).await?.ok_or(Error::NotFound("directory"))?;
    Ok((connection, directory))
}

fn base(admin: &OrganizationAdmin, connection: &Connection) -> String {
    format!("/o/{}/connections/{}", admin.organization.slug, connection.id)
}

fn frame(admin: &OrganizationAdmin, connection: &Connection) -> Frame {
    let connections = format!("/o/{}/connections", admin.organization.slug);
    admin
        .frame(Nav::Connections)
        .crumb("Connections", connections)
        .crumb(connection.name.clone(), base(admin, connection))
}

async fn show(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id)): BrakePath,
    Query(asked): Query<Asked>,
) -> PageResult {
    list(&admin, ui, &app, &id, StatusCode::OK, page_number(&asked.page), Problems::default()).await
}

async fn list(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    id: &str,
    status: StatusCode,
    page: u64,
    problems: Problems,
) -> PageResult {
    let mut tx = app.db.read().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let waiting = pending::store::totals(&mut tx, &directory.id, i64::MAX).await?;
    let head = Head::framed(format!("Brake of {}", connection.name), frame(admin, &connection));
    let model = BrakePage {
        base: base(admin, &connection),
        users: admin.frame(Nav::Users).path("/users"),
        is_owner: admin.user.level == Level::Owner,
        brake: store::find(&mut tx, &directory.id).await?,
        changes: pending::list(&mut tx, &directory.id, page).await?,
        page,
        waiting,
        problems,
        now: tx.now(),
        connection,
    };
    Ok(ui.page(status, head, move || brake_page(&model)).await)
}

async fn show_change(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id, change)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> PageResult {
    let change = PendingChangeId::parse(&change).ok_or(Error::NotFound("pending change"))?;
    one(&admin, ui, &app, &id, &change, StatusCode::OK, page_number(&asked.page), Problems::default()).await
}

#[expect(clippy::too_many_arguments, reason = "the page, and how it is answered")]
async fn one(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    id: &str,
    change: &PendingChangeId,
    status: StatusCode,
    page: u64,
    problems: Problems,
) -> PageResult {
    let mut tx = app.db.read().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let change = pending::people(&mut tx, &directory.id, change, page).await?;
    let base = base(admin, &connection);
    let frame = frame(admin, &connection).crumb("Brake", format!("{base}/brake"));
    let model =
        ChangePage { base, users: admin.frame(Nav::Users).path("/users"), change, page, problems, now: tx.now() };
    let head = Head::framed("Pending change", frame);
    Ok(ui.page(status, head, move || change_page(&model)).await)
}

fn to_brake(admin: &OrganizationAdmin, connection: &Connection) -> Redirect {
    Redirect::to(&format!("{}/brake", base(admin, connection)))
}

async fn release_all(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): BrakePath,
    Form(form): Form<DecisionForm>,
) -> PageResult {
    let (connection, directory) = load(&mut app.db.read().await?, &admin, &id).await?;
    let released = release(&app, &admin.actor, &connection, &directory.id, form.seen()).await?;
    let done = format!(
        "{} applied: {} lost access.",
        with_number(released.changes, "change is", "changes are"),
        with_number(released.people.len() as i64, "person has", "people have")
    );
    let failed = match released.failed {
        0 => String::new(),
        failed => format!(
            " {} be applied and wait here with the reason.",
            with_number(failed, "change could not", "changes could not")
        ),
    };
    say(&flash, format!("{done}{failed}"), released.left).await;
    Ok(to_brake(&admin, &connection).into_response())
}

async fn keep_all(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): BrakePath,
    Form(form): Form<DecisionForm>,
) -> PageResult {
    let (connection, directory) = load(&mut app.db.read().await?, &admin, &id).await?;
    let kept = discard(&app, &admin.actor, &connection, &directory.id, form.seen()).await?;
    let (changes, people) = (
        with_number(kept.changes, "change is", "changes are"),
        with_number(kept.people, "person keeps", "people keep"),
    );
    say(&flash, format!("{changes} discarded: {people} their access."), kept.left).await;
    Ok(to_brake(&admin, &connection).into_response())
}

async fn say(flash: &Flash, done: String, left: i64) {
    match left {
        0 => flash.good(format!("{done} The brake is open.")).await,
        left => {
            let left = with_number(left, "change waits", "changes wait");
            flash
                .bad(format!("{done} {left}: what came after you had looked, or was not reached in time. Look again."))
                .await;
        }
    }
}

/// The one thing that does not wait: whatever is decided later, the person stays out.
async fn suspend_now(
    admin: OrganizationAdmin,
    ui: Ui,
    flash: Flash,
    State(app): State<App>,
    Path((_, id)): BrakePath,
    Form(form): Form<SuspendForm>,
) -> PageResult {
    let user = UserId::parse(&form.user).ok_or(Error::NotFound("user"))?;
    let change = PendingChangeId::parse(&form.change);
    let mut tx = app.db.write().await?;
    let (connection, _) = load(&mut tx, &admin, &id).await?;
    let reason = format!("{} asked to take access away, and its brake is closed", connection.name);
    match suspend(&mut tx, &admin.actor, &admin.organization.id, &user, &reason).await {
        Ok(suspended) => {
            tx.commit().await?;
            let ended = suspended.ended.in_words();
            flash.good(format!("{} is suspended; {ended} ended.", suspended.user.display_name)).await;
            let to = change.map_or_else(String::new, |change| format!("/changes/{change}"));
            Ok(Redirect::to(&format!("{}/brake{to}", base(&admin, &connection))).into_response())
        }
        Err(error) => {
            drop(tx);
            break_glass::record_refusal(&app.db, &admin.actor, &error).await?;
            let (status, problems) = (StatusCode::UNPROCESSABLE_ENTITY, error.into_problems("")?);
            match change {
                Some(change) => one(&admin, ui, &app, &id, &change, status, 1, problems).await,
                None => list(&admin, ui, &app, &id, status, 1, problems).await,
            }
        }
    }
}
