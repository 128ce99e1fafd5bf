//! How Muster shows the token endpoint who it is: by a secret in the header or in the body, or by a key of its own.

use serde_json::{Value, json};
use time::Duration;

use crate::routes::o::connections::connection;
use crate::routes::o::pages::assert_says;
use crate::support::browser::Browser;
use crate::support::idp::{CLIENT_ID, CLIENT_SECRET, Idp};
use crate::support::{TestApp, on_both};

async fn configure(browser: &mut Browser<'_>, at: &str, idp: &Idp, method: &str, secret: &str) -> u16 {
    let fields = [
        ("address", idp.base.as_str()),
        ("client_id", CLIENT_ID),
        ("client_secret", secret),
        ("client_authentication", method),
    ];
    browser.post(&format!("{at}/sign-in"), &fields).await.status.as_u16()
}

/// Somebody signs in through the connection and is made by that.
async fn signs_in(app: &TestApp, idp: &Idp, at: &str) -> bool {
    let mut browser = Browser::new(app);
    let page = browser.get(&format!("/auth/start/{}", id(at))).await;
    browser.get(&idp.authorize(&page.location())).await.location() == "/me"
}

fn id(at: &str) -> &str {
    at.rsplit('/').next().unwrap()
}

/// What the provider reads at our address.
async fn published(app: &TestApp, at: &str) -> Value {
    let page = Browser::new(app).get(&format!("/auth/keys/{}", id(at))).await;
    assert_eq!(page.status, 200);
    assert!(!page.headers.contains_key("set-cookie"));
    serde_json::from_str(&page.body).unwrap()
}

async fn a_secret_in_the_header_or_in_the_body(app: &TestApp) {
    let idp = Idp::start(&app.clock).await;
    idp.person(json!({ "sub": "ada", "name": "Ada", "email": "ada@example.com" }));
    let (mut browser, at) = connection(app, "generic", "").await;
    browser.post(&format!("{at}/sync"), &[("sync_mode", "on-sign-in")]).await;
    for method in ["client_secret_basic", "client_secret_post", ""] {
        assert_eq!(configure(&mut browser, &at, &idp, method, CLIENT_SECRET).await, 303, "{method}");
        assert!(signs_in(app, &idp, &at).await, "{method}");
    }
    // What the provider does not take cannot be chosen.
    assert_eq!(configure(&mut browser, &at, &idp, "private_key_jwt", "").await, 422);
    let page = browser.get(&format!("{at}/sign-in")).await;
    assert!(!page.body.contains("private_key_jwt"), "{}", page.body);
}

async fn a_key_of_musters_own(app: &TestApp) {
    let idp = Idp::start(&app.clock).await;
    idp.person(json!({ "sub": "ada", "name": "Ada", "email": "ada@example.com" }));
    idp.metadata(|metadata| metadata["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt"]));
    let (mut browser, at) = connection(app, "okta", "").await;
    browser.post(&format!("{at}/sync"), &[("sync_mode", "on-sign-in")]).await;
    assert_eq!(published(app, &at).await, json!({ "keys": [] }));
    assert_eq!(configure(&mut browser, &at, &idp, "private_key_jwt", "").await, 303, "no secret is asked for");
    let page = browser.get(&format!("{at}/sign-in")).await;
    assert_says(&page, &format!("https://muster.example.com/auth/keys/{}", id(&at)));

    let keys = published(app, &at).await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert!(keys["keys"][0].get("d").is_none(), "the private half stays here");
    assert!(!signs_in(app, &idp, &at).await, "the provider does not know the key yet");
    idp.know_client_keys(keys.clone());
    assert!(signs_in(app, &idp, &at).await);
    assert!(signs_in(app, &idp, &at).await, "each assertion has an id of its own");
    assert_eq!(app.count("SELECT COUNT(*) FROM client_keys WHERE private_key_sealed LIKE 'v1.%'").await, 1);

    // A new key signs at once; the former one stays published for a day.
    assert_eq!(browser.post(&format!("{at}/sign-in/key"), &[]).await.status, 303);
    let both = published(app, &at).await;
    assert_eq!(both["keys"].as_array().unwrap().len(), 2);
    assert_ne!(both["keys"][0]["kid"], keys["keys"][0]["kid"]);
    assert_eq!(both["keys"][1], keys["keys"][0]);
    assert!(!signs_in(app, &idp, &at).await);
    idp.know_client_keys(both);
    assert!(signs_in(app, &idp, &at).await);
    assert!(app.kinds_since(0).await.iter().filter(|kind| *kind == "connection.key_rotated").count() == 2);
    app.clock.advance(Duration::hours(25));
    assert_eq!(published(app, &at).await["keys"].as_array().unwrap().len(), 1);
}

on_both!(a_secret_in_the_header_or_in_the_body, a_key_of_musters_own);
