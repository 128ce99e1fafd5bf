//! What is tried too often is slowed down, and nobody is locked out.

use axum::http::header;
use muster::organizations::setup;
use serde_json::json;
use time::Duration;

use super::o::pages::{PASSWORD, olive};
use super::scim::oauth::ask;
use crate::support::browser::{Browser, Page};
use crate::support::sign_in::code;
use crate::support::{TestApp, on_both};

/// A browser at that address, as the proxy says.
fn at<'a>(app: &'a TestApp, address: &str) -> Browser<'a> {
    let mut browser = Browser::new(app);
    browser.forwarded_for = Some(address.to_string());
    browser
}

async fn guess(browser: &mut Browser<'_>, password: &str) -> Page {
    browser.post("/sign-in/acme", &[("email", "olive@example.com"), ("password", password)]).await
}

#[track_caller]
fn assert_slowed(page: &Page, seconds: &str) {
    assert_eq!(page.status, 429, "{}", page.body);
    assert_eq!(page.headers[header::RETRY_AFTER], seconds);
    assert!(page.body.contains("Too many attempts") && page.body.contains("nothing is locked"), "{}", page.body);
}

async fn passwords_cannot_be_guessed_at_will(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    let seen = app.events().await.len();
    let mut eve = at(app, "203.0.113.9");
    for n in 0..10 {
        assert_eq!(guess(&mut eve, &format!("guess {n}")).await.status, 422);
    }
    for _ in 0..5 {
        assert_slowed(&guess(&mut eve, "guess").await, "30");
    }
    // The right one has to wait too: the answer tells nothing. A name that nobody has is slowed alike.
    assert_slowed(&guess(&mut eve, PASSWORD).await, "30");
    let mut mallory = at(app, "203.0.113.77");
    let mut statuses = Vec::new();
    for _ in 0..11 {
        let page = mallory.post("/sign-in/acme", &[("email", "nobody@example.com"), ("password", "x")]).await;
        statuses.push(page.status.as_u16());
    }
    assert_eq!(statuses, [vec![422; 10], vec![429]].concat());
    // One event for each of the two, not one for each attempt; with the address and without what was typed.
    let slowed: Vec<_> =
        app.events().await.into_iter().skip(seen).filter(|event| event.kind == "sign_in.slowed").collect();
    assert_eq!(slowed.len(), 2);
    let first = json!({ "what": "password", "by": "address and account", "address": "203.0.113.9" });
    assert_eq!(slowed[0].after, Some(first));
    app.clock.advance(Duration::seconds(30));
    assert_eq!(guess(&mut eve, PASSWORD).await.status, 303);
}

async fn whoever_guesses_an_owners_password_does_not_lock_the_owner_out(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut desk) = olive(app, &acme, "acme").await;
    assert!(desk.cookies.contains_key("__Host-muster-known"));
    desk.post("/sign-out", &[]).await;
    // From everywhere, until nobody whom this account does not know gets another try.
    let mut tried = 0;
    loop {
        let page = guess(&mut at(app, &format!("198.51.{}.{}", tried / 200, tried % 200)), "guess").await;
        if page.status == 429 {
            break;
        }
        tried += 1;
    }
    assert_eq!(tried, 99, "and once it was herself");
    let mut new = at(app, "192.0.2.200");
    assert_slowed(&guess(&mut new, PASSWORD).await, "12");
    assert_eq!(guess(&mut desk, PASSWORD).await.status, 303, "at her own desk she gets in");
    // What was sealed for her opens no door for somebody else, and what was made up none at all.
    let known = desk.cookies["__Host-muster-known"].clone();
    for cookie in [known[..known.len() - 2].to_string(), "v1.x.y".into()] {
        let mut forger = at(app, "192.0.2.201");
        forger.cookies.insert("__Host-muster-known".into(), cookie);
        assert_slowed(&guess(&mut forger, PASSWORD).await, "12");
    }
    app.clock.advance(Duration::seconds(12));
    assert_eq!(guess(&mut new, PASSWORD).await.status, 303, "and elsewhere after a wait");
}

async fn codes_behind_a_password_cannot_be_guessed_at_will(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    app.execute("UPDATE second_factors SET last_step = 0").await;
    let mut eve = at(app, "203.0.113.9");
    assert_eq!(guess(&mut eve, PASSWORD).await.location(), "/sign-in/acme/code");
    assert!(!eve.cookies.contains_key("__Host-muster-known"), "half of a sign-in makes no browser known");
    for _ in 0..5 {
        assert_eq!(eve.post("/sign-in/acme/code", &[("code", "000000")]).await.status, 422);
    }
    assert_slowed(&eve.post("/sign-in/acme/code", &[("code", "000000")]).await, "60");
    // Starting again, or coming from elsewhere, gains little: the account has a bucket too.
    let mut statuses = Vec::new();
    for n in 0..6 {
        let mut elsewhere = at(app, &format!("198.51.100.{n}"));
        guess(&mut elsewhere, PASSWORD).await;
        statuses.push(elsewhere.post("/sign-in/acme/code", &[("code", "000000")]).await.status.as_u16());
    }
    assert_eq!(statuses, [422, 422, 422, 422, 429, 429], "ten, and one was her own");
    app.clock.advance(Duration::seconds(60));
    let page = eve.post("/sign-in/acme/code", &[("code", &code(app))]).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/o/acme"), "{}", page.body);
    assert!(eve.cookies.contains_key("__Host-muster-known"));
}

async fn links_cannot_be_tried_at_will(app: &TestApp) {
    let mut eve = at(app, "203.0.113.9");
    for _ in 0..30 {
        assert_eq!(eve.get("/link?secret=made-up").await.status, 410);
    }
    assert_slowed(&eve.get("/link?secret=made-up").await, "3");
}

async fn the_set_up_code_cannot_be_guessed_at_will(app: &TestApp) {
    let mut tx = app.db.write().await.unwrap();
    let code = setup::issue_code(&mut tx).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let mut eve = at(app, "2001:db8::1");
    let form = |code: &'static str| [("code", code), ("organization", "Evil"), ("owner_email", "eve@example.com")];
    for _ in 0..10 {
        assert_eq!(eve.post("/setup", &form("AAAA-BBBB-CCCC")).await.status, 422);
    }
    assert_slowed(&eve.post("/setup", &form("AAAA-BBBB-CCCC")).await, "10");
    // The next address of the same network is the same machine; another network is not.
    assert_slowed(&at(app, "2001:db8::2").post("/setup", &form("AAAA-BBBB-CCCC")).await, "10");
    let fields = [("code", code.as_str()), ("organization", "Acme"), ("owner_email", "ada@example.com")];
    let fields = [&fields[..], &[("password", "tundra-violin-ketchup-94")]].concat();
    assert_eq!(at(app, "2001:db8:0:1::1").post("/setup", &fields).await.status, 200);
}

async fn failed_scim_authentication_is_slowed_and_good_tokens_never_are(app: &TestApp) {
    let okta = app.directory("okta").await;
    let wrong = okta.with_token("wrong");
    for _ in 0..30 {
        wrong.get("/Users").await.refused(401, "");
    }
    let answer = wrong.get("/Users").await;
    let detail = answer.refused(429, "");
    assert_eq!(answer.headers[header::RETRY_AFTER], "2");
    assert!(detail.contains("wait 2 seconds"), "{detail}");
    // From the same address and at the same label: as often as they like.
    for _ in 0..400 {
        okta.get("/Users?count=0").await.expect(200);
    }
    // Another label of the same provider's is not slowed with this one.
    app.directory("entra").await.with_token("wrong").get("/Users").await.refused(401, "");
    app.clock.advance(Duration::seconds(2));
    wrong.get("/Users").await.refused(401, "");
}

async fn the_token_endpoint_slows_clients_that_are_not_known(app: &TestApp) {
    let okta = app.directory("okta").await;
    let id = muster::provisioning::oauth::client_id(&okta.directory);
    let secret = app.client_secret(&okta.directory).await;
    let form = |secret: &'_ str| {
        [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret)]
            .map(|(name, value)| (name.to_string(), value.to_string()))
    };
    let send = async |secret: &str| {
        let form = form(secret);
        let pairs: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        ask(app, "okta", None, &pairs).await
    };
    for _ in 0..30 {
        send("wrong").await.refused(401, "invalid_client");
    }
    let slowed = send("wrong").await;
    slowed.refused(429, "slow_down");
    assert_eq!(slowed.headers[header::RETRY_AFTER], "2");
    for _ in 0..40 {
        send(&secret).await.token();
    }
}

async fn a_session_shows_the_browsers_address_and_not_the_proxys(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    let mut browser = at(app, "192.0.2.66, 203.0.113.9");
    browser.sign_in("acme", "olive@example.com", PASSWORD).await;
    let of = |address: &str| format!("SELECT COUNT(*) FROM sessions WHERE address = '{address}'");
    assert_eq!(app.count(&of("203.0.113.9")).await, 1);
    // Whom nobody trusts may say what he likes: it counts for nothing.
    let elsewhere = app.beside(|config| config.trusted_proxies = vec![]);
    at(&elsewhere, "203.0.113.200").sign_in("acme", "olive@example.com", PASSWORD).await;
    assert_eq!(app.count(&of("203.0.113.200")).await, 0);
    assert_eq!(app.count(&of("192.0.2.1")).await, 2);
}

on_both!(
    passwords_cannot_be_guessed_at_will,
    whoever_guesses_an_owners_password_does_not_lock_the_owner_out,
    codes_behind_a_password_cannot_be_guessed_at_will,
    links_cannot_be_tried_at_will,
    the_set_up_code_cannot_be_guessed_at_will,
    failed_scim_authentication_is_slowed_and_good_tokens_never_are,
    the_token_endpoint_slows_clients_that_are_not_known,
    a_session_shows_the_browsers_address_and_not_the_proxys,
);
