//! Before a secret is checked: one attempt is counted, and refused where there were too many.
//!
//! The browser in which somebody signed in keeps a cookie that says so. It opens nothing; it only draws from a bucket of its
//! own, so that a stranger who tries the same account all day does not keep its owner out at their own desk. The cookie is
//! sealed for one account and names a random browser: a copy of it gains ten tries, and a made-up one nothing.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::actor::Actor;
use crate::app::App;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::http::client_address::ClientAddress;
use crate::http::limits::{TooMany, What};
use crate::organizations::Organization;
use crate::text;
use crate::vault::{self, Place, Vault};

/// Ninety days: as long as somebody may be away and still be known at their own desk.
const LIFETIME_SECONDS: u32 = 90 * 24 * 60 * 60;
/// What a sealed name of a browser takes, with room: another cookie of that name is not looked at.
const LONGEST: usize = 300;

/// Extractor: from where an attempt comes.
#[derive(Debug, Clone)]
pub struct Origin {
    address: ClientAddress,
    /// The cookie of a browser in which somebody signed in, as it was sent.
    known: Option<String>,
}

impl FromRequestParts<App> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let address = ClientAddress::from_request_parts(parts, app).await?;
        Ok(Self { address, known: cookie(&parts.headers, name(app.config.is_https())) })
    }
}

/// Counts one attempt at an account of an organization: the name as it was typed, or an id, whatever stays the same from
/// one attempt to the next. Whether there is such an account makes no difference.
///
/// # Errors
/// [`crate::error::Error::TooMany`], with an event for the first in a while.
pub async fn admit(app: &App, what: What, organization: &Organization, origin: &Origin, account: &str) -> Result<()> {
    let account = account_key(organization, account);
    let browser = origin.known.as_deref().and_then(|cookie| open(&app.vault, cookie, &account));
    let admitted = match browser {
        Some(browser) => app.limits.known(what, &browser, &account),
        None => app.limits.check(what, &origin.address, Some(&account)),
    };
    refuse(app, what, Some(organization), origin, admitted).await
}

/// Counts one attempt at what belongs to no account: the code for set-up, a link.
///
/// # Errors
/// [`crate::error::Error::TooMany`], with an event for the first in a while where the organization is known.
pub async fn admit_anybody(app: &App, what: What, organization: Option<&Organization>, origin: &Origin) -> Result<()> {
    refuse(app, what, organization, origin, app.limits.check(what, &origin.address, None)).await
}

async fn refuse(
    app: &App,
    what: What,
    organization: Option<&Organization>,
    origin: &Origin,
    admitted: Result<(), TooMany>,
) -> Result<()> {
    let Err(refused) = admitted else { return Ok(()) };
    if refused.first {
        tracing::warn!(?what, by = refused.by, address = %origin.address, "too many attempts: slowed down");
        if let Some(organization) = organization {
            record(app, what, organization, origin, refused).await?;
        }
    }
    Err(refused.into())
}

/// From where and what, not which account: people type passwords into the wrong field.
async fn record(app: &App, what: What, organization: &Organization, origin: &Origin, refused: TooMany) -> Result<()> {
    let mut tx = app.db.write().await?;
    let what = match what {
        What::SignIn => "password",
        What::SecondFactor => "second factor",
        What::Recovery => "recovery",
        What::Link | What::SetUp => "single-use secret",
        What::Leave => "identity provider",
        What::Token | What::Scim | What::Key => "token",
    };
    let event = NewEvent {
        organization: &organization.id,
        kind: "sign_in.slowed",
        subject: Subject::organization(&organization.id, &organization.name),
        before: None,
        after: Some(json!({ "what": what, "by": refused.by, "address": origin.address.to_string() })),
    };
    events::record(&mut tx, &Actor::System, event).await?;
    tx.commit().await
}

/// Tells this browser that it is known for the account in which somebody just signed in, under the name that was typed.
///
/// # Errors
/// When nothing can be sealed: a fault of ours.
pub fn remember(app: &App, organization: &Organization, account: &str, response: &mut Response) -> Result<()> {
    let account = account_key(organization, account);
    let browser = SecretString::from(vault::random_text(vault::BASE62, 20));
    let sealed = app.vault.seal(place(&account), &browser)?;
    let https = app.config.is_https();
    let secure = if https { "; Secure" } else { "" };
    let name = name(https);
    let cookie = format!("{name}={sealed}; Path=/; Max-Age={LIFETIME_SECONDS}; HttpOnly; SameSite=Lax{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(crate::error::Error::internal)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}

fn open(vault: &Vault, cookie: &str, account: &str) -> Option<String> {
    let short = Some(cookie).filter(|cookie| cookie.len() <= LONGEST)?;
    vault.open(place(account), short).ok().map(|browser| browser.expose_secret().to_string())
}

/// Never stored: the browser alone keeps it.
fn place(account: &str) -> Place<'_> {
    Place { table: "known browsers", row: account, column: "cookie" }
}

fn account_key(organization: &Organization, account: &str) -> String {
    format!("{}/{}", organization.id, text::fold(account.trim()))
}

fn name(https: bool) -> &'static str {
    if https { "__Host-muster-known" } else { "muster-known" }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_string())
}
