//! An OpenID provider in this process, which does as it should or as a test tells it.
//!
//! The browser's visit is a function, [`Idp::authorize`]; metadata, keys, tokens and userinfo are real HTTP on loopback.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use muster::jose::{Jwt, SigningKey};
use muster::time::Clock;
use openidconnect::core::{CoreHmacKey, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
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

/// What an endpoint may do to whoever asks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mischief {
    /// More than anybody should read.
    Huge,
    /// Nothing, for longer than anybody should wait.
    Slow,
    Redirect,
    Down,
}

struct Inner {
    /// What one endpoint does, by its path.
    mischief: Option<(&'static str, Mischief)>,
    /// How often each path was asked.
    asked: HashMap<String, usize>,
    keys: Value,
    cache_control: Option<&'static str>,
    /// Where the client publishes its keys; with them it may come without a secret.
    client_keys: Value,
    /// The ids of assertions that came.
    assertions: Vec<String>,
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
            mischief: None,
            asked: HashMap::new(),
            keys: json!({ "keys": [key().as_verification_key()] }),
            cache_control: None,
            client_keys: json!({ "keys": [] }),
            assertions: Vec::new(),
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
            .layer(middleware::from_fn_with_state(idp.clone(), misbehave))
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
        inner.mischief = None;
    }

    /// From now on the endpoint at the path does this.
    pub fn misbehave(&self, path: &'static str, mischief: Mischief) {
        self.inner().mischief = Some((path, mischief));
    }

    /// How often a path was asked so far.
    pub fn asked(&self, path: &str) -> usize {
        self.inner().asked.get(path).copied().unwrap_or_default()
    }

    /// Publishes its key under this id.
    pub fn publish(&self, id: &str) {
        let mut key = serde_json::to_value(key().as_verification_key()).expect("JSON");
        key["kid"] = json!(id);
        self.inner().keys = json!({ "keys": [key] });
    }

    /// How long keys and metadata may be kept.
    pub fn cache_control(&self, directives: &'static str) {
        self.inner().cache_control = Some(directives);
    }

    /// What the client's JWKS address says.
    pub fn know_client_keys(&self, keys: Value) {
        self.inner().client_keys = keys;
    }

    /// A logout token for the person, changed and signed.
    pub fn logout_token(&self, change: impl FnOnce(&mut Value)) -> String {
        let now = self.clock.datetime().unix_timestamp();
        let mut token = json!({
            "header": { "alg": "RS256", "kid": "one", "typ": "logout+jwt" },
            "claims": {
                "iss": self.base, "aud": CLIENT_ID, "iat": now, "exp": now + 120,
                "jti": muster::vault::random_text(muster::vault::BASE62, 20),
                "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
            },
        });
        change(&mut token);
        sign(&token)
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

    fn document(&self, which: impl Fn(&Inner) -> &Value) -> Response {
        let inner = self.inner();
        let cache_control = inner.cache_control.map(|directives| [(header::CACHE_CONTROL, directives)]);
        (cache_control.unwrap_or([(header::CACHE_CONTROL, "public")]), Json(which(&inner).clone())).into_response()
    }

    /// RFC 7523 3: signed with a key that the client publishes, for this endpoint, and each once.
    fn is_assertion_of_client(&self, text: &str) -> bool {
        let mut inner = self.inner();
        let Ok(jwt) = Jwt::parse(text) else { return false };
        let keys = inner.client_keys["keys"].as_array().cloned().unwrap_or_default();
        let key = keys.into_iter().find(|key| key["kid"].as_str() == jwt.key_id.as_deref());
        let claims = key.and_then(|key| jwt.claims::<Value>(&serde_json::from_value(key).ok()?).ok());
        let Some(claims) = claims else { return false };
        let now = self.clock.datetime().unix_timestamp();
        let id = claims["jti"].as_str().unwrap_or_default().to_string();
        let lives = claims["exp"].as_i64().unwrap_or_default() - now;
        let fresh = id.len() >= 16 && !inner.assertions.contains(&id);
        inner.assertions.push(id);
        fresh
            && (1..=300).contains(&lives)
            && claims["iss"] == CLIENT_ID
            && claims["sub"] == CLIENT_ID
            && claims["aud"] == format!("{}/token", self.base)
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
        sign(&token)
    }
}

/// The key that this provider signs with, called `one`.
pub fn key() -> CoreRsaPrivateSigningKey {
    let pem = include_str!("idp_key.pem");
    CoreRsaPrivateSigningKey::from_pem(pem, Some(JsonWebKeyId::new("one".into()))).expect("a key")
}

/// Always by RS256, whatever the header says; without a signature where it says `none`, with the text in `hmac` as shared
/// secret where there is one, and by a key that nobody published where it is `forged`.
pub fn sign(token: &Value) -> String {
    let (header, claims) = (&token["header"], &token["claims"]);
    if token["forged"] == true {
        return SigningKey::generate("one").expect("a key").sign(claims).expect("a signature");
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    if header["alg"] == "none" {
        return format!("{text}.");
    }
    let signature = match token["hmac"].as_str() {
        Some(secret) => CoreHmacKey::new(secret.as_bytes()).sign(&CoreJwsSigningAlgorithm::HmacSha256, text.as_bytes()),
        None => key().sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, text.as_bytes()),
    };
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.expect("a signature")))
}

async fn misbehave(State(idp): State<Idp>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_string();
    *idp.inner().asked.entry(path.clone()).or_default() += 1;
    let mischief = idp.inner().mischief.filter(|(at, _)| *at == path).map(|(_, mischief)| mischief);
    match mischief {
        None => next.run(request).await,
        Some(Mischief::Huge) => " ".repeat(2 * 1024 * 1024).into_response(),
        Some(Mischief::Slow) => {
            tokio::time::sleep(std::time::Duration::from_secs(30)).await;
            StatusCode::OK.into_response()
        }
        Some(Mischief::Redirect) => Redirect::temporary("http://169.254.169.254/latest/meta-data").into_response(),
        Some(Mischief::Down) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn metadata_of(State(idp): State<Idp>) -> Response {
    idp.document(|inner| &inner.metadata)
}

async fn keys(State(idp): State<Idp>) -> Response {
    idp.document(|inner| &inner.keys)
}

async fn userinfo(State(idp): State<Idp>, headers: HeaderMap) -> Response {
    match headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) {
        Some(value) if value == format!("Bearer {ACCESS_TOKEN}") => Json(idp.inner().userinfo.clone()).into_response(),
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn token(State(idp): State<Idp>, headers: HeaderMap, Form(form): Form<HashMap<String, String>>) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let by_assertion = form.get("client_assertion").is_some_and(|assertion| {
        form["client_assertion_type"].ends_with(":jwt-bearer") && idp.is_assertion_of_client(assertion)
    });
    if !by_assertion && !is_client(&headers, &form) {
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
