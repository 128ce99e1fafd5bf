//! What a client sends to the token endpoint.

use std::collections::HashMap;

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

use super::error::Refusal;
use crate::http::oauth::parameters;

/// RFC 7523 section 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// An assertion of Entra is 2 KiB long.
const MOST_BYTES: usize = 32 * 1024;

/// A request for an access token, as far as its form goes.
pub struct TokenRequest {
    pub client_id: String,
    pub proof: Proof,
}

/// How the client shows who it is.
pub enum Proof {
    Secret(SecretString),
    /// A JWT that somebody else signed for it.
    Assertion(String),
}

impl TokenRequest {
    /// # Errors
    /// `invalid_request`, `unsupported_grant_type`, or `invalid_client` without any authentication.
    pub async fn read(request: Request) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        require_form(&parts.headers)?;
        let bytes = axum::body::to_bytes(body, MOST_BYTES)
            .await
            .map_err(|_| Refusal::request("the body is longer than 32 KiB or broke off"))?;
        let mut parameters = parameters(&bytes).map_err(Refusal::request)?;
        match parameters.remove("grant_type").as_deref() {
            None => return Err(Refusal::request("the parameter grant_type is missing: send client_credentials")),
            Some("client_credentials") => {}
            Some(_) => return Err(Refusal::grant_type()),
        }
        // Any scope is taken for the one that there is, which the answer names (RFC 6749 section 3.3).
        authentication(basic(&parts.headers)?, parameters)
    }
}

fn require_form(headers: &HeaderMap) -> Result<(), Refusal> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = sent.split(';').next().unwrap_or_default().trim();
    match media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        true => Ok(()),
        false => Err(Refusal::request("the media type is wrong: send application/x-www-form-urlencoded")),
    }
}

/// One way of authentication, and one only.
fn authentication(
    basic: Option<(String, SecretString)>,
    mut parameters: HashMap<String, String>,
) -> Result<TokenRequest, Refusal> {
    let client_id = parameters.remove("client_id");
    let secret = parameters.remove("client_secret").map(SecretString::from);
    let kind = parameters.remove("client_assertion_type");
    let assertion = parameters.remove("client_assertion");
    let named =
        |client_id: Option<String>| client_id.ok_or_else(|| Refusal::request("the parameter client_id is missing"));
    match (basic, secret, assertion) {
        (Some((basic_id, secret)), None, None) => match client_id.is_none_or(|id| id == basic_id) {
            true => Ok(TokenRequest { client_id: basic_id, proof: Proof::Secret(secret) }),
            false => Err(Refusal::request("client_id is another one than in the Authorization header")),
        },
        (None, Some(secret), None) => Ok(TokenRequest { client_id: named(client_id)?, proof: Proof::Secret(secret) }),
        (None, None, Some(assertion)) if kind.as_deref() == Some(JWT_BEARER) => {
            Ok(TokenRequest { client_id: named(client_id)?, proof: Proof::Assertion(assertion) })
        }
        (None, None, Some(_)) => Err(Refusal::request(format!("client_assertion_type must be {JWT_BEARER}"))),
        (None, None, None) => Err(Refusal::client(
            "the client does not show who it is: send client ID and secret in an Authorization header of scheme Basic or as client_id and client_secret, or a client_assertion",
        )),
        // RFC 6749 section 2.3: "The client MUST NOT use more than one authentication method in each request."
        _ => Err(Refusal::request("the client authenticates in more than one way: use one")),
    }
}

/// RFC 6749 section 2.3.1: id and secret each form-encoded, then joined and encoded as HTTP Basic wants it.
fn basic(headers: &HeaderMap) -> Result<Option<(String, SecretString)>, Refusal> {
    let Some(sent) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let pair = || {
        let (scheme, encoded) = sent.to_str().ok()?.trim().split_once(' ')?;
        let encoded = scheme.eq_ignore_ascii_case("Basic").then_some(encoded.trim())?;
        let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some((decoded(id)?, SecretString::from(decoded(secret)?)))
    };
    let unreadable = || {
        Refusal::client(
            "the Authorization header cannot be read: its scheme must be Basic, with client ID and client secret",
        )
    };
    pair().ok_or_else(unreadable).map(Some)
}

fn decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    fn from_header(text: &str) -> Option<(String, String)> {
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, text.parse().unwrap())]);
        basic(&headers).ok().flatten().map(|(id, secret)| (id, secret.expose_secret().to_string()))
    }

    #[test]
    fn the_halves_of_a_basic_header_are_form_encoded() {
        let sent = |pair: &str| from_header(&format!("basic {}", STANDARD.encode(pair)));
        assert_eq!(sent("a%3Ab:c%2Bd+e:f"), Some(("a:b".into(), "c+d e:f".into())));
        assert_eq!(sent("nothing"), None);
        assert_eq!(sent("a:%FF"), None);
        assert_eq!(from_header("Basic !"), None);
        assert_eq!(from_header("Bearer abc"), None);
    }

    #[test]
    fn empty_parameters_are_none_and_two_of_a_name_are_one_too_many() {
        assert!(parameters(b"scope=&scope=scim").unwrap().contains_key("scope"));
        assert!(parameters(b"scope=scim&scope=scim").is_err());
    }
}
