//! `POST {base URL}/oauth/token`: client credentials, and the access tokens that they are exchanged for.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use muster::provisioning::oauth::{self, client_id};
use serde_json::Value;
use time::Duration;

use crate::support::{ScimClient, TestApp, on_both};

/// An answer of the token endpoint.
pub struct Granted {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

/// Asks the token endpoint of that label. Every answer is JSON that nobody keeps.
pub async fn ask(app: &TestApp, label: &str, authorization: Option<&str>, form: &[(&str, &str)]) -> Granted {
    let mut request = Request::post(format!("/scim/v2/{label}/oauth/token"))
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let body = Body::from(serde_urlencoded::to_string(form).unwrap());
    let response = app.send(request.body(body).unwrap()).await;
    let (parts, body) = response.into_parts();
    assert_eq!(parts.headers["content-type"], "application/json");
    assert_eq!(parts.headers["cache-control"], "no-store");
    let body = body.collect().await.unwrap().to_bytes();
    Granted { status: parts.status.as_u16(), headers: parts.headers, body: serde_json::from_slice(&body).unwrap() }
}

impl Granted {
    #[track_caller]
    pub fn token(&self) -> String {
        assert_eq!(self.status, 200, "{:#}", self.body);
        self.body["access_token"].as_str().unwrap().to_string()
    }

    /// The description, if it is that error: RFC 6749 allows it ASCII without quotes and backslashes.
    #[track_caller]
    pub fn refused(&self, status: u16, error: &str) -> String {
        assert_eq!((self.status, self.body["error"].as_str()), (status, Some(error)), "{:#}", self.body);
        assert_eq!(self.headers.contains_key("www-authenticate"), status == 401);
        let description = self.body["error_description"].as_str().unwrap().to_string();
        assert!(description.bytes().all(|b| (0x20..0x7f).contains(&b) && b != b'"' && b != b'\\'), "{description}");
        description
    }
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

async fn exchange(app: &TestApp, okta: &ScimClient, secret: &str) -> Granted {
    let id = client_id(&okta.directory);
    let form = [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", secret), ("scope", "scim")];
    ask(app, &okta.label, None, &form).await
}

async fn a_client_secret_is_exchanged_for_a_token_of_one_hour(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (secret, id) = (app.client_secret(&okta.directory).await, client_id(&okta.directory));
    let granted = exchange(app, &okta, &secret).await;
    let token = granted.token();
    assert_eq!(granted.body["token_type"], "Bearer");
    assert_eq!(granted.body["expires_in"], 3600);
    assert_eq!(granted.body["scope"], "scim");
    let header = ask(app, "OKTA", Some(&basic(&id, &secret)), &[("grant_type", "client_credentials")]).await.token();
    assert!(token != header && token.starts_with("mst_access_"));
    for token in [&token, &header] {
        okta.with_token(token).post("/Users", serde_json::json!({ "userName": token })).await.expect(201);
    }
    // Its own directory is all that it opens.
    let entra = app.directory("entra").await;
    entra.with_token(&token).get("/Users").await.refused(401, "");
    let kept = format!("SELECT COUNT(*) FROM access_tokens WHERE hash = '{token}' OR prefix = '{token}'");
    assert_eq!(app.count(&kept).await, 0);

    app.clock.advance(Duration::minutes(59));
    okta.with_token(&token).get("/Users").await.expect(200);
    app.clock.advance(Duration::minutes(1));
    let detail = okta.with_token(&token).get("/Users").await.refused(401, "");
    assert!(detail.contains("expired") && detail.contains("/oauth/token"), "{detail}");
    let detail = okta.with_token(&header).get("/Users").await.refused(401, "");
    assert!(detail.contains("expired"), "{detail}");
    app.clock.advance(Duration::days(2));
    oauth::clean(&app.db).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM access_tokens").await, 0);
}

async fn what_is_no_good_request_is_refused_as_the_rfc_says(app: &TestApp) {
    let okta = app.directory("okta").await;
    let other = app.directory("entra").await;
    let (secret, id) = (app.client_secret(&okta.directory).await, client_id(&okta.directory));
    let foreign = app.client_secret(&other.directory).await;
    let good = basic(&id, &secret);
    let wrong = format!("{}x", &secret[..secret.len() - 1]);
    let grant = ("grant_type", "client_credentials");
    let (id_pair, secret_pair) = (("client_id", id.as_str()), ("client_secret", secret.as_str()));
    type Form<'a> = &'a [(&'a str, &'a str)];
    let table: [(&str, Option<&str>, Form, u16, &str); 19] = [
        ("no grant type", Some(&good), &[], 400, "invalid_request"),
        ("another grant type", Some(&good), &[("grant_type", "password")], 400, "unsupported_grant_type"),
        ("a grant type twice", Some(&good), &[grant, grant], 400, "invalid_request"),
        ("no client", None, &[grant], 401, "invalid_client"),
        ("no secret", None, &[grant, id_pair], 401, "invalid_client"),
        ("an empty secret", None, &[grant, id_pair, ("client_secret", "")], 401, "invalid_client"),
        ("no client id", None, &[grant, secret_pair], 400, "invalid_request"),
        ("two ways at once", Some(&good), &[grant, id_pair, secret_pair], 400, "invalid_request"),
        ("two names", Some(&good), &[grant, ("client_id", "x")], 400, "invalid_request"),
        ("a wrong secret", None, &[grant, id_pair, ("client_secret", &wrong)], 401, "invalid_client"),
        ("a foreign secret", None, &[grant, id_pair, ("client_secret", &foreign)], 401, "invalid_client"),
        ("a wrong name", None, &[grant, ("client_id", "x"), secret_pair], 401, "invalid_client"),
        ("the directory's token", None, &[grant, id_pair, ("client_secret", &okta.token)], 401, "invalid_client"),
        ("a wrong header", Some(&basic(&id, "x")), &[grant], 401, "invalid_client"),
        ("another scheme", Some(&format!("Bearer {secret}")), &[grant], 401, "invalid_client"),
        ("no Base64", Some("Basic {}"), &[grant], 401, "invalid_client"),
        ("an assertion of no kind", None, &[grant, id_pair, ("client_assertion", "a.b.c")], 400, "invalid_request"),
        (
            "a secret and an assertion",
            None,
            &[grant, id_pair, secret_pair, ("client_assertion", "a.b.c")],
            400,
            "invalid_request",
        ),
        ("a huge body", Some(&good), &[grant, ("scope", &"x".repeat(40_000))], 400, "invalid_request"),
    ];
    for (what, authorization, form, status, error) in table {
        let answer = ask(app, "okta", authorization, form).await;
        assert_eq!((answer.status, answer.body["error"].as_str()), (status, Some(error)), "{what}: {}", answer.body);
        answer.refused(status, error);
    }
    // A label that nobody has, and another's, are refused alike.
    let unknown = ask(app, "nobody", Some(&good), &[grant]).await;
    let foreign = ask(app, "entra", Some(&good), &[grant]).await;
    assert_eq!(unknown.refused(401, "invalid_client"), foreign.refused(401, "invalid_client"));
    assert_eq!(app.count("SELECT COUNT(*) FROM access_tokens").await, 0);
    // Any scope is answered by the one that there is.
    let scoped = ask(app, "okta", Some(&good), &[grant, ("scope", "openid everything")]).await;
    assert_eq!((scoped.status, &scoped.body["scope"]), (200, &serde_json::json!("scim")));
}

async fn only_forms_that_are_posted_are_read(app: &TestApp) {
    let okta = app.directory("okta").await;
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        let answer = okta.send(method, "/oauth/token", None, &[]).await;
        answer.refused(405, "");
        assert!(answer.headers["allow"].to_str().unwrap().contains("POST"));
    }
    let request = Request::post("/scim/v2/okta/oauth/token").header("content-type", "application/json");
    let response = app.send(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!(response.status(), 400);
    // What is below the base URL else is SCIM.
    okta.get("/oauth").await.refused(404, "");
    okta.get("/oauth/other").await.refused(404, "");
}

async fn a_client_secret_is_no_bearer_token(app: &TestApp) {
    let okta = app.directory("okta").await;
    let secret = app.client_secret(&okta.directory).await;
    okta.with_token(&secret).get("/Users").await.refused(401, "");
    // Not even where its row could be found.
    let hash = muster::vault::digest(&okta.token);
    app.execute(&format!("UPDATE directory_tokens SET kind = 'client-secret' WHERE hash = '{hash}'")).await;
    okta.get("/Users").await.refused(401, "");
}

async fn secrets_end_and_directories_pause(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (first, second) = (app.client_secret(&okta.directory).await, app.client_secret(&okta.directory).await);
    let token = exchange(app, &okta, &first).await.token();
    for (state, word) in [("paused", "paused"), ("off", "turned off")] {
        app.execute(&format!("UPDATE directories SET state = '{state}'")).await;
        assert!(exchange(app, &okta, &first).await.refused(400, "unauthorized_client").contains(word));
        assert!(okta.with_token(&token).get("/Users").await.refused(403, "").contains(word));
    }
    app.execute("UPDATE directories SET state = 'on'").await;
    let set = |column: &str, secret: &str| {
        let hash = muster::vault::digest(secret);
        format!("UPDATE directory_tokens SET {column} = '2026-11-22T12:00:00.000Z' WHERE hash = '{hash}'")
    };
    app.execute(&set("expires_at", &first)).await;
    assert!(exchange(app, &okta, &first).await.refused(401, "invalid_client").contains("expired"));
    // What it was exchanged for lives its hour; several secrets live beside each other.
    okta.with_token(&token).get("/Users").await.expect(200);
    exchange(app, &okta, &second).await.token();
    app.execute(&set("revoked_at", &second)).await;
    assert!(exchange(app, &okta, &second).await.refused(401, "invalid_client").contains("revoked"));
    let used = "SELECT COUNT(*) FROM directory_tokens WHERE kind = 'client-secret' AND last_used_at IS NOT NULL";
    assert_eq!(app.count(used).await, 2);
}

on_both!(
    a_client_secret_is_exchanged_for_a_token_of_one_hour,
    what_is_no_good_request_is_refused_as_the_rfc_says,
    only_forms_that_are_posted_are_read,
    a_client_secret_is_no_bearer_token,
    secrets_end_and_directories_pause,
);
