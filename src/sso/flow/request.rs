//! The authorization request: where the browser is sent.

use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use url::Url;

use super::Pending;
use crate::error::{Error, Result};
use crate::sso::connection::{Ready, redirect_uri};

/// OpenID Connect Core 3.1.2.1 with RFC 7636 (S256 always, whether or not the provider announces it).
pub fn authorization_request(
    ready: &Ready,
    pending: &Pending,
    public_url: &str,
    login_hint: Option<&str>,
) -> Result<Url> {
    // Parameters that the endpoint has already stay.
    let mut url = Url::parse(&ready.metadata.authorization_endpoint).map_err(Error::internal)?;
    let verifier = PkceCodeVerifier::new(pending.code_verifier.clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    // Only where it is announced: elsewhere an unknown scope may refuse the whole request.
    let groups = ready.makes_people && ready.metadata.groups_scope;
    let scope = if groups { "openid profile email groups" } else { "openid profile email" };
    let mut query = url.query_pairs_mut();
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &ready.client_id)
        .append_pair("redirect_uri", &redirect_uri(public_url, &ready.id))
        .append_pair("scope", scope)
        .append_pair("state", &pending.state)
        .append_pair("nonce", &pending.nonce)
        .append_pair("code_challenge", challenge.as_str())
        .append_pair("code_challenge_method", challenge.method().as_str());
    if let Some(hint) = login_hint {
        query.append_pair("login_hint", hint);
    }
    drop(query);
    Ok(url)
}
