//! `/cli/authorize`: the signed-in person is asked whether the terminal may act as them, and says yes or no.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;
use tower_sessions::Session;

use super::page::{confirm_page, problem_page};
use super::request::{Asked, Parameters, Problem};
use super::{CODE_LIFETIME, store};
use crate::app::App;
use crate::error::Result;
use crate::id::ConnectionId;
use crate::sessions::guard::SignedIn;
use crate::sessions::lost;
use crate::sessions::return_to::with_query;
use crate::sessions::store as sessions;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Ui};
use crate::vault::{self, BASE62};

const TITLE: &str = "Sign in from a terminal";

#[derive(Deserialize)]
pub(super) struct Decision {
    #[serde(flatten)]
    parameters: Parameters,
    #[serde(default)]
    decision: String,
}

/// A link that somebody follows unknowingly does nothing: it takes the person's own click on a form of ours.
pub(super) async fn show(one: SignedIn, ui: Ui, Query(parameters): Query<Parameters>) -> PageResult {
    match parameters.check() {
        Ok(asked) => {
            let (name, organization) = (one.user.display_name, one.organization.name);
            let view = move || confirm_page(&parameters, &asked.device, &name, &organization);
            Ok(ui.ok(Head::plain(TITLE), view).await)
        }
        Err(problem) => refuse(ui, problem).await,
    }
}

pub(super) async fn decide(
    State(app): State<App>,
    one: SignedIn,
    session: Session,
    ui: Ui,
    Form(Decision { parameters, decision }): Form<Decision>,
) -> PageResult {
    let asked = match parameters.check() {
        Ok(asked) => asked,
        Err(problem) => return refuse(ui, problem).await,
    };
    let answer = match decision.as_str() {
        "allow" => {
            let connection = session.get::<ConnectionId>(sessions::CONNECTION).await.map_err(lost)?;
            ("code", issue(&app, &one, &asked, connection.as_ref()).await?)
        }
        _ => ("error", "access_denied".to_string()),
    };
    let pairs = [(answer.0, Some(answer.1.as_str())), ("state", Some(asked.state.as_str()))];
    Ok(Redirect::to(&with_query(&asked.redirect_uri, &pairs)).into_response())
}

async fn issue(app: &App, one: &SignedIn, asked: &Asked, connection: Option<&ConnectionId>) -> Result<String> {
    let code = vault::random_text(BASE62, 43);
    let mut tx = app.db.write().await?;
    sessions::require_access(&mut tx, one.user.id.as_str()).await?;
    let expires_at = tx.now().plus(CODE_LIFETIME);
    store::insert_code(&mut tx, &vault::digest(&code), &one.user.id, connection, asked, &expires_at).await?;
    tx.commit().await?;
    Ok(code)
}

async fn refuse(ui: Ui, problem: Problem) -> PageResult {
    match problem {
        Problem::Back(address) => Ok(Redirect::to(&address).into_response()),
        Problem::Here(text) => {
            Ok(ui.page(StatusCode::BAD_REQUEST, Head::plain(TITLE), move || problem_page(text)).await)
        }
    }
}
