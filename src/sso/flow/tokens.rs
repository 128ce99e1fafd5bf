//! The token request and its answer: who the provider says this is.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::token_request;
use super::id_token::{self, Expected};
use super::refusals::{failed, unanswered};
use super::{Pending, Profile, Verified, userinfo};
use crate::app::App;
use crate::error::Result;
use crate::http::client::FetchError;
use crate::sessions::Refusal;
use crate::sso::Provider;
use crate::sso::connection::Ready;
use crate::text;

/// RFC 6749 5.1, as far as it is used.
#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    token_type: String,
    id_token: Option<String>,
}

/// RFC 6749 5.2.
#[derive(Deserialize)]
struct TokenError {
    error: String,
    error_description: Option<String>,
}

/// Exchanges the code for tokens and checks the ID token: somebody, or a refusal with a code for each thing that can be
/// wrong.
pub async fn redeem(app: &App, ready: &Ready, pending: &Pending, code: &str) -> Result<Result<Verified, Refusal>> {
    let now = app.db.clock().now();
    let request = token_request(ready, pending, code, &app.config.public_url, &now)?;
    Ok(match exchange(app, ready, request).await {
        Ok(tokens) => verify(app, ready, pending, &tokens).await,
        Err(refusal) => Err(refusal),
    })
}

async fn exchange(app: &App, ready: &Ready, request: axum::http::Request<Vec<u8>>) -> Result<Tokens, Refusal> {
    let answer = app.client.send(request).await.map_err(|error| unanswered(ready, "token_endpoint", &error))?;
    if answer.status().is_server_error() {
        let error = FetchError::Status(answer.status().as_u16());
        return Err(unanswered(ready, "token_endpoint", &error));
    }
    let unreadable = || failed("sign_in_token_unreadable", ready, "answered with tokens that cannot be read");
    if !answer.status().is_success() {
        let error: TokenError = serde_json::from_slice(answer.body()).map_err(|_| unreadable())?;
        return Err(not_accepted(ready, &error));
    }
    let tokens: Tokens = serde_json::from_slice(answer.body()).map_err(|_| unreadable())?;
    // Core 3.1.3.3: Bearer, in whatever letters.
    match tokens.token_type.eq_ignore_ascii_case("bearer") {
        true => Ok(tokens),
        false => Err(unreadable()),
    }
}

fn not_accepted(ready: &Ready, error: &TokenError) -> Refusal {
    let what = match error.error.as_str() {
        "invalid_grant" => {
            "does not know this sign-in any more: it was finished already, or it took too long. Start again"
        }
        _ => {
            "did not accept this server. An admin should check the client secret on the connection's page: it may have expired"
        }
    };
    let refusal = failed("sign_in_token_refused", ready, what).fact("Error", text::shorten(&error.error, 100));
    match &error.error_description {
        Some(description) => refusal.fact("The identity provider says", text::shorten(description, 300)),
        None => refusal,
    }
}

async fn verify(app: &App, ready: &Ready, pending: &Pending, tokens: &Tokens) -> Result<Verified, Refusal> {
    let Some(id_token) = &tokens.id_token else {
        let what = "sent no ID token: the scope openid must be allowed there";
        return Err(failed("sign_in_id_token_missing", ready, what));
    };
    let now = app.db.clock().datetime().unix_timestamp();
    let expected = Expected { nonce: &pending.nonce, access_token: &tokens.access_token, now };
    let claims = id_token::check(&app.keys, ready, id_token, &expected).await?;
    let subject = subject(ready, &claims)?;
    let mut profile = Profile::of(&claims);
    // Some providers put the profile behind another door; only whoever is made from it needs it.
    if ready.makes_people && (profile.name.is_none() || profile.email.is_none()) {
        let own = id_token::text(&claims, "sub").unwrap_or_default();
        profile = profile.or(userinfo::fetch(&app.client, ready, &tokens.access_token, own).await?);
    }
    let session = id_token::text(&claims, "sid").map(str::to_string);
    Ok(Verified { subject, session, profile, claims })
}

fn subject(ready: &Ready, claims: &Map<String, Value>) -> Result<String, Refusal> {
    if ready.provider != Provider::Entra {
        return Ok(id_token::text(claims, "sub").unwrap_or_default().to_string());
    }
    // A multi-tenant application gets tokens of every tenant: this one's alone are ours. A guest comes with this tenant's
    // tid and an oid of this tenant, and is a person of it.
    let tenant = ready.metadata.tenant_id.as_deref();
    let found = id_token::text(claims, "tid");
    if !found.zip(tenant).is_some_and(|(found, tenant)| found.eq_ignore_ascii_case(tenant)) {
        let what = "signed you in for another tenant. Sign out there and choose the right account";
        let refusal = failed("sign_in_wrong_tenant", ready, what);
        return Err(refusal.fact("Expected tenant", tenant.unwrap_or("none")));
    }
    let object = id_token::text(claims, "oid").filter(|object| !object.is_empty());
    object.map(str::to_string).ok_or_else(|| {
        let what = "sent a token without the claim oid: the scope profile must be allowed there";
        failed("sign_in_subject_missing", ready, what)
    })
}
