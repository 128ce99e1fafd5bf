//! `/cli/…`: sign-in from a terminal.

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt as _;
use muster::actor::{Actor, Level};
use muster::cli::terminal::{self, Login, Port, credentials};
use muster::db::sql;
use muster::directory::users;
use muster::id::{OrganizationId, UserId};
use muster::sessions::terminal::pkce;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use time::Duration;
use tokio::net::TcpListener;

use super::sessions::{browser, person};
use crate::support::browser::{Browser, Page};
use crate::support::sign_in::connect;
use crate::support::{TestApp, on_both};

pub const CALLBACK: &str = "http://127.0.0.1:10000/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// What `muster login` asks for, with these changes.
fn asked(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("response_type", "code".to_string()),
        ("client_id", "muster-cli".into()),
        ("redirect_uri", CALLBACK.into()),
        ("code_challenge", pkce::challenge(VERIFIER)),
        ("code_challenge_method", "S256".into()),
        ("state", "state-1".into()),
        ("device", "ada-laptop".into()),
    ];
    for (name, value) in changes {
        for field in fields.iter_mut().filter(|field| field.0 == *name) {
            field.1 = value.to_string();
        }
    }
    fields
}

fn authorize(fields: &[(&'static str, String)]) -> String {
    format!("/cli/authorize?{}", serde_urlencoded::to_string(fields).unwrap())
}

/// The person says yes, or what `decision` says.
async fn decide(browser: &mut Browser<'_>, fields: &[(&'static str, String)], decision: &str) -> Page {
    let mut form: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    form.push(("decision", decision));
    browser.post("/cli/authorize", &form).await
}

pub async fn code(browser: &mut Browser<'_>) -> String {
    let to = decide(browser, &asked(&[]), "allow").await.location();
    let (_, query) = to.split_once('?').unwrap_or_else(|| panic!("{to}"));
    assert!(to.starts_with(CALLBACK) && query.ends_with("&state=state-1"), "{to}");
    query.strip_prefix("code=").and_then(|rest| rest.split('&').next()).unwrap().to_string()
}

/// The command's own calls: no cookies, no headers of a browser.
async fn call(app: &TestApp, request: Request<Body>) -> (u16, Value) {
    let response = app.send(request).await;
    let status = response.status().as_u16();
    if response.headers().get(header::CONTENT_TYPE).is_some() {
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    }
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

async fn post(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(serde_urlencoded::to_string(fields).unwrap()));
    call(app, request.unwrap()).await
}

pub async fn exchange(app: &TestApp, code: &str, changes: &[(&str, &str)]) -> (u16, Value) {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "muster-cli"),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", CALLBACK),
    ];
    for change in changes {
        fields.retain(|field| field.0 != change.0);
        fields.push(*change);
    }
    post(app, "/cli/token", &fields).await
}

pub async fn whoami(app: &TestApp, token: &str) -> (u16, Value) {
    let request = Request::get("/cli/whoami").header(header::AUTHORIZATION, format!("Bearer {token}"));
    call(app, request.body(Body::empty()).unwrap()).await
}

/// Somebody who is signed in, in a browser and from a terminal.
async fn signed_in<'a>(app: &'a TestApp, acme: &OrganizationId, name: &str) -> (UserId, Browser<'a>, String) {
    let id = person(app, acme, name, Level::Member).await;
    let mut window = browser(app, name).await;
    let code = code(&mut window).await;
    let (status, granted) = exchange(app, &code, &[]).await;
    assert_eq!(status, 200, "{granted}");
    (id, window, granted["access_token"].as_str().unwrap().to_string())
}

fn refused_as(answer: (u16, Value), status: u16, error: &str) {
    assert_eq!((answer.0, answer.1["error"].as_str()), (status, Some(error)), "{}", answer.1);
}

async fn a_person_is_asked_first_and_the_terminal_gets_a_token_of_8_hours(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = person(app, &acme, "Mia", Level::Member).await;
    let mut stranger = Browser::new(app);
    let at = authorize(&asked(&[]));
    let page = stranger.get(&at).await;
    assert!(page.location().starts_with("/sign-in?return_to=%2Fcli%2Fauthorize"), "comes back afterwards");

    let mut window = browser(app, "Mia").await;
    let page = window.get(&at).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("ada-laptop") && page.body.contains("Allow it only if you"), "{}", page.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM cli_codes").await, 0, "a link alone gives nothing away");
    let denied = decide(&mut window, &asked(&[]), "deny").await.location();
    assert_eq!(denied, format!("{CALLBACK}?error=access_denied&state=state-1"));

    let code = code(&mut window).await;
    let (status, granted) = exchange(app, &code, &[]).await;
    assert_eq!((status, &granted["token_type"], &granted["expires_in"]), (200, &json!("Bearer"), &json!(28_800)));
    let token = granted["access_token"].as_str().unwrap();
    assert!(token.starts_with("muster_cli_"));
    let (status, said) = whoami(app, token).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(said["user"]["name"], "Mia");
    assert_eq!((&said["level"], &said["organization"]["slug"]), (&json!("member"), &json!("acme")));
    assert_eq!(said["expires_at"], json!(app.clock.now().plus(Duration::hours(8))));
    let mut tx = app.db.read().await.unwrap();
    let kept: Vec<(String, String)> = sql("SELECT hash, code_hash FROM cli_tokens").all(&mut tx).await.unwrap();
    drop(tx);
    assert!(!kept[0].0.contains(token) && kept[0].1 != code, "hashes only");
    let event = app.events().await.pop().unwrap();
    assert_eq!((event.kind.as_str(), event.subject_id.as_str()), ("cli.signed_in", mia.as_str()));
    let told = event.after.unwrap();
    assert_eq!((&told["device"], &told["address"]), (&json!("ada-laptop"), &json!("192.0.2.1")));
    assert!(!told.to_string().contains(token));

    app.clock.advance(Duration::hours(8));
    refused_as(whoami(app, token).await, 401, "invalid_token");
}

async fn a_browser_is_sent_to_the_loopback_address_and_nowhere_else(app: &TestApp) {
    let acme = app.organization("Acme").await;
    person(app, &acme, "Mia", Level::Member).await;
    let mut window = browser(app, "Mia").await;
    for change in [
        ("redirect_uri", "https://evil.example/callback"),
        ("redirect_uri", "http://localhost:10000/callback"),
        ("redirect_uri", "http://127.0.0.1:10000/elsewhere"),
        ("redirect_uri", "http://127.0.0.1.evil.example:10000/callback"),
        ("client_id", "another"),
    ] {
        let fields = asked(&[change]);
        for page in [window.get(&authorize(&fields)).await, decide(&mut window, &fields, "allow").await] {
            assert_eq!((page.status.as_u16(), page.location().as_str()), (400, ""), "{change:?}");
        }
    }
    for (change, error) in [
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("state", ""), "invalid_request"),
    ] {
        let fields = asked(&[change]);
        for page in [window.get(&authorize(&fields)).await, decide(&mut window, &fields, "allow").await] {
            assert!(
                page.location().starts_with(&format!("{CALLBACK}?error={error}&")),
                "{change:?}: {}",
                page.location()
            );
        }
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM cli_codes").await, 0);
    let ipv6 = asked(&[("redirect_uri", "http://[::1]:4711/callback")]);
    assert!(decide(&mut window, &ipv6, "allow").await.location().starts_with("http://[::1]:4711/callback?code="));
}

async fn a_code_is_good_for_one_terminal_and_one_attempt(app: &TestApp) {
    let acme = app.organization("Acme").await;
    person(app, &acme, "Mia", Level::Member).await;
    let mut window = browser(app, "Mia").await;
    let other = "another-verifier-that-is-long-enough-for-the-rfc";
    for (change, why) in [
        (("code_verifier", other), "cli_wrong_verifier"),
        (("code_verifier", "short"), "cli_wrong_verifier"),
        (("redirect_uri", "http://127.0.0.1:10001/callback"), "cli_redirect_uri_differs"),
    ] {
        let code = code(&mut window).await;
        refused_as(exchange(app, &code, &[change]).await, 400, "invalid_grant");
        let event = app.events().await.pop().unwrap();
        assert_eq!((event.kind.as_str(), &event.after.unwrap()["code"]), ("cli.refused", &json!(why)));
        refused_as(exchange(app, &code, &[]).await, 400, "invalid_grant");
    }
    let code = code(&mut window).await;
    for (change, status, error) in [
        (("client_id", "another"), 401, "invalid_client"),
        (("grant_type", "password"), 400, "unsupported_grant_type"),
        (("grant_type", ""), 400, "invalid_request"),
        (("code_verifier", ""), 400, "invalid_request"),
        (("code", "unknown"), 400, "invalid_grant"),
    ] {
        refused_as(exchange(app, &code, &[change]).await, status, error);
    }
    let twice = [("grant_type", "authorization_code"), ("grant_type", "authorization_code")];
    refused_as(post(app, "/cli/token", &twice).await, 400, "invalid_request");
    app.clock.advance(Duration::seconds(60));
    refused_as(exchange(app, &code, &[]).await, 400, "invalid_grant");
    assert_eq!(app.events().await.pop().unwrap().after.unwrap()["code"], "cli_code_expired");
    assert_eq!(app.count("SELECT COUNT(*) FROM cli_tokens").await, 0);
}

async fn a_code_that_comes_twice_ends_what_it_was_exchanged_for(app: &TestApp) {
    let acme = app.organization("Acme").await;
    person(app, &acme, "Mia", Level::Member).await;
    let mut window = browser(app, "Mia").await;
    let code = code(&mut window).await;
    let (_, granted) = exchange(app, &code, &[]).await;
    let token = granted["access_token"].as_str().unwrap();
    assert_eq!(whoami(app, token).await.0, 200);
    refused_as(exchange(app, &code, &[]).await, 400, "invalid_grant");
    refused_as(whoami(app, token).await, 401, "invalid_token");
    let after = app.events().await.pop().unwrap().after.unwrap();
    assert_eq!((&after["code"], &after["cli_tokens_ended"]), (&json!("cli_code_reused"), &json!(1)));
}

async fn losing_access_ends_terminals_and_codes_under_way(app: &TestApp) {
    let okta = app.directory("acme-okta").await;
    let acme = okta.organization.clone();
    app.execute("UPDATE organizations SET slug = 'acme'").await;
    let (mia, mut window, token) = signed_in(app, &acme, "Mia").await;
    let pending = code(&mut window).await;
    let mut tx = app.db.write().await.unwrap();
    let ended = users::suspend(&mut tx, &Actor::CommandLine, &acme, &mia, "").await.unwrap().ended;
    tx.commit().await.unwrap();
    assert_eq!((ended.sessions, ended.cli_tokens), (1, 1));
    assert_eq!(app.events().await.pop().unwrap().after.unwrap()["cli_tokens_ended"], 1);
    refused_as(whoami(app, &token).await, 401, "invalid_token");
    refused_as(exchange(app, &pending, &[]).await, 400, "invalid_grant");

    // A level, and a deactivation by the provider.
    let (max, _, token) = signed_in(app, &acme, "Max").await;
    let mut tx = app.db.write().await.unwrap();
    users::change_level(&mut tx, &Actor::CommandLine, &acme, &max, Level::Admin).await.unwrap();
    tx.commit().await.unwrap();
    refused_as(whoami(app, &token).await, 401, "invalid_token");
    let (zoe, mut window, token) = signed_in(app, &acme, "Zoe").await;
    let code = code(&mut window).await;
    // Whatever took the access away: it is asked for at every call, too.
    app.execute(&format!("UPDATE users SET idp_active = FALSE WHERE id = '{zoe}'")).await;
    refused_as(whoami(app, &token).await, 401, "invalid_token");
    refused_as(exchange(app, &code, &[]).await, 400, "invalid_grant");
    assert!(decide(&mut window, &asked(&[]), "allow").await.location().starts_with("/sign-in"));
}

async fn a_connection_that_is_turned_off_takes_its_terminals_along(app: &TestApp) {
    let acme = connect(app, muster::sso::Provider::Okta).await;
    acme.push(app, "ada", "00u-ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "00u-ada" }));
    let mut ada = Browser::new(app);
    acme.sign_in(&mut ada).await;
    let code = code(&mut ada).await;
    let (_, granted) = exchange(app, &code, &[]).await;
    let token = granted["access_token"].as_str().unwrap();
    assert_eq!(whoami(app, token).await.0, 200);
    person(app, &acme.organization, "Olive", Level::Owner).await;
    let mut olive = browser(app, "Olive").await;
    olive.post(&format!("/o/acme/connections/{}/sign-in/off", acme.connection), &[]).await;
    refused_as(whoami(app, token).await, 401, "invalid_token");
    assert_eq!(app.events().await.pop().unwrap().after.unwrap()["cli_tokens_ended"], 1);
}

async fn terminals_are_listed_and_ended_by_the_person_and_by_admins(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let (mia, mut window, first) = signed_in(app, &acme, "Mia").await;
    let code = code(&mut window).await;
    let second = exchange(app, &code, &[]).await.1["access_token"].as_str().unwrap().to_string();
    person(app, &acme, "Adam", Level::Admin).await;
    let stranger = super::o::local(app, &other, "Stranger", Level::Member).await;
    let mut adam = browser(app, "Adam").await;
    let ids = async || {
        let mut tx = app.db.read().await.unwrap();
        let rows: Vec<(String,)> = sql("SELECT id FROM cli_tokens ORDER BY id").all(&mut tx).await.unwrap();
        rows.into_iter().map(|(id,)| id).collect::<Vec<_>>()
    };
    let listed = ids().await;
    for page in [window.get("/me").await, adam.get(&format!("/o/acme/users/{mia}")).await] {
        assert!(page.body.contains("ada-laptop"), "{}", page.body);
        assert_eq!(page.body.matches("/terminals/").count(), 2);
        assert!(!page.body.contains(&first) && !page.body.contains(&second));
    }
    let foreign = format!("/o/acme/users/{stranger}/terminals/{}/end", listed[0]);
    assert_eq!(adam.post(&foreign, &[]).await.status, 404);
    assert_eq!(adam.post(&format!("/me/terminals/{}/end", listed[0]), &[]).await.status, 404, "not his own");
    assert_eq!(window.post(&format!("/me/terminals/{}/end", listed[0]), &[]).await.status, 303);
    assert_eq!(app.events().await.pop().unwrap().kind, "cli.revoked");
    refused_as(whoami(app, &first).await, 401, "invalid_token");
    assert_eq!(whoami(app, &second).await.0, 200);
    assert_eq!(adam.post(&format!("/o/acme/users/{mia}/terminals/{}/end", listed[1]), &[]).await.status, 303);
    refused_as(whoami(app, &second).await, 401, "invalid_token");
    assert!(ids().await.is_empty());
}

async fn a_form_of_another_site_allows_no_terminal(app: &TestApp) {
    let acme = app.organization("Acme").await;
    person(app, &acme, "Mia", Level::Member).await;
    let window = browser(app, "Mia").await;
    let mut fields = asked(&[]);
    fields.push(("decision", "allow".into()));
    let request = Request::post("/cli/authorize")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, format!("__Host-muster={}", window.cookies["__Host-muster"]))
        .header("sec-fetch-site", "cross-site")
        .body(Body::from(serde_urlencoded::to_string(&fields).unwrap()));
    assert_eq!(app.send(request.unwrap()).await.status(), 403);
    let page = app.send(Request::get(authorize(&asked(&[]))).body(Body::empty()).unwrap()).await;
    assert_eq!(page.headers()[header::X_FRAME_OPTIONS], "DENY");
}

async fn a_token_that_travels_in_the_open_is_refused(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, _, token) = signed_in(app, &acme, "Mia").await;
    let request = Request::get("/cli/whoami")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("x-forwarded-proto", "http");
    refused_as(call(app, request.body(Body::empty()).unwrap()).await, 403, "invalid_request");
}

/// `muster login`, `muster whoami` and `muster logout` themselves, against a server that listens.
async fn the_command_signs_in_says_who_and_signs_out(app: &TestApp) {
    let acme = app.organization("Acme").await;
    person(app, &acme, "Mia", Level::Admin).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let served = app.beside(|config| config.public_url = server.clone());
    let serving = tokio::spawn(muster::http::server::serve(listener, muster::app::router(served.app.clone())));
    let mut window = browser(&served, "Mia").await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("muster/credentials.json");
    let wanted =
        Login { server: server.clone(), port: Port::Any, device: "ada-laptop".into(), credentials: path.clone() };
    let (tell, told) = tokio::sync::oneshot::channel();
    let person = async {
        let address: String = told.await.unwrap();
        let at = address.strip_prefix(&server).unwrap();
        assert!(window.get(at).await.body.contains("ada-laptop"));
        let (_, query) = at.split_once('?').unwrap();
        let mut form: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
        form.push(("decision".into(), "allow".into()));
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let back = window.post("/cli/authorize", &form).await.location();
        let (callback, _) = back.split_once('?').unwrap();
        // An answer of another sign-in changes nothing.
        let foreign = fetch(&format!("{callback}?code=foreign&state=foreign")).await;
        assert_eq!(foreign.0, 400);
        let answer = fetch(&back).await;
        assert!(answer.0 == 200 && answer.1.contains("Signed in."), "{}", answer.1);
    };
    let login = terminal::login(&wanted, |address| tell.send(address.to_string()).unwrap());
    let (identity, ()) = tokio::join!(login, person);
    let identity = identity.unwrap();
    assert_eq!((identity.user.name.as_str(), identity.level.as_str()), ("Mia", "admin"));

    let kept = credentials::load(&path).unwrap();
    assert_eq!(kept.server, server);
    assert!(kept.token.expose_secret().starts_with("muster_cli_"));
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(terminal::whoami(&path).await.unwrap(), identity);
    let printed = identity.to_string();
    assert!(printed.contains("Mia (mia@example.com)") && printed.contains("admin of Acme (acme)"), "{printed}");
    assert!(printed.ends_with("signed in on ada-laptop until 2026-11-22 20:00 UTC"), "{printed}");

    assert_eq!(terminal::logout(&path).await.unwrap(), server);
    assert!(!path.exists());
    assert_eq!(app.count("SELECT COUNT(*) FROM cli_tokens").await, 0);
    assert_eq!(app.events().await.pop().unwrap().kind, "cli.signed_out");
    credentials::save(&path, &kept).unwrap();
    assert!(terminal::whoami(&path).await.unwrap_err().contains("run muster login again"));
    serving.abort();
}

/// A browser's GET on a real connection.
async fn fetch(url: &str) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

on_both!(
    a_person_is_asked_first_and_the_terminal_gets_a_token_of_8_hours,
    a_browser_is_sent_to_the_loopback_address_and_nowhere_else,
    a_code_is_good_for_one_terminal_and_one_attempt,
    a_code_that_comes_twice_ends_what_it_was_exchanged_for,
    losing_access_ends_terminals_and_codes_under_way,
    a_connection_that_is_turned_off_takes_its_terminals_along,
    terminals_are_listed_and_ended_by_the_person_and_by_admins,
    a_form_of_another_site_allows_no_terminal,
    a_token_that_travels_in_the_open_is_refused,
    the_command_signs_in_says_who_and_signs_out,
);
