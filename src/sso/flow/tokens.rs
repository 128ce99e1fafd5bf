//! The token request and the ID token: who the provider says this is.

use std::pin::Pin;

use axum::http::StatusCode;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJsonWebKeySet,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError,
    Client as RelyingParty, ClientId, ClientSecret, EmptyExtraTokenFields, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IdTokenClaims, IdTokenFields, IdTokenVerifier, IssuerUrl, LocalizedClaim, Nonce,
    OAuth2TokenResponse as _, PkceCodeVerifier, RedirectUrl, RequestTokenError, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::{Pending, userinfo};
use crate::http::client::{Client, FetchError};
use crate::sessions::Refusal;
use crate::sso::Provider;
use crate::sso::connection::{Ready, redirect_uri};
use crate::text;

/// Servers whose clocks differ by this much still understand each other.
const SKEW: time::Duration = time::Duration::seconds(60);

/// Somebody whom the provider vouches for.
pub struct Verified {
    /// Entra's `oid`, elsewhere `sub`.
    pub subject: String,
    pub profile: Profile,
}

/// What the provider says about them; shown and kept, never matched by, but for what `links::by_verified_email` allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    /// OpenID Connect Core 5.1: the provider made sure that the address is theirs.
    pub email_verified: bool,
    pub preferred_username: Option<String>,
}

/// Entra's own: the person within the tenant, and the tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct EntraClaims {
    oid: Option<String>,
    tid: Option<String>,
}

impl AdditionalClaims for EntraClaims {}

type Claims = IdTokenClaims<EntraClaims, CoreGenderClaim>;
type TokenFields = IdTokenFields<
    EntraClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<TokenFields, CoreTokenType>;
type Party<TokenEndpoint> = RelyingParty<
    EntraClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    TokenEndpoint,
    EndpointNotSet,
>;

/// The library calls through us, so that its calls are bounded as all others are.
impl<'c> AsyncHttpClient<'c> for Client {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Exchanges the code for tokens and checks the ID token.
///
/// # Errors
/// [`Refusal`] with a code for each thing that can be wrong.
pub async fn redeem(
    http: &Client,
    ready: &Ready,
    pending: &Pending,
    code: String,
    public_url: &str,
) -> Result<Verified, Refusal> {
    let party = party(ready, public_url)?;
    let tokens = exchange(http, ready, &party, pending, code).await?;
    let keys = keys(http, ready).await?;
    let claims = verify(http, ready, &tokens, keys, pending)?;
    let subject = subject(ready, &claims)?;
    let mut profile = profile(&claims);
    // Some providers put the profile behind another door; only whoever is made from it needs it.
    if ready.makes_people && (profile.name.is_none() || profile.email.is_none()) {
        let found = userinfo::fetch(http, ready, tokens.access_token().secret(), claims.subject().as_str()).await?;
        profile = profile.or(found);
    }
    Ok(Verified { subject, profile })
}

fn party(ready: &Ready, public_url: &str) -> Result<Party<EndpointSet>, Refusal> {
    let metadata = &ready.metadata;
    let unusable = |_| failed("sign_in_connection_unusable", ready, "has an address that cannot be used");
    let issuer = IssuerUrl::new(metadata.issuer.clone()).map_err(unusable)?;
    let token_url = TokenUrl::new(metadata.token_endpoint.clone()).map_err(unusable)?;
    let redirect = RedirectUrl::new(redirect_uri(public_url, &ready.id)).map_err(unusable)?;
    // RFC 6749 2.3.1: basic is what every server takes; the body where only that is announced.
    let offers = |method: &str| metadata.token_endpoint_auth_methods.iter().any(|one| one == method);
    let auth_type = if offers("client_secret_basic") { AuthType::BasicAuth } else { AuthType::RequestBody };
    let party: Party<EndpointNotSet> =
        RelyingParty::new(ClientId::new(ready.client_id.clone()), issuer, CoreJsonWebKeySet::new(Vec::new()));
    Ok(party
        .set_client_secret(ClientSecret::new(ready.client_secret.expose_secret().to_string()))
        .set_auth_type(auth_type)
        .set_redirect_uri(redirect)
        .set_token_uri(token_url))
}

async fn exchange(
    http: &Client,
    ready: &Ready,
    party: &Party<EndpointSet>,
    pending: &Pending,
    code: String,
) -> Result<Tokens, Refusal> {
    let request = party
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(PkceCodeVerifier::new(pending.code_verifier.clone()));
    request.request_async(http).await.map_err(|error| match error {
        RequestTokenError::ServerResponse(answer) => {
            let refusal = failed(
                "sign_in_token_refused",
                ready,
                "did not accept this server. An admin should check the client secret on the connection's page: it may have expired",
            );
            let refusal = refusal.fact("Error", text::shorten(answer.error().as_ref(), 100));
            match answer.error_description() {
                Some(description) => refusal.fact("The identity provider says", text::shorten(description, 300)),
                None => refusal,
            }
        }
        RequestTokenError::Request(error) => unreachable(ready, "token_endpoint", &error),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            failed("sign_in_token_unreadable", ready, "answered with tokens that cannot be read")
        }
    })
}

async fn keys(http: &Client, ready: &Ready) -> Result<CoreJsonWebKeySet, Refusal> {
    let document =
        http.get_json(&ready.metadata.jwks_uri).await.map_err(|error| unreachable(ready, "jwks_uri", &error))?;
    serde_json::from_value(document)
        .map_err(|_| failed("sign_in_keys_unreadable", ready, "publishes keys that cannot be read"))
}

/// OpenID Connect Core 3.1.3.7.
fn verify(
    http: &Client,
    ready: &Ready,
    tokens: &Tokens,
    keys: CoreJsonWebKeySet,
    pending: &Pending,
) -> Result<Claims, Refusal> {
    let Some(id_token) = tokens.id_token() else {
        return Err(failed(
            "sign_in_id_token_missing",
            ready,
            "sent no ID token: the scope openid must be allowed there",
        ));
    };
    let issuer = IssuerUrl::new(ready.metadata.issuer.clone())
        .map_err(|_| failed("sign_in_connection_unusable", ready, "has an issuer that is no URL"))?;
    let now: std::time::SystemTime = (http.clock().datetime() - SKEW).into();
    // A verifier without the client secret: what is signed with a shared secret is never accepted.
    let verifier = IdTokenVerifier::new_public_client(ClientId::new(ready.client_id.clone()), issuer, keys)
        .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, CoreJwsSigningAlgorithm::EcdsaP256Sha256])
        .set_time_fn(move || now.into());
    let nonce = Nonce::new(pending.nonce.clone());
    let claims = id_token.clone().into_claims(&verifier, &nonce).map_err(|error| token_refusal(ready, &error))?;
    // 3.1.3.7 (5): an azp says for whom the token was made.
    if claims.authorized_party().is_some_and(|party| party.as_str() != ready.client_id) {
        return Err(failed(
            "sign_in_token_authorized_party",
            ready,
            "sent a token that was made for another application",
        ));
    }
    if let Some(expected) = claims.access_token_hash() {
        let alg = id_token.signing_alg().map_err(|error| signature_refusal(ready, &error))?;
        let key = id_token.signing_key(&verifier).map_err(|error| signature_refusal(ready, &error))?;
        // 3.1.3.8: at_hash, where it is present, fits the access token.
        if AccessTokenHash::from_token(tokens.access_token(), alg, key).ok().as_ref() != Some(expected) {
            return Err(failed(
                "sign_in_token_hash",
                ready,
                "sent an access token that does not belong to its ID token",
            ));
        }
    }
    Ok(claims)
}

fn subject(ready: &Ready, claims: &Claims) -> Result<String, Refusal> {
    if ready.provider != Provider::Entra {
        return Ok(claims.subject().as_str().to_string());
    }
    let entra = claims.additional_claims();
    // A multi-tenant application gets tokens of every tenant: this one's alone are ours.
    let tenant = ready.metadata.tenant_id.as_deref();
    if tenant.is_none()
        || !entra.tid.as_deref().zip(tenant).is_some_and(|(tid, tenant)| tid.eq_ignore_ascii_case(tenant))
    {
        let refusal = failed(
            "sign_in_wrong_tenant",
            ready,
            "signed you in for another tenant. Sign out there and choose the right account",
        );
        return Err(refusal.fact("Expected tenant", tenant.unwrap_or("none")));
    }
    entra.oid.clone().filter(|oid| !oid.is_empty()).ok_or_else(|| {
        failed(
            "sign_in_subject_missing",
            ready,
            "sent a token without the claim oid: the scope profile must be allowed there",
        )
    })
}

fn profile(claims: &Claims) -> Profile {
    fn plain<T: Clone + Into<String>>(claim: Option<&LocalizedClaim<T>>) -> Option<String> {
        let value = claim.and_then(|claim| claim.get(None).or_else(|| claim.iter().next().map(|(_, value)| value)));
        value.cloned().map(Into::into).filter(|text: &String| !text.trim().is_empty())
    }
    Profile {
        name: plain(claims.name()),
        given_name: plain(claims.given_name()),
        family_name: plain(claims.family_name()),
        email: claims.email().map(|email| email.as_str().to_string()),
        email_verified: claims.email_verified() == Some(true),
        preferred_username: claims.preferred_username().map(|name| name.as_str().to_string()),
    }
}

impl Profile {
    /// What is absent, from there.
    fn or(self, other: Self) -> Self {
        // Said of the address that stands beside it, and of no other.
        let email_verified = if self.email.is_some() { self.email_verified } else { other.email_verified };
        Self {
            email_verified,
            name: self.name.or(other.name),
            given_name: self.given_name.or(other.given_name),
            family_name: self.family_name.or(other.family_name),
            email: self.email.or(other.email),
            preferred_username: self.preferred_username.or(other.preferred_username),
        }
    }
}

fn token_refusal(ready: &Ready, error: &ClaimsVerificationError) -> Refusal {
    let (code, what) = match error {
        ClaimsVerificationError::InvalidIssuer(_) => ("sign_in_token_issuer", "sent a token of another issuer"),
        ClaimsVerificationError::InvalidAudience(_) => {
            ("sign_in_token_audience", "sent a token that was made for another application")
        }
        ClaimsVerificationError::Expired(_) => {
            ("sign_in_token_expired", "sent a token that has expired: check that this server's clock is right")
        }
        ClaimsVerificationError::InvalidNonce(_) => {
            ("sign_in_token_nonce", "sent a token that belongs to another sign-in. Start again")
        }
        ClaimsVerificationError::InvalidSubject(_) => ("sign_in_subject_missing", "sent a token without a subject"),
        ClaimsVerificationError::SignatureVerification(error) => return signature_refusal(ready, error),
        _ => ("sign_in_token_unsupported", "sent a token of a kind that Muster does not read"),
    };
    failed(code, ready, what)
}

fn signature_refusal(ready: &Ready, error: &SignatureVerificationError) -> Refusal {
    let (code, what) = match error {
        SignatureVerificationError::DisallowedAlg(_)
        | SignatureVerificationError::UnsupportedAlg(_)
        | SignatureVerificationError::NoSignature => {
            ("sign_in_token_algorithm", "signs its tokens in a way that is not accepted: RS256 and ES256 are")
        }
        SignatureVerificationError::NoMatchingKey | SignatureVerificationError::AmbiguousKeyId(_) => {
            ("sign_in_token_key", "signed a token with a key that it does not publish. Try again in a few minutes")
        }
        _ => ("sign_in_token_signature", "sent a token whose signature is wrong"),
    };
    failed(code, ready, what)
}

fn unreachable(ready: &Ready, endpoint: &'static str, error: &FetchError) -> Refusal {
    let what = "cannot be reached from here at the moment. Try again in a few minutes";
    failed("sign_in_provider_unreachable", ready, what).fact("Reason", format!("{endpoint}: {error}"))
}

pub(super) fn failed(code: &'static str, ready: &Ready, what: &str) -> Refusal {
    let text = format!("{} {what}. Nothing was changed; tell an admin if it happens again.", ready.name);
    Refusal::new(code, StatusCode::BAD_GATEWAY, text)
}
