//! An OpenID provider in this process, which does as it should or as a test tells it.
//!
//! The browser's visit is a function, [`Idp::authorize`]; metadata, keys, tokens and userinfo are real HTTP on loopback.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use muster::time::Clock;
use openidconnect::core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::PUBLIC_URL;

pub const CLIENT_ID: &str = "muster-client";
pub const CLIENT_SECRET: &str = "muster-secret/with+odd=characters";
const ACCESS_TOKEN: &str = "access-token";

type Change = Box<dyn Fn(&mut Value) + Send>;

/// A running provider.
#[derive(Clone)]
pub struct Idp {
    /// `http://127.0.0.1:…`, without a slash at the end; the issuer too.
    pub base: String,
    inner: Arc<Mutex<Inner>>,
    clock: Clock,
}

struct Inner {
    /// The claims of whoever sits at the browser.
    person: Value,
    metadata: Value,
    codes: HashMap<String, Granted>,
    /// Done to each ID token's header and claims before they are signed: `{"header": …, "claims": …}`.
    change: Option<Change>,
    /// Done to each token answer.
    change_answer: Option<Change>,
    userinfo: Value,
}

struct Granted {
    client_id: String,
    redirect_uri: String,
    nonce: String,
    challenge: String,
}

impl Idp {
    pub async fn start(clock: &Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let metadata = json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "jwks_uri": format!("{base}/keys"),
            "userinfo_endpoint": format!("{base}/userinfo"),
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        });
        let inner = Inner {
            person: json!({ "sub": "nobody" }),
            metadata,
            codes: HashMap::new(),
            change: None,
            change_answer: None,
            userinfo: json!({}),
        };
        let idp = Self { base, inner: Arc::new(Mutex::new(inner)), clock: clock.clone() };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata_of))
            .route("/common/v2.0/.well-known/openid-configuration", get(metadata_of))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(idp.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        idp
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no test panics while holding it")
    }

    /// Who signs in from now on: at least a `sub`.
    pub fn person(&self, claims: Value) {
        self.inner().person = claims;
    }

    pub fn userinfo(&self, claims: Value) {
        self.inner().userinfo = claims;
    }

    /// Changes what the metadata says.
    pub fn metadata(&self, change: impl FnOnce(&mut Value)) {
        change(&mut self.inner().metadata);
    }

    /// Changes the header and the claims of each ID token before it is signed.
    pub fn change_token(&self, change: impl Fn(&mut Value) + Send + 'static) {
        self.inner().change = Some(Box::new(change));
    }

    /// Changes each answer of the token endpoint.
    pub fn change_answer(&self, change: impl Fn(&mut Value) + Send + 'static) {
        self.inner().change_answer = Some(Box::new(change));
    }

    /// Well-behaved again.
    pub fn behave(&self) {
        let mut inner = self.inner();
        inner.change = None;
        inner.change_answer = None;
    }

    /// The browser visits the authorization URL and the person agrees. Returns the path that it is sent back to.
    pub fn authorize(&self, url: &str) -> String {
        let url = Url::parse(url).expect("an authorization URL");
        assert_eq!(format!("{}/authorize", self.base), url.as_str().split('?').next().unwrap_or_default());
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        let code = format!("code-{}", muster::vault::random_text(muster::vault::BASE62, 20));
        let granted = Granted {
            client_id: asked["client_id"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
        };
        let back = asked["redirect_uri"].strip_prefix(PUBLIC_URL).expect("an address of ours");
        let path = format!("{back}?code={code}&state={}", asked["state"]);
        self.inner().codes.insert(code, granted);
        path
    }

    fn id_token(&self, granted: &Granted) -> String {
        let now = self.clock.datetime().unix_timestamp();
        let inner = self.inner();
        let mut token = json!({
            "header": { "alg": "RS256", "kid": "one", "typ": "JWT" },
            "claims": {
                "iss": inner.metadata["issuer"],
                "aud": granted.client_id,
                "iat": now,
                "exp": now + 300,
                "nonce": granted.nonce,
                "at_hash": URL_SAFE_NO_PAD.encode(&Sha256::digest(ACCESS_TOKEN)[..16]),
            },
        });
        let claims = token["claims"].as_object_mut().expect("an object");
        claims.extend(inner.person.as_object().expect("an object").clone());
        if let Some(change) = &inner.change {
            change(&mut token);
        }
        sign(&token["header"], &token["claims"])
    }
}

/// The key that this provider signs with, called `one`.
pub fn key() -> CoreRsaPrivateSigningKey {
    let pem = include_str!("idp_key.pem");
    CoreRsaPrivateSigningKey::from_pem(pem, Some(JsonWebKeyId::new("one".into()))).expect("a key")
}

/// Always by RS256, whatever the header says; without a signature where it says `none`.
pub fn sign(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    if header["alg"] == "none" {
        return format!("{text}.");
    }
    let signature = key().sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, text.as_bytes()).expect("a signature");
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn metadata_of(State(idp): State<Idp>) -> Json<Value> {
    Json(idp.inner().metadata.clone())
}

async fn keys() -> Json<Value> {
    Json(json!({ "keys": [key().as_verification_key()] }))
}

async fn userinfo(State(idp): State<Idp>, headers: HeaderMap) -> Response {
    match headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) {
        Some(value) if value == format!("Bearer {ACCESS_TOKEN}") => Json(idp.inner().userinfo.clone()).into_response(),
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn token(State(idp): State<Idp>, headers: HeaderMap, Form(form): Form<HashMap<String, String>>) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    if !is_client(&headers, &form) {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" }))).into_response();
    }
    // A code is good for one exchange.
    let granted = form.get("code").and_then(|code| idp.inner().codes.remove(code));
    let Some(granted) = granted else { return refuse("invalid_grant") };
    let verifier = form.get("code_verifier").map(String::as_str).unwrap_or_default();
    let proven = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == granted.challenge;
    if !proven || form.get("redirect_uri") != Some(&granted.redirect_uri) {
        return refuse("invalid_grant");
    }
    let mut answer = json!({
        "access_token": ACCESS_TOKEN,
        "token_type": "Bearer",
        "expires_in": 300,
        "id_token": idp.id_token(&granted),
    });
    if let Some(change) = &idp.inner().change_answer {
        change(&mut answer);
    }
    Json(answer).into_response()
}

/// RFC 6749 2.3.1: in the header, each half form-encoded, or in the body.
fn is_client(headers: &HeaderMap, form: &HashMap<String, String>) -> bool {
    let decoded = |text: &str| {
        let pair = url::form_urlencoded::parse(text.as_bytes()).next();
        pair.map(|(name, _)| name.into_owned()).unwrap_or_default()
    };
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    match basic {
        Some(basic) => {
            let text = String::from_utf8(STANDARD.decode(basic).unwrap_or_default()).unwrap_or_default();
            let (id, secret) = text.split_once(':').unwrap_or_default();
            decoded(id) == CLIENT_ID && decoded(secret) == CLIENT_SECRET
        }
        None => {
            form.get("client_id").is_some_and(|id| id == CLIENT_ID)
                && form.get("client_secret").is_some_and(|secret| secret == CLIENT_SECRET)
        }
    }
}
