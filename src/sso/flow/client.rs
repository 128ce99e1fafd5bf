//! The token request, with what shows the provider who we are (OpenID Connect Core 9).

use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use serde_json::json;
use time::Duration;
use url::form_urlencoded::byte_serialize;

use super::Pending;
use crate::error::{Error, Result};
use crate::sso::client_authentication::Credential;
use crate::sso::connection::{Ready, redirect_uri};
use crate::time::Timestamp;
use crate::vault;

/// RFC 7523 2.2.
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// An assertion is used at once; providers accept a few minutes.
const GOOD_FOR: Duration = Duration::minutes(2);

/// OpenID Connect Core 3.1.3.1 with RFC 7636 4.5.
pub(super) fn token_request(
    ready: &Ready,
    pending: &Pending,
    code: &str,
    public_url: &str,
    now: &Timestamp,
) -> Result<Request<Vec<u8>>> {
    let mut form = vec![
        ("grant_type", "authorization_code".to_string()),
        ("code", code.to_string()),
        ("redirect_uri", redirect_uri(public_url, &ready.id)),
        ("code_verifier", pending.code_verifier.clone()),
    ];
    let mut request = Request::post(&ready.metadata.token_endpoint)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    match &ready.credential {
        Credential::Basic(secret) => {
            // RFC 6749 2.3.1: each half is form-encoded before they are joined.
            let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encoded(&ready.client_id), encoded(secret.expose_secret()));
            request = request.header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)));
        }
        Credential::Post(secret) => {
            form.push(("client_id", ready.client_id.clone()));
            form.push(("client_secret", secret.expose_secret().to_string()));
        }
        Credential::Key(key) => {
            form.push(("client_id", ready.client_id.clone()));
            form.push(("client_assertion_type", ASSERTION.to_string()));
            form.push(("client_assertion", key.sign(&assertion(ready, now))?));
        }
    }
    let body = serde_urlencoded::to_string(&form).map_err(Error::internal)?;
    request.body(body.into_bytes()).map_err(Error::internal)
}

/// OpenID Connect Core 9: issuer and subject are the client, the audience is the token endpoint, each is good once.
fn assertion(ready: &Ready, now: &Timestamp) -> serde_json::Value {
    json!({
        "iss": ready.client_id,
        "sub": ready.client_id,
        "aud": ready.metadata.token_endpoint,
        "jti": vault::random_text(vault::BASE62, 32),
        "iat": now.datetime().unix_timestamp(),
        "exp": now.plus(GOOD_FOR).datetime().unix_timestamp(),
    })
}
