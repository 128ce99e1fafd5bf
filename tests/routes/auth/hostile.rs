//! A provider, a network and a browser that do what they should not: each row says what was sent and the code that refuses
//! it. `cargo test hostile -- --nocapture` prints the table.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration as Patience;

use muster::actor::Level;
use muster::http::client::Outside;
use muster::sso::Provider;
use serde_json::{Value, json};
use time::Duration;

use crate::support::browser::{Browser, Page};
use crate::support::idp::{CLIENT_SECRET, Idp, Mischief, key};
use crate::support::sign_in::{Connected, connect, connect_to};
use crate::support::{TestApp, on_both};

/// The rows that were played, and those that came out otherwise.
#[derive(Default)]
struct Table {
    wrong: Vec<String>,
}

impl Table {
    /// One row. With a code: the page names it, the log has it, nobody is signed in. Without: somebody is.
    async fn row(&mut self, app: &TestApp, browser: &mut Browser<'_>, sent: &str, page: &Page, code: Option<&str>) {
        let signed_in = browser.get("/me").await.status == 200;
        let event = app.events().await.pop().expect("an event");
        let logged = event.after.as_ref().and_then(|after| after["code"].as_str()).map(str::to_string);
        let right = match code {
            Some(code) => {
                page.body.contains(code)
                    && page.body.contains("You are not signed in")
                    && event.kind == "sign_in.refused"
                    && logged.as_deref() == Some(code)
                    && !signed_in
            }
            None => signed_in && page.status == 303,
        };
        println!("{sent:<84} → {}", code.unwrap_or("signed in"));
        if !right {
            let found = logged.unwrap_or(event.kind);
            self.wrong.push(format!("{sent}: expected {code:?}, found {found}, {} {}", page.status, page.body));
        }
    }

    fn assert_right(self) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n\n"));
    }
}

/// What is done to the header and the claims of a token, and the code that refuses it.
type TokenRow = (&'static str, Option<&'static str>, fn(&mut Value));

fn shift(token: &mut Value, claim: &str, seconds: i64) {
    let now = token["claims"]["iat"].as_i64().unwrap();
    token["claims"][claim] = json!(now + seconds);
}

fn without(token: &mut Value, claim: &str) {
    token["claims"].as_object_mut().unwrap().remove(claim);
}

const TOKENS: &[TokenRow] = &[
    ("a token as it should be", None, |_| ()),
    ("signed by a key that nobody published, under the id of one that is", Some("sign_in_token_signature"), |token| {
        token["forged"] = json!(true);
    }),
    ("kid of a key that is not published", Some("sign_in_token_key"), |token| {
        token["header"]["kid"] = json!("another");
    }),
    ("no kid, where one key is published", None, |token| token["header"]["kid"] = Value::Null),
    ("alg none, without a signature", Some("sign_in_token_algorithm"), |token| token["header"]["alg"] = json!("none")),
    ("alg HS256, signed with the client secret", Some("sign_in_token_algorithm"), |token| {
        token["header"]["alg"] = json!("HS256");
        token["hmac"] = json!(CLIENT_SECRET);
    }),
    ("alg HS256, signed with the public key", Some("sign_in_token_algorithm"), |token| {
        token["header"]["alg"] = json!("HS256");
        token["hmac"] = json!(serde_json::to_value(key_of_the_provider()).unwrap()["n"]);
    }),
    ("alg ES256 over an RSA signature", Some("sign_in_token_key"), |token| token["header"]["alg"] = json!("ES256")),
    ("alg RS512", Some("sign_in_token_algorithm"), |token| token["header"]["alg"] = json!("RS512")),
    ("a critical extension", Some("sign_in_token_unsupported"), |token| token["header"]["crit"] = json!(["b64"])),
    ("iss of another issuer", Some("sign_in_token_issuer"), |token| {
        token["claims"]["iss"] = json!("https://evil.example");
    }),
    ("iss with a slash more", Some("sign_in_token_issuer"), |token| {
        token["claims"]["iss"] = json!(format!("{}/", token["claims"]["iss"].as_str().unwrap()));
    }),
    ("no iss", Some("sign_in_token_issuer"), |token| without(token, "iss")),
    ("aud of another client", Some("sign_in_token_audience"), |token| token["claims"]["aud"] = json!("another-client")),
    ("aud of others, as a list", Some("sign_in_token_audience"), |token| {
        token["claims"]["aud"] = json!(["another-client", "muster-client2"]);
    }),
    ("no aud", Some("sign_in_token_audience"), |token| without(token, "aud")),
    ("aud of us alone, as a list", None, |token| token["claims"]["aud"] = json!(["muster-client"])),
    ("aud of us and another, no azp", Some("sign_in_token_authorized_party"), |token| {
        token["claims"]["aud"] = json!(["muster-client", "another-client"]);
    }),
    ("aud of us and another, azp of the other", Some("sign_in_token_authorized_party"), |token| {
        token["claims"]["aud"] = json!(["muster-client", "another-client"]);
        token["claims"]["azp"] = json!("another-client");
    }),
    ("aud of us and another, azp of us", None, |token| {
        token["claims"]["aud"] = json!(["muster-client", "another-client"]);
        token["claims"]["azp"] = json!("muster-client");
    }),
    ("aud of us, azp of another", Some("sign_in_token_authorized_party"), |token| {
        token["claims"]["azp"] = json!("another-client");
    }),
    ("exp 61 seconds ago", Some("sign_in_token_expired"), |token| shift(token, "exp", -61)),
    ("exp 59 seconds ago", None, |token| shift(token, "exp", -59)),
    ("no exp", Some("sign_in_token_lifetime"), |token| without(token, "exp")),
    ("nbf in 61 seconds", Some("sign_in_token_not_yet"), |token| shift(token, "nbf", 61)),
    ("nbf in 59 seconds", None, |token| shift(token, "nbf", 59)),
    ("nbf that is no moment", Some("sign_in_token_not_yet"), |token| token["claims"]["nbf"] = json!("now")),
    ("iat in 61 seconds", Some("sign_in_token_issued_later"), |token| shift(token, "iat", 61)),
    ("iat in 59 seconds", None, |token| shift(token, "iat", 59)),
    ("no iat", Some("sign_in_token_lifetime"), |token| without(token, "iat")),
    ("nonce of another sign-in", Some("sign_in_token_nonce"), |token| token["claims"]["nonce"] = json!("another")),
    ("no nonce", Some("sign_in_token_nonce"), |token| without(token, "nonce")),
    ("at_hash of another access token", Some("sign_in_token_hash"), |token| {
        token["claims"]["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    }),
    ("no sub", Some("sign_in_subject_missing"), |token| without(token, "sub")),
    ("an empty sub", Some("sign_in_subject_missing"), |token| token["claims"]["sub"] = json!("")),
];

fn key_of_the_provider() -> openidconnect::core::CoreJsonWebKey {
    use openidconnect::PrivateSigningKey as _;
    key().as_verification_key()
}

async fn tokens_that_are_not_what_they_should_be(app: &TestApp) {
    let acme = acme(app).await;
    let mut table = Table::default();
    for (sent, code, change) in TOKENS {
        acme.idp.change_token(change);
        let mut browser = Browser::new(app);
        let page = acme.sign_in(&mut browser).await;
        table.row(app, &mut browser, sent, &page, *code).await;
        // A token may make us ask for keys again once a minute only.
        app.clock.advance(Duration::minutes(1));
    }
    table.assert_right();
}

/// What is done to the answer of the token endpoint.
const ANSWERS: &[TokenRow] = &[
    ("a token whose signature was changed by a bit", Some("sign_in_token_signature"), |answer| {
        answer["id_token"] = tampered(&answer["id_token"]);
    }),
    ("claims of another token under the signature of the first", Some("sign_in_token_signature"), |answer| {
        let parts: Vec<String> = answer["id_token"].as_str().unwrap().split('.').map(str::to_string).collect();
        answer["id_token"] = json!(format!("{}.eyJzdWIiOiJncmFjZSJ9.{}", parts[0], parts[2]));
    }),
    ("a token answer without an ID token", Some("sign_in_id_token_missing"), |answer| answer["id_token"] = Value::Null),
    ("a token answer that is a list", Some("sign_in_token_unreadable"), |answer| *answer = json!(["nonsense"])),
    ("an ID token that is none", Some("sign_in_token_unreadable"), |answer| answer["id_token"] = json!("a.b.c")),
    ("an ID token of 20 000 characters", Some("sign_in_token_unreadable"), |answer| {
        answer["id_token"] = json!("a".repeat(20_000));
    }),
    ("an access token that is no bearer token", Some("sign_in_token_unreadable"), |answer| {
        answer["token_type"] = json!("mac");
    }),
];

fn tampered(token: &Value) -> Value {
    let (text, signature) = token.as_str().unwrap().rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    json!(format!("{text}.{flipped}{}", &signature[1..]))
}

/// What an endpoint does when it is asked. Keys and metadata are out of date each time, so that they are asked for.
const ENDPOINTS: &[(&str, &str, &str, Mischief)] = &[
    ("a token answer of 2 MiB", "sign_in_answer_too_large", "/token", Mischief::Huge),
    ("a token answer that does not come", "sign_in_provider_timed_out", "/token", Mischief::Slow),
    ("a token endpoint that redirects", "sign_in_answer_redirected", "/token", Mischief::Redirect),
    ("a token endpoint that is down", "sign_in_provider_unreachable", "/token", Mischief::Down),
    ("keys of 2 MiB", "sign_in_answer_too_large", "/keys", Mischief::Huge),
    ("keys that do not come", "sign_in_provider_timed_out", "/keys", Mischief::Slow),
    ("keys that are elsewhere", "sign_in_answer_redirected", "/keys", Mischief::Redirect),
    ("keys that are down", "sign_in_provider_unreachable", "/keys", Mischief::Down),
    ("userinfo of 2 MiB", "sign_in_answer_too_large", "/userinfo", Mischief::Huge),
    ("userinfo that does not come", "sign_in_provider_timed_out", "/userinfo", Mischief::Slow),
    ("userinfo that is elsewhere", "sign_in_answer_redirected", "/userinfo", Mischief::Redirect),
    ("userinfo that is down", "sign_in_provider_unreachable", "/userinfo", Mischief::Down),
];

async fn answers_that_are_not_what_they_should_be(app: &TestApp) {
    // Where people are made at sign-in, userinfo is asked too.
    let idp = Idp::start(&app.clock).await;
    let organization = app.organization("Acme").await;
    let acme = connect_to(app, organization, "Acme", Provider::Generic, idp, "on-sign-in").await;
    acme.idp.person(json!({ "sub": "ada" }));
    acme.idp.userinfo(json!({ "sub": "ada", "name": "Ada", "email": "ada@example.com" }));
    let mut table = Table::default();
    for (sent, code, change) in ANSWERS {
        acme.idp.change_answer(change);
        let mut browser = Browser::new(app);
        let page = acme.sign_in(&mut browser).await;
        table.row(app, &mut browser, sent, &page, *code).await;
    }
    acme.idp.behave();
    let patience = |milliseconds| Outside { patience: Patience::from_millis(milliseconds), ..Outside::default() };
    let (calm, hasty) = (app.outside(true, &patience(20_000)), app.outside(true, &patience(1_000)));
    for (sent, code, path, mischief) in ENDPOINTS {
        app.clock.advance(Duration::hours(2));
        let mut browser = Browser::new(if *mischief == Mischief::Slow { &hasty } else { &calm });
        let back = acme.leave(&mut browser).await;
        acme.idp.misbehave(path, *mischief);
        let page = browser.get(&back).await;
        table.row(app, &mut browser, sent, &page, Some(*code)).await;
        acme.idp.behave();
    }
    for (sent, userinfo) in [
        ("userinfo of another sub", json!({ "sub": "grace", "name": "Ada" })),
        ("userinfo without a sub", json!({ "name": "Ada" })),
    ] {
        acme.idp.userinfo(userinfo);
        let mut browser = Browser::new(app);
        let page = acme.sign_in(&mut browser).await;
        table.row(app, &mut browser, sent, &page, Some("sign_in_userinfo_subject")).await;
    }
    acme.idp.userinfo(json!({ "sub": "ada", "name": "Ada", "email": "ada@example.com" }));
    let mut browser = Browser::new(app);
    let page = acme.sign_in(&mut browser).await;
    table.row(app, &mut browser, "the same provider, well again", &page, None).await;
    table.assert_right();
}

async fn metadata_that_are_not_what_they_were(app: &TestApp) {
    let acme = acme(app).await;
    let mut table = Table::default();
    type Change = fn(&mut Value);
    let rows: [(&str, &str, Change); 4] = [
        ("metadata of another issuer", "sign_in_discovery_issuer", |found| {
            found["issuer"] = json!("https://evil.example")
        }),
        ("metadata whose issuer has got a slash", "sign_in_discovery_issuer", |found| {
            found["issuer"] = json!(format!("{}/", found["issuer"].as_str().unwrap()));
        }),
        ("metadata with a token endpoint by http at a public address", "sign_in_discovery_unusable", |found| {
            found["token_endpoint"] = json!("http://8.8.8.8/token");
        }),
        ("metadata that offer HS256 only", "sign_in_discovery_unusable", |found| {
            found["id_token_signing_alg_values_supported"] = json!(["HS256"]);
        }),
    ];
    let mut good = Value::Null;
    acme.idp.metadata(|metadata| good = metadata.clone());
    for (sent, code, change) in rows {
        app.clock.advance(Duration::hours(2));
        acme.idp.metadata(change);
        let mut browser = Browser::new(app);
        let page = browser.get(&format!("/auth/start/{}", acme.connection)).await;
        table.row(app, &mut browser, sent, &page, Some(code)).await;
        acme.idp.metadata(|metadata| *metadata = good.clone());
    }
    for (sent, code, mischief) in [
        ("metadata of 2 MiB", "sign_in_answer_too_large", Mischief::Huge),
        ("metadata that are elsewhere", "sign_in_answer_redirected", Mischief::Redirect),
        ("metadata that are down", "sign_in_provider_unreachable", Mischief::Down),
    ] {
        acme.idp.misbehave("/.well-known/openid-configuration", mischief);
        let mut browser = Browser::new(app);
        let page = browser.get(&format!("/auth/start/{}", acme.connection)).await;
        table.row(app, &mut browser, sent, &page, Some(code)).await;
        acme.idp.behave();
    }
    table.assert_right();
}

/// The name was fine when the connection was made. What counts is where it leads in the moment of the call.
async fn names_that_lead_elsewhere_by_now(app: &TestApp) {
    let mut table = Table::default();
    let acme = acme(app).await;
    for (sent, address) in [
        ("a token endpoint whose name leads to 127.0.0.1 by now", "127.0.0.1"),
        ("a token endpoint whose name leads to a cloud's metadata service by now", "169.254.169.254"),
        ("a token endpoint whose name leads to ::ffff:10.0.0.1 by now", "::ffff:10.0.0.1"),
    ] {
        let strict = resolving(app, address);
        point(app, &acme, "token_endpoint", "https://provider.test/token").await;
        let mut browser = Browser::new(&strict);
        let page = browser.get(&format!("/auth/start/{}", acme.connection)).await;
        let page = browser.get(&acme.idp.authorize(&page.location())).await;
        table.row(app, &mut browser, sent, &page, Some("sign_in_provider_address")).await;
    }
    let sent = "metadata whose name leads to 10.0.0.1 by now";
    let strict = resolving(app, "10.0.0.1");
    app.execute("UPDATE connections SET address = 'https://provider.test'").await;
    app.clock.advance(Duration::hours(2));
    let mut browser = Browser::new(&strict);
    let page = browser.get(&format!("/auth/start/{}", acme.connection)).await;
    table.row(app, &mut browser, sent, &page, Some("sign_in_provider_address")).await;
    table.assert_right();
}

/// A process that calls public addresses only, in a world where every name leads to this address.
fn resolving(app: &TestApp, address: &str) -> TestApp {
    let address: IpAddr = address.parse().unwrap();
    app.outside(false, &Outside { lookup: Arc::new(move |_: &str| vec![address]), ..Outside::default() })
}

/// Changes one endpoint of what discovery found.
async fn point(app: &TestApp, acme: &Connected, endpoint: &str, to: &str) {
    let mut tx = app.db.write().await.unwrap();
    let (kept,): (String,) = muster::db::sql("SELECT metadata FROM connections WHERE id = $1")
        .bind(&acme.connection)
        .one(&mut tx)
        .await
        .unwrap();
    let mut metadata: Value = serde_json::from_str(&kept).unwrap();
    metadata[endpoint] = json!(to);
    muster::db::sql("UPDATE connections SET metadata = $1 WHERE id = $2")
        .bind(metadata.to_string())
        .bind(&acme.connection)
        .run(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn browsers_that_bring_something_else(app: &TestApp) {
    let acme = acme(app).await;
    let idp = Idp::start(&app.clock).await;
    let other = connect_to(app, acme.organization.clone(), "Other", Provider::Generic, idp, "scim").await;
    let mut table = Table::default();
    let callback = format!("/auth/openid/callback/{}", acme.connection);
    let unknown = Some("sign_in_state_unknown");

    let mut browser = Browser::new(app);
    let back = acme.leave(&mut browser).await;
    let mut stranger = Browser::new(app);
    let page = stranger.get(&back).await;
    table.row(app, &mut stranger, "the answer in another browser", &page, unknown).await;

    for (sent, path) in [
        ("a state that nobody gave out", format!("{callback}?code=x&state=made-up")),
        ("no state", format!("{callback}?code=x")),
    ] {
        let page = browser.get(&path).await;
        table.row(app, &mut browser, sent, &page, unknown).await;
    }

    let crossed = back.replace(acme.connection.as_str(), other.connection.as_str());
    let page = browser.get(&crossed).await;
    table
        .row(app, &mut browser, "the answer at another connection's address", &page, Some("sign_in_wrong_connection"))
        .await;
    let page = browser.get(&back).await;
    table.row(app, &mut browser, "the same answer again, at the right address", &page, unknown).await;

    let back = acme.leave(&mut browser).await;
    app.clock.advance(Duration::minutes(16));
    let page = browser.get(&back).await;
    table.row(app, &mut browser, "the answer after 16 minutes", &page, unknown).await;

    // A code that somebody else got, or that was used, under a state of one's own.
    let mut thief = Browser::new(app);
    let own = acme.leave(&mut thief).await;
    let stolen = acme.leave(&mut browser).await;
    let page = thief.get(&with_code_of(&own, &stolen)).await;
    table.row(app, &mut thief, "the code of another browser (PKCE)", &page, Some("sign_in_token_refused")).await;
    let used = acme.leave(&mut browser).await;
    let page = browser.get(&used).await;
    table.row(app, &mut browser, "an answer as it should be", &page, None).await;
    let own = acme.leave(&mut thief).await;
    let page = thief.get(&with_code_of(&own, &used)).await;
    table.row(app, &mut thief, "a code that was used before", &page, Some("sign_in_token_refused")).await;
    let mut replaying = Browser::new(app);
    replaying.cookies = browser.cookies.clone();
    let page = replaying.get(&used).await;
    assert!(page.body.contains("sign_in_state_unknown"), "a replayed answer begins nothing: {}", page.body);

    for (sent, query, code) in [
        ("error=access_denied", "error=access_denied", "sign_in_provider_error"),
        ("error=login_required", "error=login_required", "sign_in_provider_error"),
        ("error=server_error", "error=server_error&error_description=oops", "sign_in_provider_error"),
        ("an error that is a script", "error=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "sign_in_provider_error"),
        ("neither a code nor an error", "x=y", "sign_in_code_missing"),
        ("iss of another provider (RFC 9207)", "code=x&iss=https%3A%2F%2Fevil.example", "sign_in_wrong_issuer"),
        ("an error under the iss of another provider", "error=access_denied&iss=x", "sign_in_wrong_issuer"),
    ] {
        let mut browser = Browser::new(app);
        let back = acme.leave(&mut browser).await;
        let state = back.split("state=").nth(1).unwrap();
        let page = browser.get(&format!("{callback}?state={state}&{query}")).await;
        assert!(!page.body.contains("<script>alert"), "{}", page.body);
        table.row(app, &mut browser, sent, &page, Some(code)).await;
    }

    app.clock.advance(Duration::hours(2));
    acme.idp.metadata(|metadata| metadata["authorization_response_iss_parameter_supported"] = json!(true));
    let mut browser = Browser::new(app);
    let page = acme.sign_in(&mut browser).await;
    table
        .row(app, &mut browser, "no iss, from a provider that always says it", &page, Some("sign_in_issuer_missing"))
        .await;
    let mut browser = Browser::new(app);
    let back = acme.leave(&mut browser).await;
    let page = browser.get(&format!("{back}&iss={}", acme.idp.base)).await;
    table.row(app, &mut browser, "its own iss", &page, None).await;

    let mut browser = Browser::new(app);
    let page = browser.get(&format!("/auth/initiate/{}?iss=https%3A%2F%2Fevil.example", acme.connection)).await;
    table.row(app, &mut browser, "a tile of another issuer", &page, Some("sign_in_wrong_issuer")).await;
    table.assert_right();
}

/// `own` with the code of `other`.
fn with_code_of(own: &str, other: &str) -> String {
    let code = |path: &str| path.split("code=").nth(1).unwrap().split('&').next().unwrap().to_string();
    own.replace(&code(own), &code(other))
}

/// Ada, whom a directory pushed, and a provider that vouches for her.
async fn acme(app: &TestApp) -> Connected {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));
    acme
}

on_both!(
    tokens_that_are_not_what_they_should_be,
    answers_that_are_not_what_they_should_be,
    metadata_that_are_not_what_they_were,
    names_that_lead_elsewhere_by_now,
    browsers_that_bring_something_else,
);
