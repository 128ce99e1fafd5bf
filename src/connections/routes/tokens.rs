//! `…/tokens`: making, rotating and revoking tokens and client secrets.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use secrecy::SecretString;

use super::super::pages::{RotatePage, TokensPart, rotate_page};
use super::super::tokens::{self, Kind, Overlap, RotateForm, TokenForm};
use super::{ConnectionPath, base, load, oauth, provisioning};
use crate::app::App;
use crate::connections::Connection;
use crate::error::{Error, Problems, Result};
use crate::id::{DirectoryId, TokenId};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Flash, Head, Nav, Ui};

type TokenPath = Path<(String, String, String)>;

/// What a form about tokens came to.
pub(super) struct Outcome {
    pub made: Option<SecretString>,
    pub form: TokenForm,
    pub problems: Problems,
}

impl Outcome {
    /// Of no form.
    pub fn none() -> Self {
        Self { made: None, form: TokenForm::default(), problems: Problems::default() }
    }

    /// `None` where the form's token was made before.
    fn of(made: Option<SecretString>) -> (StatusCode, Self) {
        let mut problems = Problems::default();
        let status = if made.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        if made.is_none() {
            problems.add("name", "This form was sent before: what it makes was made and shown then. If you did not store it, revoke it and make another.");
        }
        (status, Self { made, problems, ..Self::none() })
    }
}

/// The part of a page that lists tokens of that kind.
pub(super) async fn part(
    tx: &mut crate::db::Tx,
    base: &str,
    connection: &Connection,
    directory: &DirectoryId,
    kind: Kind,
    outcome: Outcome,
) -> Result<TokensPart> {
    Ok(TokensPart {
        base: base.to_string(),
        provider: connection.provider,
        kind,
        tokens: tokens::list(tx, directory, kind).await?,
        form: outcome.form,
        problems: outcome.problems,
        made: outcome.made,
        now: tx.now(),
    })
}

/// The POST itself shows the token: it stands in no address, no cookie and no session.
pub(super) async fn create(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id)): ConnectionPath,
    Form(form): Form<TokenForm>,
) -> PageResult {
    let kind = Kind::parse(&form.kind).unwrap_or(Kind::Bearer);
    let (status, outcome) = match make(&admin, &app, &id, &form).await {
        Ok(made) => Outcome::of(made),
        Err(Error::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, Outcome { made: None, form, problems }),
        Err(error) => return Err(error.into()),
    };
    Ok(listing(&admin, ui, &app, &id, kind, status, outcome).await?)
}

async fn make(admin: &OrganizationAdmin, app: &App, id: &str, form: &TokenForm) -> Result<Option<SecretString>> {
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let made = tokens::create(&mut tx, &admin.actor, &connection, &directory, form).await?;
    tx.commit().await?;
    Ok(made)
}

pub(super) async fn show_rotation(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id, token)): TokenPath,
) -> PageResult {
    let form = RotateForm { overlap: Overlap::Day.as_str().into(), ..RotateForm::default() };
    Ok(rotation(&admin, ui, &app, (&id, &token_id(&token)?), StatusCode::OK, form, Problems::default()).await?)
}

pub(super) async fn rotate(
    admin: OrganizationAdmin,
    ui: Ui,
    State(app): State<App>,
    Path((_, id, token)): TokenPath,
    Form(form): Form<RotateForm>,
) -> PageResult {
    let token = token_id(&token)?;
    match replace(&admin, &app, &id, &token, &form).await {
        Ok((kind, made)) => {
            let (status, outcome) = Outcome::of(made);
            Ok(listing(&admin, ui, &app, &id, kind, status, outcome).await?)
        }
        Err(Error::Invalid(problems)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(rotation(&admin, ui, &app, (&id, &token), status, form, problems).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn replace(
    admin: &OrganizationAdmin,
    app: &App,
    id: &str,
    token: &TokenId,
    form: &RotateForm,
) -> Result<(Kind, Option<SecretString>)> {
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let kind = tokens::find(&mut tx, &directory.id, token).await?.kind;
    let made = tokens::rotate(&mut tx, &admin.actor, &connection, &directory, token, form).await?;
    tx.commit().await?;
    Ok((kind, made))
}

pub(super) async fn revoke(
    admin: OrganizationAdmin,
    flash: Flash,
    State(app): State<App>,
    Path((_, id, token)): TokenPath,
) -> PageResult {
    let token = token_id(&token)?;
    let mut tx = app.db.write().await?;
    let (connection, directory) = load(&mut tx, &admin, &id).await?;
    let revoked = tokens::revoke(&mut tx, &admin.actor, &connection, &directory, &token).await?;
    tx.commit().await?;
    flash.good(&format!("The {} is revoked. Calls that bring it are refused from now on.", revoked.kind.noun())).await;
    Ok(Redirect::to(&list_of(&base(&admin, &connection), revoked.kind)).into_response())
}

fn token_id(text: &str) -> Result<TokenId> {
    TokenId::parse(text).ok_or(Error::NotFound("token"))
}

/// The page that lists tokens of that kind.
fn list_of(base: &str, kind: Kind) -> String {
    match kind {
        Kind::Bearer => format!("{base}/provisioning"),
        Kind::ClientSecret => format!("{base}/provisioning/oauth"),
    }
}

async fn listing(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    id: &str,
    kind: Kind,
    status: StatusCode,
    outcome: Outcome,
) -> Result<Response> {
    match kind {
        Kind::Bearer => provisioning::answer(admin, ui, app, id, status, outcome).await,
        Kind::ClientSecret => oauth::answer(admin, ui, app, id, status, outcome, None).await,
    }
}

async fn rotation(
    admin: &OrganizationAdmin,
    ui: Ui,
    app: &App,
    (id, token): (&str, &TokenId),
    status: StatusCode,
    form: RotateForm,
    problems: Problems,
) -> Result<Response> {
    let mut tx = app.db.read().await?;
    let (connection, directory) = load(&mut tx, admin, id).await?;
    let token = tokens::find(&mut tx, &directory.id, token).await?;
    let base = base(admin, &connection);
    let frame = admin
        .frame(Nav::Connections)
        .crumb("Connections", format!("/o/{}/connections", admin.organization.slug))
        .crumb(connection.name.clone(), base.clone());
    let head = Head::framed(format!("Rotate a {}", token.kind.noun()), frame);
    let back = list_of(&base, token.kind);
    let model = RotatePage { base, back, provider: connection.provider, token, form, problems };
    Ok(ui.page(status, head, move || rotate_page(&model)).await)
}
