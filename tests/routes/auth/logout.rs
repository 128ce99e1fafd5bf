//! Signing out there ends the sessions here, and signing out here offers to sign out there.

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt as _;
use muster::actor::Level;
use muster::sso::Provider;
use serde_json::{Value, json};
use time::Duration;

use crate::support::browser::Browser;
use crate::support::sign_in::{Connected, connect};
use crate::support::{TestApp, on_both};

async fn acme(app: &TestApp) -> Connected {
    let acme = connect(app, Provider::Generic).await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.push(app, "grace", "grace", Level::Member).await;
    acme
}

async fn signed_in<'a>(app: &'a TestApp, acme: &Connected, person: Value) -> Browser<'a> {
    acme.idp.person(person);
    let mut browser = Browser::new(app);
    assert_eq!(acme.sign_in(&mut browser).await.location(), "/me");
    browser
}

/// As the provider's server sends it: no cookie, and no browser's headers.
async fn send(app: &TestApp, acme: &Connected, token: &str) -> (u16, String) {
    let form = serde_urlencoded::to_string([("logout_token", token)]).unwrap();
    let request = Request::post(format!("/auth/backchannel-logout/{}", acme.connection))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    let response = app.send(request).await;
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn a_logout_there_ends_the_session_here(app: &TestApp) {
    let acme = acme(app).await;
    let mut desk = signed_in(app, &acme, json!({ "sub": "ada", "sid": "desk" })).await;
    let mut phone = signed_in(app, &acme, json!({ "sub": "ada", "sid": "phone" })).await;
    let mut grace = signed_in(app, &acme, json!({ "sub": "grace", "sid": "grace" })).await;

    let token = acme.idp.logout_token(|token| token["claims"]["sid"] = json!("desk"));
    assert_eq!(send(app, &acme, &token).await.0, 200);
    assert_eq!(desk.get("/me").await.status, 303);
    assert_eq!(phone.get("/me").await.status, 200);
    let event = app.events().await.pop().unwrap();
    assert_eq!(event.kind, "sign_in.ended_by_provider");
    assert_eq!(event.after.unwrap()["sessions_ended"], 1);

    // Without a sid: all of the person's.
    let token = acme.idp.logout_token(|token| token["claims"]["sub"] = json!("ada"));
    assert_eq!(send(app, &acme, &token).await.0, 200);
    assert_eq!(phone.get("/me").await.status, 303);
    assert_eq!(grace.get("/me").await.status, 200);

    // The same token again, after another sign-in.
    let mut again = signed_in(app, &acme, json!({ "sub": "ada", "sid": "again" })).await;
    let (status, body) = send(app, &acme, &token).await;
    assert_eq!(status, 400);
    assert!(body.contains("jti"), "{body}");
    assert_eq!(again.get("/me").await.status, 200);
    // Whoever has no session is signed out already.
    let token = acme.idp.logout_token(|token| token["claims"]["sid"] = json!("nobody's"));
    assert_eq!(send(app, &acme, &token).await.0, 200);
}

async fn a_logout_token_that_is_none_ends_nothing(app: &TestApp) {
    let acme = acme(app).await;
    let mut ada = signed_in(app, &acme, json!({ "sub": "ada", "sid": "desk" })).await;
    type Change = fn(&mut Value);
    let rows: [(&str, Change); 17] = [
        ("(iss)", |token| token["claims"]["iss"] = json!("https://evil.example")),
        ("(aud)", |token| token["claims"]["aud"] = json!("another-client")),
        ("(aud)", |token| token["claims"]["aud"] = Value::Null),
        ("(iat)", |token| token["claims"]["iat"] = Value::Null),
        ("(iat)", |token| token["claims"]["iat"] = json!(token["claims"]["iat"].as_i64().unwrap() + 61)),
        ("(exp)", |token| token["claims"]["exp"] = Value::Null),
        ("(exp)", |token| token["claims"]["exp"] = json!(token["claims"]["iat"].as_i64().unwrap() - 61)),
        ("(exp)", |token| token["claims"]["exp"] = json!(token["claims"]["iat"].as_i64().unwrap() + 100_000)),
        ("(jti)", |token| token["claims"]["jti"] = Value::Null),
        ("(events)", |token| token["claims"]["events"] = Value::Null),
        ("(events)", |token| token["claims"]["events"] = json!({ "https://other.example/event": {} })),
        ("nonce", |token| token["claims"]["nonce"] = json!("n")),
        ("(sub)", |token| token["claims"]["sid"] = Value::Null),
        ("(typ)", |token| token["header"]["typ"] = json!("at+jwt")),
        ("(kid)", |token| token["header"]["kid"] = json!("another")),
        ("signature", |token| token["forged"] = json!(true)),
        ("RS256", |token| token["header"]["alg"] = json!("none")),
    ];
    for (reason, change) in rows {
        let token = acme.idp.logout_token(|token| {
            token["claims"]["sid"] = json!("desk");
            change(token);
        });
        let (status, body) = send(app, &acme, &token).await;
        println!("logout token wrong in {reason:<12} → {status} {body}");
        assert_eq!(status, 400, "{reason}");
        assert!(body.contains(reason), "{reason}: {body}");
        app.clock.advance(Duration::seconds(61));
    }
    assert_eq!(send(app, &acme, "nonsense").await.0, 400);
    let request = Request::post(format!("/auth/backchannel-logout/{}", acme.connection)).body(Body::empty()).unwrap();
    assert_eq!(app.send(request).await.status(), 400);
    assert_eq!(ada.get("/me").await.status, 200);
    assert!(!app.kinds_since(0).await.contains(&"sign_in.ended_by_provider".to_string()));
}

async fn a_sign_out_here_offers_the_one_there(app: &TestApp) {
    let acme = acme(app).await;
    let person = || json!({ "sub": "ada", "preferred_username": "ada@example.com" });
    // A provider without such an address is not offered.
    let mut ada = signed_in(app, &acme, person()).await;
    assert_eq!(ada.post("/sign-out", &[]).await.location(), "/sign-in/acme");

    let base = acme.idp.base.clone();
    acme.idp.metadata(move |metadata| metadata["end_session_endpoint"] = json!(format!("{base}/logout")));
    app.clock.advance(Duration::hours(2));
    let mut ada = signed_in(app, &acme, person()).await;
    let page = ada.post("/sign-out", &[]).await;
    assert_eq!(page.location(), format!("/auth/signed-out/{}", acme.connection));
    assert_eq!(ada.get("/me").await.status, 303, "signed out here in any case");
    let mut other = Browser::new(app);
    assert_eq!(other.get(&page.location()).await.location(), "/sign-in/acme", "who did not leave is offered nothing");
    let page = ada.get(&page.location()).await;
    assert!(page.body.contains("Sign out of Acme Okta too"), "{}", page.body);
    let link =
        page.body.split("href=\"").find(|href| href.starts_with(&acme.idp.base)).expect("a link to the provider");
    for part in [
        "/logout?client_id=muster-client",
        "post_logout_redirect_uri=https%3A%2F%2Fmuster.example.com%2Fsign-in%2Facme",
        "logout_hint=ada%40example.com",
        "state=",
    ] {
        assert!(link.contains(part), "{part}: {link}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE data LIKE '%eyJ%'").await, 0, "no token is kept");
}

on_both!(
    a_logout_there_ends_the_session_here,
    a_logout_token_that_is_none_ends_nothing,
    a_sign_out_here_offers_the_one_there,
);
