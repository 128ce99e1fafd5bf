//! Sign-in links: who may sign in as whom.

use muster::actor::Level;
use muster::db::sql;
use muster::sso::{Provider, links};
use serde_json::json;

use crate::routes::o::connections::connection;
use crate::routes::o::pages::assert_says;
use crate::support::browser::Browser;
use crate::support::sign_in::connect;
use crate::support::{TestApp, on_both};

/// A connection, an issuer and a subject are one person, whatever a directory says later.
async fn a_subject_signs_in_as_one_person(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let ada = acme.push(app, "ada", "00u-1", Level::Member).await;
    acme.idp.person(json!({ "sub": "00u-1" }));
    assert_eq!(acme.sign_in(&mut Browser::new(app)).await.location(), "/me");
    // Her externalId changes, and somebody else gets the former one: the subject stays hers until somebody confirms.
    let mut tx = app.db.write().await.unwrap();
    links::follow_external_id(&mut tx, &ada, &acme.connection, Some("00u-2")).await.unwrap();
    tx.commit().await.unwrap();
    app.execute(&format!("UPDATE users SET external_id = '00u-2' WHERE id = '{ada}'")).await;
    let seen = app.events().await.len();
    let eve = acme.push(app, "eve", "00u-1", Level::Member).await;
    assert_eq!(app.kinds_since(seen).await, ["identity.refused"]);
    let mut tx = app.db.read().await.unwrap();
    let linked: Vec<(String, String)> =
        sql("SELECT user_id, subject FROM identities ORDER BY id").all(&mut tx).await.unwrap();
    assert_eq!(linked, [(ada.to_string(), "00u-1".to_string())], "and {eve} has no link");
    drop(tx);
    assert_eq!(acme.sign_in(&mut Browser::new(app)).await.location(), "/me");
    assert_eq!(app.events().await.pop().unwrap().subject_id, ada.to_string());
    // The database itself keeps it so.
    let mut tx = app.db.write().await.unwrap();
    let second = sql("INSERT INTO identities (id, user_id, connection_id, issuer, subject, created_at) \
         SELECT 'second', $1, connection_id, issuer, subject, created_at FROM identities")
    .bind(&eve)
    .run(&mut tx)
    .await;
    assert!(second.is_err(), "{second:?}");
}

/// Callback, initiate, post-logout: as the other console calls them.
async fn a_guide_hands_over_three_addresses(app: &TestApp) {
    let (mut browser, at) = connection(app, "okta", "acme-okta").await;
    let id = at.rsplit('/').next().unwrap().to_string();
    let page = browser.get(&format!("{at}/sign-in")).await;
    let ours = "https://muster.example.com";
    for (field, address) in [
        ("Sign-in redirect URIs", format!("{ours}/auth/openid/callback/{id}")),
        ("Initiate login URI", format!("{ours}/auth/initiate/{id}")),
        ("Sign-out redirect URIs", format!("{ours}/sign-in/acme")),
    ] {
        assert_says(&page, field);
        assert_says(&page, &address);
    }
}

on_both!(a_subject_signs_in_as_one_person, a_guide_hands_over_three_addresses);
