//! Tokens, labels and states; what browsers may do; what is noted about the traffic.

use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::BodyExt as _;
use muster::db::sql;
use serde_json::json;

use crate::support::{ScimClient, TestApp, on_both};

async fn a_wrong_token_opens_nothing(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (other, _, _) = muster::provisioning::tokens::SCIM.mint();
    let other = secrecy::ExposeSecret::expose_secret(&other).to_string();
    for client in [okta.with_token("secret"), okta.with_token(&other), okta.with_token("")] {
        for path in ["/Users", "/Users/x", "/Groups", "/Nothing", "/Me"] {
            let answer = client.get(path).await;
            answer.refused(401, "");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
    }
    okta.send(Method::GET, "/Users", None, &[("authorization", "")]).await.refused(401, "");
    okta.send(Method::GET, "/Users", None, &[("authorization", "Basic YTpi")]).await.refused(401, "");
    let lower_case = format!("bearer {}", okta.token);
    okta.send(Method::GET, "/Users", None, &[("authorization", &lower_case)]).await.expect(200);
}

async fn an_unknown_label_and_a_foreign_one_are_refused_alike(app: &TestApp) {
    let (okta, entra) = (app.directory("okta").await, app.directory("entra").await);
    let unknown = okta.with_label("nobody").get("/Users").await;
    let foreign = okta.with_label(&entra.label).get("/Users").await;
    assert_eq!(unknown.refused(401, ""), foreign.refused(401, ""));
}

async fn a_revoked_and_an_expired_token_say_so(app: &TestApp) {
    let okta = app.directory("okta").await;
    let second = okta.with_token(&app.token(&okta.directory).await);
    app.execute(&format!(
        "UPDATE directory_tokens SET expires_at = '2026-11-22T13:00:00.000Z' WHERE hash = '{}'",
        muster::vault::digest(&second.token)
    ))
    .await;
    second.get("/Users").await.expect(200);
    app.clock.advance(time::Duration::hours(1));
    assert!(second.get("/Users").await.refused(401, "").contains("expired"));
    okta.get("/Users").await.expect(200);
    app.execute("UPDATE directory_tokens SET revoked_at = '2026-11-22T13:00:00.000Z' WHERE expires_at IS NULL").await;
    assert!(okta.get("/Users").await.refused(401, "").contains("revoked"));
}

async fn a_paused_directory_says_so_and_does_nothing(app: &TestApp) {
    let okta = app.directory("okta").await;
    for (state, word) in [("paused", "paused"), ("off", "turned off")] {
        app.execute(&format!("UPDATE directories SET state = '{state}'")).await;
        assert!(okta.get("/Users").await.refused(403, "").contains(word));
        assert!(okta.get("/ServiceProviderConfig").await.refused(403, "").contains(word));
        okta.post("/Users", json!({ "userName": "ada" })).await.refused(403, "");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
}

async fn directories_do_not_see_each_other(app: &TestApp) {
    let organization = app.organization("Acme").await;
    let okta = app.directory_of(&organization, "okta").await;
    let entra = app.directory_of(&organization, "entra").await;
    let (user, group) = (okta.user("ada").await, okta.group("Engineering", &[]).await);
    for path in [format!("/Users/{user}"), format!("/Groups/{group}")] {
        entra.get(&path).await.refused(404, "");
        entra.put(&path, json!({ "userName": "x", "displayName": "x" })).await.refused(404, "");
        entra.patch(&path, json!([{ "op": "replace", "path": "displayName", "value": "x" }])).await.refused(404, "");
        entra.delete(&path).await.refused(404, "");
    }
    assert_eq!(entra.get("/Users").await.total() + entra.get("/Groups").await.total(), 0);
    // The same person in two directories is two users, and the same name two groups.
    let (second, other) = (entra.user("ada").await, entra.group("Engineering", &[]).await);
    assert_ne!(user, second);
    let detail = entra
        .patch(&format!("/Groups/{other}"), json!([{ "op": "add", "path": "members", "value": [{ "value": user }] }]))
        .await
        .refused(400, "invalidValue");
    assert!(detail.contains(&user), "{detail}");
    assert_eq!(entra.members(&other).await, [] as [String; 0]);
    // The id in the body does not lead anywhere else.
    let put = entra.put(&format!("/Users/{second}"), json!({ "id": user, "userName": "eve" })).await.expect(200);
    assert_eq!(put.id(), second);
    assert_eq!(okta.get(&format!("/Users/{user}")).await.body["userName"], "ada");
}

/// Waits for what is written beside the requests.
async fn noted(app: &TestApp, okta: &ScimClient, wanted: &str) -> (Option<String>, Option<String>, Option<String>) {
    for _ in 0..200 {
        let mut tx = app.db.read().await.unwrap();
        let row: (Option<String>, Option<String>, Option<String>) =
            sql("SELECT d.first_request_at, d.last_request_at, d.last_error FROM directories d WHERE d.id = $1")
                .bind(&okta.directory)
                .one(&mut tx)
                .await
                .unwrap();
        if row.1.as_deref() == Some(wanted) {
            return row;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the last request was not noted within four seconds");
}

async fn the_last_request_and_the_last_error_are_noted(app: &TestApp) {
    let okta = app.directory("okta").await;
    okta.get("/Users").await.expect(200);
    let first = "2026-11-22T12:00:00.000Z";
    assert_eq!(noted(app, &okta, first).await, (Some(first.into()), Some(first.into()), None));
    app.clock.advance(time::Duration::seconds(30));
    okta.post("/Users", json!({ "displayName": "Nobody" })).await.refused(400, "invalidValue");
    let (first_request, _, error) = noted(app, &okta, "2026-11-22T12:00:30.000Z").await;
    assert_eq!(first_request.as_deref(), Some(first));
    assert!(error.unwrap().starts_with("400 invalidValue: "));
    // A token's last use is written once a minute.
    let last_used = "SELECT COUNT(*) FROM directory_tokens WHERE last_used_at = '2026-11-22T12:00:00.000Z'";
    assert_eq!(app.count(last_used).await, 1);
    app.clock.advance(time::Duration::seconds(30));
    okta.get("/Users").await.expect(200);
    noted(app, &okta, "2026-11-22T12:01:00.000Z").await;
    assert_eq!(app.count(last_used).await, 0);
}

async fn a_browser_may_call_from_anywhere(app: &TestApp) {
    let okta = app.directory("okta").await;
    let asked = [
        ("authorization", ""),
        ("origin", "https://scimvalidator.microsoft.com"),
        ("access-control-request-headers", "authorization,x-ms-test"),
    ];
    let preflight = okta.send(Method::OPTIONS, "/Users/1", None, &asked).await.expect(204);
    assert_eq!(preflight.headers["access-control-allow-origin"], "*");
    assert_eq!(preflight.headers["access-control-allow-headers"], "authorization,x-ms-test");
    assert!(preflight.headers["access-control-allow-methods"].to_str().unwrap().contains("PATCH"));
    for answer in [okta.get("/Users").await, okta.get("/Nothing").await, okta.with_token("x").get("/Users").await] {
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
    }
}

async fn below_the_base_url_everything_is_scim(app: &TestApp) {
    let okta = app.directory("okta").await;
    okta.get("/Nothing/at/all").await.refused(404, "");
    okta.get("/users").await.refused(404, "");
    okta.get("").await.expect(200);
    let wrong = okta.delete("/Users").await;
    wrong.refused(405, "");
    assert!(wrong.headers["allow"].to_str().unwrap().contains("POST"));
    okta.post("/Schemas", json!({})).await.refused(405, "");
    for (method, path) in [(Method::GET, "/Me"), (Method::PATCH, "/Me"), (Method::DELETE, "/Me")] {
        okta.send(method, path, None, &[]).await.refused(501, "");
    }
    for path in ["/Bulk", "/.search", "/Users/.search"] {
        okta.get(path).await.refused(405, "");
    }
    let outside = app.send(Request::get("/scim/v2").body(Body::empty()).unwrap()).await;
    assert_eq!(outside.headers()["content-type"], "application/scim+json");
}

async fn another_version_of_the_protocol_is_not_spoken(app: &TestApp) {
    let okta = app.directory("okta").await;
    okta.get("/Users").await.expect(200);
    for path in [
        "/scim",
        "/scim/",
        "/scim/v1",
        "/scim/v2/",
        "/scim/v1/okta/Users",
        "/scim/v3/okta/Users?count=1",
        "/scim/okta/Users",
    ] {
        for method in [Method::GET, Method::POST, Method::PATCH] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let response = app.send(request).await;
            assert_eq!(response.status(), 404, "{path}");
            assert_eq!(response.headers()["content-type"], "application/scim+json");
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let error: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!((&error["status"], &error["scimType"]), (&json!("404"), &json!("invalidVers")), "{path}");
        }
    }
}

async fn scim_must_have_come_by_https(app: &TestApp) {
    let okta = app.directory("okta").await;
    let asks = |client: ScimClient, proto: &'static str| async move {
        client.send(Method::GET, "/Users", None, &[("x-forwarded-proto", proto)]).await
    };
    asks(okta.clone(), "HTTPS").await.expect(200);
    asks(okta.clone(), "https, https").await.expect(200);
    for plain in ["", "http", "https, http", "http,https", "https,", "wss"] {
        assert!(asks(okta.clone(), plain).await.refused(403, "").contains("plain http"), "{plain}");
    }
    // Nothing is looked at before: neither a wrong token nor the address makes a difference.
    for path in ["/ServiceProviderConfig", "/oauth/token", "/Nothing/at/all"] {
        okta.with_token("x").send(Method::POST, path, None, &[("x-forwarded-proto", "http")]).await.refused(403, "");
    }
    // What somebody says of himself counts for nothing.
    for proxies in [vec![], vec!["10.0.0.0/8".parse().unwrap()]] {
        let elsewhere = app.beside(|config| config.trusted_proxies = proxies);
        let detail = asks(okta.at(&elsewhere), "https").await.refused(403, "");
        assert!(detail.contains("MUSTER_TRUSTED_PROXIES"), "{detail}");
    }
    let network = app.beside(|config| config.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()]);
    asks(okta.at(&network), "https").await.expect(200);
    // A test network without TLS was chosen as such.
    let plain = app.beside(|config| {
        config.public_url = "http://muster.test".into();
        config.trusted_proxies = vec![];
    });
    asks(okta.at(&plain), "").await.expect(200);
}

on_both!(
    another_version_of_the_protocol_is_not_spoken,
    scim_must_have_come_by_https,
    a_wrong_token_opens_nothing,
    an_unknown_label_and_a_foreign_one_are_refused_alike,
    a_revoked_and_an_expired_token_say_so,
    a_paused_directory_says_so_and_does_nothing,
    directories_do_not_see_each_other,
    the_last_request_and_the_last_error_are_noted,
    a_browser_may_call_from_anywhere,
    below_the_base_url_everything_is_scim,
);
