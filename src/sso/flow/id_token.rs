//! The ID token: whether it is this provider's, for us, for now, and for the sign-in that this browser began.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::refusals::{failed, unanswered};
use crate::jose::{Audience, Fault, Jwt, NoKey, PublishedKeys, SKEW};
use crate::sessions::Refusal;
use crate::sso::connection::Ready;
use crate::vault;

/// What the token must fit to.
pub(super) struct Expected<'a> {
    pub nonce: &'a str,
    pub access_token: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

type Claims = Map<String, Value>;

/// OpenID Connect Core 3.1.3.7, in its order; each check has its code.
pub(super) async fn check(
    keys: &PublishedKeys,
    ready: &Ready,
    token: &str,
    expected: &Expected<'_>,
) -> Result<Claims, Refusal> {
    let claims = signed(keys, ready, token).await?;
    issuer(ready, &claims)?;
    audience(ready, &claims)?;
    lifetime(ready, &claims, expected.now)?;
    nonce(ready, &claims, expected.nonce)?;
    access_token_hash(ready, &claims, expected.access_token)?;
    subject(ready, &claims)?;
    Ok(claims)
}

/// The signature comes first: what is not the provider's is not read.
async fn signed(keys: &PublishedKeys, ready: &Ready, token: &str) -> Result<Claims, Refusal> {
    let jwt = Jwt::parse(token).map_err(|fault| unbelievable(ready, fault))?;
    let key = keys.find(&ready.metadata.jwks_uri, &jwt).await.map_err(|reason| match reason {
        NoKey::Unknown => failed(
            "sign_in_token_key",
            ready,
            "signed a token with a key that it does not publish. Try again in a few minutes",
        ),
        NoKey::Unavailable(error) => unanswered(ready, "jwks_uri", &error),
    })?;
    jwt.claims(&key).map_err(|fault| unbelievable(ready, fault))
}

fn unbelievable(ready: &Ready, fault: Fault) -> Refusal {
    let (code, what) = match fault {
        Fault::TooLong | Fault::NoJwt | Fault::Claims => {
            ("sign_in_token_unreadable", "answered with tokens that cannot be read")
        }
        Fault::Critical => ("sign_in_token_unsupported", "sent a token of a kind that Muster does not read"),
        Fault::Algorithm => {
            ("sign_in_token_algorithm", "signs its tokens in a way that is not accepted: RS256 and ES256 are")
        }
        Fault::Signature => ("sign_in_token_signature", "sent a token whose signature is wrong"),
    };
    failed(code, ready, what)
}

/// (2) The issuer MUST exactly match.
fn issuer(ready: &Ready, claims: &Claims) -> Result<(), Refusal> {
    match text(claims, "iss") {
        Some(issuer) if issuer == ready.metadata.issuer => Ok(()),
        found => Err(failed("sign_in_token_issuer", ready, "sent a token of another issuer")
            .fact("Expected issuer", &ready.metadata.issuer)
            .fact("Found issuer", crate::text::shorten(found.unwrap_or("none"), 300))),
    }
}

/// (3) to (5): the token must be for us. A token for several is one for us only if it says, by `azp`, that it was made for us.
fn audience(ready: &Ready, claims: &Claims) -> Result<(), Refusal> {
    let audience = claims.get("aud").and_then(|aud| serde_json::from_value::<Audience>(aud.clone()).ok());
    let Some(audience) = audience.filter(|audience| audience.names(&ready.client_id)) else {
        return Err(failed("sign_in_token_audience", ready, "sent a token that was made for another application"));
    };
    match claims.get("azp") {
        None if audience.is_only(&ready.client_id) => Ok(()),
        Some(party) if *party == ready.client_id => Ok(()),
        None => Err(failed(
            "sign_in_token_authorized_party",
            ready,
            "sent a token for several applications that does not say for whom it was made",
        )),
        Some(_) => {
            Err(failed("sign_in_token_authorized_party", ready, "sent a token that was made for another application"))
        }
    }
}

/// (9) and (10), and RFC 7519 4.1.5: a minute's difference between two clocks is no attack.
fn lifetime(ready: &Ready, claims: &Claims, now: i64) -> Result<(), Refusal> {
    let moment = |name: &str| claims.get(name).and_then(Value::as_f64);
    let (now, skew) = (now as f64, SKEW as f64);
    let (Some(expires), Some(issued)) = (moment("exp"), moment("iat")) else {
        return Err(failed(
            "sign_in_token_lifetime",
            ready,
            "sent a token that does not say when it was made and ends",
        ));
    };
    if expires <= now - skew {
        let what = "sent a token that has expired: check that this server's clock is right";
        return Err(failed("sign_in_token_expired", ready, what));
    }
    if issued > now + skew {
        let what = "sent a token from the future: check that this server's clock is right";
        return Err(failed("sign_in_token_issued_later", ready, what));
    }
    let begins = match claims.get("nbf") {
        None => issued,
        // A beginning that cannot be read never comes.
        Some(begins) => begins.as_f64().unwrap_or(f64::INFINITY),
    };
    if begins > now + skew {
        let what = "sent a token that is not valid yet: check that this server's clock is right";
        return Err(failed("sign_in_token_not_yet", ready, what));
    }
    Ok(())
}

/// (11) The nonce ties the token to the request of this browser: a token that was stolen elsewhere has another one.
fn nonce(ready: &Ready, claims: &Claims, expected: &str) -> Result<(), Refusal> {
    match text(claims, "nonce").is_some_and(|nonce| vault::same(nonce, expected)) {
        true => Ok(()),
        false => Err(failed("sign_in_token_nonce", ready, "sent a token that belongs to another sign-in. Start again")),
    }
}

/// 3.1.3.8: where it is present, it fits the access token: the left half of SHA-256 for RS256 and ES256.
fn access_token_hash(ready: &Ready, claims: &Claims, access_token: &str) -> Result<(), Refusal> {
    let expected = URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16]);
    match claims.get("at_hash") {
        Some(hash) if *hash != expected => {
            Err(failed("sign_in_token_hash", ready, "sent an access token that does not belong to its ID token"))
        }
        _ => Ok(()),
    }
}

/// Core 2: at most 255 characters, and never empty.
fn subject(ready: &Ready, claims: &Claims) -> Result<(), Refusal> {
    match text(claims, "sub").is_some_and(|subject| !subject.is_empty() && subject.len() <= 255) {
        true => Ok(()),
        false => Err(failed("sign_in_subject_missing", ready, "sent a token without a subject")),
    }
}

pub(super) fn text<'c>(claims: &'c Claims, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}
