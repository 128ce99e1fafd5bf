//! Workload identity federation: an Entra tenant's assertion in the place of a client secret.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use muster::db::sql;
use muster::provisioning::oauth::{self, client_id};
use openidconnect::PrivateSigningKey as _;
use openidconnect::core::CoreHmacKey;
use serde_json::{Value, json};
use time::Duration;

use super::oauth::{Granted, ask};
use crate::support::idp::{key, sign};
use crate::support::{ScimClient, TestApp, on_both, serve};

const TENANT: &str = "8f1f6b1c-0d43-4c1f-9a71-1f0a5b8f2c11";
const APPLICATION: &str = "2b7c2f3a-6f0e-4f1d-8c55-0a3c4de1f9b2";
const SUBJECT: &str = "5d3c1f0e-9a8b-4c7d-b6e5-4f3a2b1c0d9e";

/// A directory that takes the assertions of a tenant, and the tenant.
struct Federated {
    app: TestApp,
    entra: ScimClient,
    tenant: Tenant,
}

/// Where the tenant's keys are published; without any, nothing is there.
#[derive(Clone, Default)]
struct Tenant {
    base: String,
    keys: Arc<Mutex<Option<Value>>>,
    fetches: Arc<AtomicUsize>,
}

impl Tenant {
    async fn start() -> Self {
        let mut tenant = Self::default();
        let Self { keys, fetches, .. } = tenant.clone();
        let published = async move || {
            fetches.fetch_add(1, Ordering::SeqCst);
            let keys = keys.lock().unwrap().clone();
            keys.map(|keys| Json(json!({ "keys": [keys] }))).ok_or(StatusCode::NOT_FOUND)
        };
        let at = format!("/{TENANT}/discovery/v2.0/keys");
        tenant.base = serve(|_| Router::new().route(&at, get(published))).await;
        tenant
    }

    /// Counted anew from now on.
    fn publish(&self, key: Option<Value>) {
        *self.keys.lock().unwrap() = key;
        self.fetches.store(0, Ordering::SeqCst);
    }
}

async fn federated(app: &TestApp) -> Federated {
    let tenant = Tenant::start().await;
    let entra = app.directory("entra").await;
    let app = app.beside(|config| config.entra_authority = tenant.base.clone());
    let mut tx = app.db.write().await.unwrap();
    let now = tx.now();
    sql(
        "INSERT INTO federations (directory_id, tenant_id, application_id, audience, subject, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
    )
    .bind(&entra.directory)
    .bind(TENANT)
    .bind(APPLICATION)
    .bind(format!("api://{APPLICATION}"))
    .bind(SUBJECT)
    .bind(&now)
    .run(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let federated = Federated { entra: entra.at(&app), app, tenant };
    federated.publish("one");
    federated
}

impl Federated {
    /// From now on the tenant publishes its key under this id.
    fn publish(&self, id: &str) {
        let mut key = serde_json::to_value(key().as_verification_key()).unwrap();
        key["kid"] = json!(id);
        self.tenant.publish(Some(key));
    }

    fn fetches(&self) -> usize {
        self.tenant.fetches.load(Ordering::SeqCst)
    }

    /// What Entra would sign now.
    fn token(&self) -> Value {
        let now = self.app.clock.datetime().unix_timestamp();
        json!({
            "header": { "alg": "RS256", "kid": "one", "typ": "JWT" },
            "claims": {
                "iss": format!("{}/{TENANT}/v2.0", self.tenant.base), "tid": TENANT, "sub": SUBJECT,
                "aud": format!("api://{APPLICATION}"), "iat": now, "nbf": now, "exp": now + 3600,
            },
        })
    }

    fn assertion(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut token = self.token();
        change(&mut token);
        sign(&token)
    }

    async fn exchange(&self, client: &str, assertion: &str) -> Granted {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
            ("scope", "scim"),
        ];
        ask(&self.app, "entra", None, &form).await
    }

    async fn sends(&self, assertion: &str) -> Granted {
        self.exchange(&client_id(&self.entra.directory), assertion).await
    }
}

async fn an_assertion_is_exchanged_for_an_access_token(app: &TestApp) {
    let entra = federated(app).await;
    let token = entra.sends(&entra.assertion(|_| ())).await.token();
    entra.entra.with_token(&token).get("/Users").await.expect(200);
    // The application's own name serves too; an assertion without a jti, as Entra caches it, may come again.
    entra.exchange(APPLICATION, &entra.assertion(|_| ())).await.token();
    entra
        .sends(&entra.assertion(|token| token["claims"]["aud"] = json!([format!("api://{APPLICATION}"), "x"])))
        .await
        .token();
    assert_eq!(entra.fetches(), 1, "keys are kept");
    assert_eq!(app.count("SELECT COUNT(*) FROM federations WHERE last_used_at IS NOT NULL").await, 1);
    // Another directory does not take it, and says no more than to anybody.
    app.directory("other").await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", APPLICATION),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &entra.assertion(|_| ())),
    ];
    let other = ask(&entra.app, "other", None, &form).await.refused(401, "invalid_client");
    let nobody = ask(&entra.app, "nobody", None, &form).await.refused(401, "invalid_client");
    assert_eq!(other, nobody);
    let stranger = entra.exchange("mst_client_x", &entra.assertion(|_| ())).await.refused(401, "invalid_client");
    assert_eq!(stranger, nobody);
}

async fn hostile_assertions_are_refused(app: &TestApp) {
    let entra = federated(app).await;
    let now = app.clock.datetime().unix_timestamp();
    type Change<'a> = &'a dyn Fn(&mut Value);
    let claim = |name: &'static str, value: Value| move |token: &mut Value| token["claims"][name] = value.clone();
    let head = |name: &'static str, value: Value| move |token: &mut Value| token["header"][name] = value.clone();
    let elsewhere = format!("{}/11111111-0d43-4c1f-9a71-1f0a5b8f2c11/v2.0", entra.tenant.base);
    let table: [(&str, Change, &str); 21] = [
        ("alg none", &head("alg", json!("none")), "(alg)"),
        ("HS256", &head("alg", json!("HS256")), "(alg)"),
        ("PS256", &head("alg", json!("PS256")), "(alg)"),
        ("ES256 said of an RSA key", &head("alg", json!("ES256")), "(kid)"),
        ("no kid", &head("kid", Value::Null), "(kid)"),
        ("an unknown kid", &head("kid", json!("two")), "(kid)"),
        ("a critical extension", &head("crit", json!(["b64"])), "(crit)"),
        ("another issuer", &claim("iss", json!("https://evil.example.com")), "(iss)"),
        ("another tenant's issuer", &claim("iss", json!(elsewhere)), "(iss)"),
        ("another tenant", &claim("tid", json!("11111111-0d43-4c1f-9a71-1f0a5b8f2c11")), "(tid)"),
        ("another audience", &claim("aud", json!("api://AzureADTokenExchange")), "(aud)"),
        ("the other form of the audience", &claim("aud", json!(APPLICATION)), "(aud)"),
        ("no audience", &claim("aud", json!([])), "(aud)"),
        ("another subject", &claim("sub", json!(APPLICATION)), "(sub)"),
        ("no subject", &claim("sub", Value::Null), "claims"),
        ("expired", &claim("exp", json!(now - 60)), "(exp)"),
        ("no end", &claim("exp", Value::Null), "claims"),
        ("not valid yet", &claim("nbf", json!(now + 61)), "(nbf)"),
        ("issued tomorrow", &claim("iat", json!(now + 61)), "(iat)"),
        ("valid for too long", &claim("exp", json!(now + 25 * 3600)), "too long"),
        ("valid for ever", &claim("exp", json!(1e300)), "too long"),
    ];
    for (what, change, word) in table {
        let description = entra.sends(&entra.assertion(change)).await.refused(401, "invalid_client");
        assert!(description.contains(word), "{what}: {description}");
        assert!(!description.contains(TENANT) && !description.contains(SUBJECT), "{what} tells what is expected");
    }
    // Signed by nobody that counts, or not at all.
    let good = entra.assertion(|_| ());
    let (signed, _) = good.rsplit_once('.').unwrap();
    let broken = format!("{signed}.{}", URL_SAFE_NO_PAD.encode([0; 256]));
    assert!(entra.sends(&broken).await.refused(401, "invalid_client").contains("signature"));
    let changed = good.replacen('.', ".e30x", 1);
    entra.sends(&changed).await.refused(401, "invalid_client");
    // HS256 with the public key as the shared secret.
    let mut token = entra.token();
    token["header"]["alg"] = json!("HS256");
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&token["header"]), part(&token["claims"]));
    let public = serde_json::to_string(&key().as_verification_key()).unwrap();
    let algorithm = openidconnect::core::CoreJwsSigningAlgorithm::HmacSha256;
    let signature = CoreHmacKey::new(public).sign(&algorithm, text.as_bytes()).unwrap();
    let forged = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert!(entra.sends(&forged).await.refused(401, "invalid_client").contains("(alg)"));
    for no_jwt in ["x", "a.b", "a.b.c.d", "..", &"x".repeat(20_000)] {
        entra.sends(no_jwt).await.refused(400, "invalid_request");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM access_tokens").await, 0);
    assert_eq!(entra.fetches(), 1, "made-up key ids do not make us ask again and again");
    // Clocks may differ a little.
    entra.sends(&entra.assertion(claim("exp", json!(now - 59)))).await.token();
    entra.sends(&entra.assertion(claim("iat", json!(now + 59)))).await.token();
}

async fn an_assertion_with_an_id_is_good_for_one_exchange(app: &TestApp) {
    let entra = federated(app).await;
    let assertion = entra.assertion(|token| token["claims"]["jti"] = json!("once"));
    entra.sends(&assertion).await.token();
    assert!(entra.sends(&assertion).await.refused(401, "invalid_client").contains("jti"));
    // Another process on the same database knows it too, also when it has cleaned up.
    oauth::clean(&app.db).await.unwrap();
    let authority = entra.tenant.base.clone();
    let second = app.beside(|config| config.entra_authority = authority);
    let entra = Federated { app: second, ..entra };
    assert!(entra.sends(&assertion).await.refused(401, "invalid_client").contains("jti"));
    app.clock.advance(Duration::hours(2));
    assert!(entra.sends(&assertion).await.refused(401, "invalid_client").contains("(exp)"));
    oauth::clean(&app.db).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM used_assertions").await, 0);
}

async fn keys_come_and_go(app: &TestApp) {
    let entra = federated(app).await;
    entra.sends(&entra.assertion(|_| ())).await.token();
    // A new key is asked for at once, if nobody asked in this minute.
    entra.publish("two");
    let by_two = |token: &mut Value| token["header"]["kid"] = json!("two");
    assert!(entra.sends(&entra.assertion(by_two)).await.refused(401, "invalid_client").contains("(kid)"));
    app.clock.advance(Duration::minutes(1));
    entra.sends(&entra.assertion(by_two)).await.token();
    // The one that is not published any more has gone with it.
    assert!(entra.sends(&entra.assertion(|_| ())).await.refused(401, "invalid_client").contains("(kid)"));
    assert_eq!(entra.fetches(), 1);
    // A tenant that cannot be reached is no reason to refuse while its keys are good, and one to refuse afterwards.
    entra.tenant.publish(None);
    app.clock.advance(Duration::minutes(59));
    entra.sends(&entra.assertion(by_two)).await.token();
    app.clock.advance(Duration::minutes(2));
    entra.sends(&entra.assertion(by_two)).await.refused(503, "temporarily_unavailable");
}

async fn a_federation_that_goes_takes_its_tokens_along(app: &TestApp) {
    let entra = federated(app).await;
    app.execute("UPDATE directories SET state = 'paused'").await;
    assert!(entra.sends(&entra.assertion(|_| ())).await.refused(400, "unauthorized_client").contains("paused"));
    app.execute("UPDATE directories SET state = 'on'").await;
    app.execute("DELETE FROM federations").await;
    entra.sends(&entra.assertion(|_| ())).await.refused(401, "invalid_client");
    assert_eq!(entra.fetches(), 0, "nobody is asked for what is not taken");
    let request = Request::post("/scim/v2/entra/oauth/token").body(Body::empty()).unwrap();
    assert_eq!(app.send(request).await.status(), 400);
}

on_both!(
    an_assertion_is_exchanged_for_an_access_token,
    hostile_assertions_are_refused,
    an_assertion_with_an_id_is_good_for_one_exchange,
    keys_come_and_go,
    a_federation_that_goes_takes_its_tokens_along,
);
