//! `POST {base URL}/oauth/token`: access tokens of one hour, for identity providers that refuse long-lived ones.
//!
//! OAuth 2 client credentials (RFC 6749 section 4.4). The client shows a secret ([`request`]), or an assertion that its
//! Entra tenant signed ([`assertion`], RFC 7523 section 2.2) with a key that the tenant publishes ([`crate::jose`]).

mod assertion;
mod cleanup;
mod error;
mod request;
mod store;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use time::Duration;

use super::tokens;
use crate::app::App;
use crate::db::Tx;
use crate::http::client_address::ClientAddress;
use crate::http::limits::What;
use crate::http::oauth::NO_STORE;
use crate::id::DirectoryId;
use crate::jose::NoKey;
use crate::time::Timestamp;
use crate::vault;
use assertion::{Assertion, Expected};
pub use cleanup::{clean, run_cleanup};
use error::Refusal;
use request::{Proof, TokenRequest};
use store::Claim;

const LIFETIME: Duration = Duration::hours(1);

/// Where a directory's client gets its access tokens.
pub fn token_url(base_url: &str) -> String {
    format!("{base_url}/oauth/token")
}

/// A directory has one client, whose id is the directory's in another dress: public, and nothing to be kept.
pub fn client_id(directory: &DirectoryId) -> String {
    format!("mst_client_{}", directory.as_str().replace('-', ""))
}

/// What the endpoint needs.
#[derive(Clone)]
pub struct Exchange {
    app: App,
}

impl Exchange {
    pub fn new(app: App) -> Self {
        Self { app }
    }
}

pub async fn token(
    State(exchange): State<Exchange>,
    Path(label): Path<String>,
    address: ClientAddress,
    request: Request,
) -> Result<Response, Refusal> {
    let label = label.to_ascii_lowercase();
    match exchange_for_token(&exchange, &label, request).await {
        // Only clients that cannot show who they are draw from the limit: others are never slowed with them.
        Err(refusal) if refusal.is_of_client() => {
            exchange.app.limits.check(What::Token, &address, Some(&label))?;
            Err(refusal)
        }
        answered => answered,
    }
}

async fn exchange_for_token(exchange: &Exchange, label: &str, request: Request) -> Result<Response, Refusal> {
    let TokenRequest { client_id, proof } = TokenRequest::read(request).await?;
    let proven = match &proof {
        Proof::Secret(secret) => by_secret(exchange, label, &client_id, secret).await?,
        Proof::Assertion(assertion) => by_assertion(exchange, label, &client_id, assertion).await?,
    };
    let mut tx = exchange.app.db.write().await?;
    let token = issue(&mut tx, &proven).await?;
    tx.commit().await?;
    Ok(granted(&token))
}

/// A client that showed who it is.
struct Proven {
    directory: DirectoryId,
    claim: Claim,
    /// The assertion's own id and end: it is good for one exchange.
    once: Option<(String, Timestamp)>,
}

async fn by_secret(exchange: &Exchange, label: &str, id: &str, secret: &SecretString) -> Result<Proven, Refusal> {
    let secret = secret.expose_secret();
    if !tokens::CLIENT_SECRET.fits(secret) {
        return Err(Refusal::UNKNOWN_CLIENT);
    }
    let mut tx = exchange.app.db.read().await?;
    let found = store::secret(&mut tx, label, &vault::digest(secret)).await?;
    // Another directory's secret, a wrong one, and a label that nobody has are refused alike.
    let found = found.filter(|found| client_id(&found.directory_id) == id).ok_or(Refusal::UNKNOWN_CLIENT)?;
    if found.revoked_at.is_some() {
        return Err(Refusal::client("the client secret was revoked: make a new one in Muster and enter it here"));
    }
    if found.expires_at.is_some_and(|end| end <= tx.now()) {
        return Err(Refusal::client("the client secret has expired: make a new one in Muster and enter it here"));
    }
    require_on(&found.state)?;
    Ok(Proven { directory: found.directory_id, claim: Claim::Secret(found.id), once: None })
}

async fn by_assertion(exchange: &Exchange, label: &str, id: &str, text: &str) -> Result<Proven, Refusal> {
    let assertion = Assertion::parse(text)?;
    let mut tx = exchange.app.db.read().await?;
    let found = store::federation(&mut tx, label).await?;
    drop(tx);
    // Entra may call the client by the name of its own application. Who knows neither name, learns nothing.
    let known =
        |id: &str, found: &store::Federation| client_id(&found.directory_id) == id || found.application_id == id;
    let found = found.filter(|found| known(id, found)).ok_or(Refusal::UNKNOWN_CLIENT)?;
    require_on(&found.state)?;
    let tenant = format!("{}/{}", exchange.app.config.entra_authority, found.tenant_id);
    let key = exchange.app.keys.find(&format!("{tenant}/discovery/v2.0/keys"), &assertion.jwt).await.map_err(no_key)?;
    let expected = Expected {
        issuer: &format!("{tenant}/v2.0"),
        tenant_id: &found.tenant_id,
        audience: &found.audience,
        subject: &found.subject,
    };
    let claims = assertion.verify(&key, &expected, exchange.app.db.clock().datetime())?;
    let claim = Claim::Federation { saved_at: found.updated_at };
    Ok(Proven { directory: found.directory_id, claim, once: claims.once() })
}

fn no_key(reason: NoKey) -> Refusal {
    match reason {
        NoKey::Unknown => Refusal::client(
            "the assertion is signed with a key (kid) that the tenant does not publish: check the tenant ID in Muster",
        ),
        NoKey::Unavailable(_) => {
            Refusal::unavailable("the keys that the tenant publishes cannot be read from here at the moment: try again")
        }
    }
}

fn require_on(state: &str) -> Result<(), Refusal> {
    match state {
        "on" => Ok(()),
        "paused" => Err(Refusal::unauthorized("provisioning is paused for this directory: resume it in Muster")),
        _ => Err(Refusal::unauthorized("provisioning is turned off for this directory: turn it on in Muster")),
    }
}

async fn issue(tx: &mut Tx, proven: &Proven) -> Result<SecretString, Refusal> {
    if let Some((id, end)) = &proven.once
        && !store::use_once(tx, &proven.directory, &vault::digest(id), end).await?
    {
        return Err(Refusal::client(
            "the assertion was exchanged before: each is good for one access token, by its jti",
        ));
    }
    // The row is held until the end: who revokes it meanwhile finds the token that is made here, and revokes it too.
    if !store::claim(tx, &proven.directory, &proven.claim).await? {
        return Err(Refusal::client("the client was changed or revoked in Muster in this very moment: try again"));
    }
    let (token, prefix, hash) = tokens::ACCESS.mint();
    let expires_at = tx.now().plus(LIFETIME);
    store::insert(tx, &proven.directory, &proven.claim, &prefix, &hash, &expires_at).await?;
    Ok(token)
}

/// RFC 6749 section 5.1. The scope is said always: another one may have been asked for.
fn granted(token: &SecretString) -> Response {
    let body = Json(json!({
        "access_token": token.expose_secret(),
        "token_type": "Bearer",
        "expires_in": LIFETIME.whole_seconds(),
        "scope": "scim",
    }));
    (NO_STORE, body).into_response()
}
