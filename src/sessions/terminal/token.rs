//! `POST /cli/token`: the code for a token (RFC 6749 section 4.1.3).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::error::Refusal;
use super::store::{self, Code};
use super::{CLIENT_ID, TOKEN, TOKEN_LIFETIME, pkce};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::directory::users;
use crate::error::Error;
use crate::events::{self, NewEvent, Subject};
use crate::http::client_address::ClientAddress;
use crate::http::limits::What;
use crate::http::oauth::{NO_STORE, parameters};
use crate::id::CliTokenId;
use crate::sessions::sign_in::actor_of;
use crate::sessions::{Device, store as sessions};
use crate::vault;

pub(super) async fn exchange(
    State(app): State<App>,
    address: ClientAddress,
    device: Device,
    body: Bytes,
) -> Result<Response, Refusal> {
    let mut parameters = parameters(&body).map_err(Refusal::request)?;
    match parameters.remove("grant_type").as_deref() {
        Some("authorization_code") => {}
        Some(_) => return Err(Refusal::grant_type()),
        None => return Err(Refusal::request("the parameter grant_type is missing")),
    }
    if parameters.get("client_id").map(String::as_str) != Some(CLIENT_ID) {
        return Err(Refusal::client());
    }
    let mut need = |name: &str, missing| parameters.remove(name).ok_or_else(|| Refusal::request(missing));
    let code = vault::digest(&need("code", "the parameter code is missing")?);
    let verifier = need("code_verifier", "the parameter code_verifier is missing")?;
    let redirect_uri = need("redirect_uri", "the parameter redirect_uri is missing")?;

    let mut tx = app.db.write().await?;
    let Some(found) = store::lock_code(&mut tx, &code).await? else {
        // Only who brings a code that never was draws from the limit.
        app.limits.check(What::Token, &address, None)?;
        return Err(Refusal::grant());
    };
    let outcome = redeem(&mut tx, &found, &code, &verifier, &redirect_uri, device).await;
    // What a refusal did (the code is used up, a token is ended, the event says so) is kept as well.
    tx.commit().await?;
    let token = outcome?;
    let body = Json(json!({
        "access_token": token.expose_secret(),
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFETIME.whole_seconds(),
    }));
    Ok((NO_STORE, body).into_response())
}

/// A code is good for one attempt, whatever comes of it.
async fn redeem(
    tx: &mut Tx,
    found: &Code,
    code: &str,
    verifier: &str,
    redirect_uri: &str,
    device: Device,
) -> Result<SecretString, Refusal> {
    if found.used_at.is_some() {
        // RFC 6749 section 4.1.2: "the authorization server MUST deny the request and SHOULD revoke (when possible) all
        // tokens previously issued based on that authorization code."
        let ended = store::end_tokens_of_code(tx, code).await?;
        return refuse(tx, found, "cli_code_reused", ended).await;
    }
    if !store::use_up(tx, code).await? {
        return Err(Refusal::grant());
    }
    if found.expires_at <= tx.now() {
        return refuse(tx, found, "cli_code_expired", 0).await;
    }
    if !vault::same(redirect_uri, &found.redirect_uri) {
        return refuse(tx, found, "cli_redirect_uri_differs", 0).await;
    }
    if !pkce::fits(verifier, &found.challenge) {
        return refuse(tx, found, "cli_wrong_verifier", 0).await;
    }
    sessions::require_access(tx, found.user_id.as_str()).await?;
    let user = users::find(tx, &found.organization_id, &found.user_id).await?.ok_or(Error::NotFound("user"))?;
    let (token, _, hash) = TOKEN.mint();
    let id = CliTokenId::new();
    let expires_at = tx.now().plus(TOKEN_LIFETIME);
    store::insert_token(tx, &id, &hash, code, found, device.address.as_deref(), &expires_at).await?;
    let event = NewEvent {
        organization: &user.organization_id,
        kind: "cli.signed_in",
        subject: Subject::user(&user.id, &user.display_name),
        before: None,
        after: Some(json!({ "cli_token": id, "device": found.device, "address": device.address })),
    };
    events::record(tx, &actor_of(&user), event).await?;
    Ok(token)
}

async fn refuse(tx: &mut Tx, found: &Code, why: &'static str, ended: u64) -> Result<SecretString, Refusal> {
    let event = NewEvent {
        organization: &found.organization_id,
        kind: "cli.refused",
        subject: Subject::user(&found.user_id, &found.display_name),
        before: None,
        after: Some(json!({ "code": why, "device": found.device, "cli_tokens_ended": ended })),
    };
    events::record(tx, &Actor::System, event).await?;
    Err(Refusal::grant())
}
