//! Keys and metadata are kept for as long as they say; a provider that is down keeps nobody out who is in.

use muster::actor::Level;
use muster::sso::Provider;
use serde_json::json;
use time::Duration;

use crate::support::browser::Browser;
use crate::support::idp::Mischief;
use crate::support::sign_in::{Connected, connect};
use crate::support::{TestApp, on_both};

const METADATA: &str = "/.well-known/openid-configuration";

async fn acme(app: &TestApp) -> Connected {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));
    acme
}

async fn signs_in(app: &TestApp, acme: &Connected) -> bool {
    acme.sign_in(&mut Browser::new(app)).await.location() == "/me"
}

async fn keys_and_metadata_are_asked_for_once_a_lifetime(app: &TestApp) {
    let acme = acme(app).await;
    for _ in 0..3 {
        assert!(signs_in(app, &acme).await);
    }
    assert_eq!((acme.idp.asked(METADATA), acme.idp.asked("/keys")), (1, 1), "discovery, and the first token");
    app.clock.advance(Duration::minutes(59));
    assert!(signs_in(app, &acme).await);
    assert_eq!((acme.idp.asked(METADATA), acme.idp.asked("/keys")), (1, 1));
    acme.idp.cache_control("public, max-age=120");
    app.clock.advance(Duration::minutes(2));
    assert!(signs_in(app, &acme).await);
    assert_eq!((acme.idp.asked(METADATA), acme.idp.asked("/keys")), (2, 2), "an hour is over");
    app.clock.advance(Duration::seconds(119));
    assert!(signs_in(app, &acme).await);
    assert_eq!((acme.idp.asked(METADATA), acme.idp.asked("/keys")), (2, 2));
    app.clock.advance(Duration::seconds(2));
    assert!(signs_in(app, &acme).await);
    assert_eq!((acme.idp.asked(METADATA), acme.idp.asked("/keys")), (3, 3), "two minutes, as the provider says");
    // What the metadata say now is what is used.
    let mut tx = app.db.read().await.unwrap();
    let kept: (String,) = muster::db::sql("SELECT metadata FROM connections").one(&mut tx).await.unwrap();
    assert!(kept.0.contains("good_until"));
}

async fn an_unknown_key_is_asked_for_once_a_minute(app: &TestApp) {
    let acme = acme(app).await;
    assert!(signs_in(app, &acme).await);
    app.clock.advance(Duration::minutes(5));
    // The provider has changed its key: the first token that names it makes us look.
    acme.idp.publish("two");
    acme.idp.change_token(|token| token["header"]["kid"] = json!("two"));
    assert!(signs_in(app, &acme).await);
    assert_eq!(acme.idp.asked("/keys"), 2);
    // Somebody makes up key ids: nobody is asked for each of them.
    acme.idp.change_token(|token| token["header"]["kid"] = json!("made-up"));
    for _ in 0..5 {
        assert!(!signs_in(app, &acme).await);
    }
    assert_eq!(acme.idp.asked("/keys"), 2);
    app.clock.advance(Duration::minutes(1));
    assert!(!signs_in(app, &acme).await);
    assert!(!signs_in(app, &acme).await);
    assert_eq!(acme.idp.asked("/keys"), 3);
}

async fn a_provider_that_is_down_keeps_nobody_out_who_is_in(app: &TestApp) {
    let acme = acme(app).await;
    let mut inside = Browser::new(app);
    assert_eq!(acme.sign_in(&mut inside).await.location(), "/me");
    // Its keys are good for an hour, and serve as long.
    acme.idp.misbehave("/keys", Mischief::Down);
    assert!(signs_in(app, &acme).await);
    app.clock.advance(Duration::minutes(61));
    let page = acme.sign_in(&mut Browser::new(app)).await;
    assert!(page.body.contains("sign_in_provider_unreachable"), "stale keys are not used: {}", page.body);
    assert!(page.body.contains("cannot be reached from here at the moment"), "{}", page.body);
    assert_eq!(inside.get("/me").await.status, 200);
    // And metadata.
    acme.idp.misbehave(METADATA, Mischief::Down);
    app.clock.advance(Duration::minutes(61));
    let page = Browser::new(app).get(&format!("/auth/start/{}", acme.connection)).await;
    assert!(page.body.contains("sign_in_provider_unreachable"), "{}", page.body);
    assert_eq!(inside.get("/me").await.status, 200);
    acme.idp.behave();
    assert!(signs_in(app, &acme).await, "it is up again, and so is sign-in");
}

on_both!(
    keys_and_metadata_are_asked_for_once_a_lifetime,
    an_unknown_key_is_asked_for_once_a_minute,
    a_provider_that_is_down_keeps_nobody_out_who_is_in,
);
