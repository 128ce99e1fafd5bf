//! `GET /auth/start/{connection}`: a button of ours. `GET /auth/initiate/{connection}`: a tile of the provider's.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;
use tower_sessions::Session;

use super::{find, record};
use crate::app::App;
use crate::http::limits::What;
use crate::sessions::attempt::{self, Origin};
use crate::sessions::{Refusal, ReturnTo};
use crate::sso::flow::{Pending, Purpose, authorization_request};
use crate::text;
use crate::ui::Ui;
use crate::ui::errors::PageResult;

#[derive(Deserialize)]
pub struct Wanted {
    login_hint: Option<String>,
    return_to: Option<String>,
}

/// OpenID Connect Core 4, initiating login from a third party.
#[derive(Deserialize)]
pub struct Initiated {
    iss: Option<String>,
    login_hint: Option<String>,
    target_link_uri: Option<String>,
}

pub async fn start(
    State(app): State<App>,
    Path(connection): Path<String>,
    Query(wanted): Query<Wanted>,
    origin: Origin,
    session: Session,
    ui: Ui,
) -> PageResult {
    let return_to = wanted.return_to.as_deref().and_then(ReturnTo::parse);
    let wish = Wish { issuer: None, login_hint: wanted.login_hint, return_to };
    begin(app, connection, wish, &origin, session, ui).await
}

pub async fn initiate(
    State(app): State<App>,
    Path(connection): Path<String>,
    Query(initiated): Query<Initiated>,
    origin: Origin,
    session: Session,
    ui: Ui,
) -> PageResult {
    // The target comes from outside: followed only where it is a page of ours.
    let rest = initiated.target_link_uri.as_deref().and_then(|target| target.strip_prefix(&app.config.public_url));
    let return_to = rest.filter(|rest| *rest != "/").and_then(ReturnTo::parse);
    let wish = Wish { issuer: initiated.iss, login_hint: initiated.login_hint, return_to };
    begin(app, connection, wish, &origin, session, ui).await
}

/// What somebody brings along who leaves for a provider.
struct Wish {
    /// Who sent them, where a provider did.
    issuer: Option<String>,
    login_hint: Option<String>,
    return_to: Option<ReturnTo>,
}

async fn begin(app: App, connection: String, wish: Wish, origin: &Origin, session: Session, ui: Ui) -> PageResult {
    let Wish { issuer, login_hint, return_to } = wish;
    let asked = find(&app, &connection).await?;
    attempt::admit_anybody(&app, What::Leave, Some(&asked.organization), origin).await?;
    let (subject, organization) = (asked.subject(), asked.organization.clone());
    let ready = match asked.ready(&app).await? {
        Ok(ready) => match issuer.filter(|issuer| *issuer != ready.metadata.issuer) {
            None => Ok(ready),
            Some(issuer) => Err(foreign(&issuer, &ready.metadata.issuer)),
        },
        Err(refusal) => Err(refusal),
    };
    let ready = match ready {
        Ok(ready) => ready,
        Err(refusal) => {
            record(&app, &organization, subject, &refusal).await?;
            return Ok(refusal.page(ui, Some(&organization)).await);
        }
    };
    let pending = Pending::new(ready.id.clone(), return_to.as_ref(), Purpose::SignIn, app.db.clock().now());
    let hint = login_hint.filter(|hint| !hint.is_empty() && hint.len() <= 300);
    let url = authorization_request(&ready, &pending, &app.config.public_url, hint.as_deref())?;
    pending.remember(&session).await?;
    Ok(Redirect::to(url.as_str()).into_response())
}

fn foreign(found: &str, expected: &str) -> Refusal {
    let text = "The identity provider that sent you here is not the one of this connection. Start again from your sign-in page.";
    Refusal::new("sign_in_wrong_issuer", StatusCode::BAD_REQUEST, text)
        .fact("Expected issuer", expected)
        .fact("Found issuer", text::shorten(found, 300))
}
