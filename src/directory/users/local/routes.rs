//! `/o/{organization}/users/invite` and `…/{user}/password-link`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Form, Router};

use super::pages::{InvitePage, LinkPage, invite_page, link_page};
use super::{InvitationForm, deletion, invite, make_link, profile};
use crate::app::App;
use crate::error::{Error, Problems};
use crate::id::UserId;
use crate::sessions::guard::OrganizationAdmin;
use crate::sessions::local::links::{self, Purpose};
use crate::sessions::local::sso;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/users/invite", get(show).post(submit))
        .route("/o/{organization}/users/{user}/password-link", post(another))
        .merge(profile::routes::router())
        .merge(deletion::routes::router())
}

async fn show(State(app): State<App>, admin: OrganizationAdmin, ui: Ui) -> PageResult {
    let form = InvitationForm { level: "member".into(), ..InvitationForm::default() };
    render(&app, &admin, ui, StatusCode::OK, form, Problems::default()).await
}

/// The POST itself shows the link. Sent twice, the form makes nobody new: the address is taken then.
async fn submit(
    State(app): State<App>,
    admin: OrganizationAdmin,
    ui: Ui,
    Form(form): Form<InvitationForm>,
) -> PageResult {
    let mut tx = app.db.write().await?;
    match invite(&mut tx, &admin.actor, &admin.organization.id, &form).await {
        Ok((user, secret)) => {
            tx.commit().await?;
            let address = links::address(&app.config.public_url, &secret);
            Ok(show_link(&admin, ui, &user, Purpose::Invitation, address).await)
        }
        Err(error) => {
            drop(tx);
            render(&app, &admin, ui, StatusCode::UNPROCESSABLE_ENTITY, form, error.into_problems("level")?).await
        }
    }
}

async fn another(
    State(app): State<App>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    let id = UserId::parse(&id).ok_or(Error::NotFound("user"))?;
    let mut tx = app.db.write().await?;
    let (user, purpose, secret) = make_link(&mut tx, &admin.actor, &admin.organization.id, &id).await?;
    tx.commit().await?;
    let address = links::address(&app.config.public_url, &secret);
    Ok(show_link(&admin, ui, &user, purpose, address).await)
}

async fn show_link(
    admin: &OrganizationAdmin,
    ui: Ui,
    user: &super::User,
    purpose: Purpose,
    address: String,
) -> Response {
    let frame = admin.frame(Nav::Users);
    let href = frame.path(&format!("/users/{}", user.id));
    let model = LinkPage { href, name: user.display_name.clone(), purpose, address };
    let users = frame.path("/users");
    ui.ok(Head::framed("Link", frame.crumb("Users", users)), move || link_page(&model)).await
}

async fn render(
    app: &App,
    admin: &OrganizationAdmin,
    ui: Ui,
    status: StatusCode,
    form: InvitationForm,
    problems: Problems,
) -> PageResult {
    let frame = admin.frame(Nav::Users);
    let mut tx = app.db.read().await?;
    let sso_required = sso::required(&mut tx, &admin.organization.id).await?.required;
    drop(tx);
    let model = InvitePage { base: frame.path(""), level: admin.user.level, sso_required, form, problems };
    let users = frame.path("/users");
    let head = Head::framed("Invite a person", frame.crumb("Users", users));
    Ok(ui.page(status, head, move || invite_page(&model)).await)
}
