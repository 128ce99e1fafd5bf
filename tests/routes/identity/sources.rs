//! Where people come from.

use muster::actor::{Actor, Level};
use muster::connections::{self, SyncMode};
use muster::db::sql;
use muster::directory::Source;
use muster::directory::users::local::{self, InvitationForm};
use muster::sso::Provider;
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::idp::Idp;
use crate::support::sign_in::{connect, connect_to};
use crate::support::{TestApp, on_both};

/// userName and source of everybody, in the order in which they came.
async fn sources(app: &TestApp) -> Vec<(String, String)> {
    let mut tx = app.db.read().await.unwrap();
    sql("SELECT user_name, source FROM users ORDER BY id").all(&mut tx).await.unwrap()
}

async fn who_is_invited_here_is_local(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let form =
        InvitationForm { name: "Ada".into(), email: "ada@example.com".into(), level: Level::Member.as_str().into() };
    let mut tx = app.db.write().await.unwrap();
    let (user, _) = local::invite(&mut tx, &Actor::CommandLine, &acme, &form).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(user.source, Source::Local);
    assert_eq!(sources(app).await, [("ada@example.com".to_string(), "local".to_string())]);
}

async fn who_is_pushed_by_scim_is_of_that_directory(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (okta, entra) = (app.directory_of(&acme, "okta").await, app.directory_of(&acme, "entra").await);
    okta.user("ada").await;
    entra.user("ada").await;
    let of = |directory| ("ada".to_string(), Source::Directory(directory).to_string());
    assert_eq!(sources(app).await, [of(okta.directory), of(entra.directory)]);
}

async fn who_is_made_at_the_first_sign_in_is_of_that_connection(app: &TestApp) {
    let idp = Idp::start(&app.clock).await;
    let organization = app.organization("Acme").await;
    let acme = connect_to(app, organization, "Acme", Provider::Generic, idp, "on-sign-in").await;
    let claims = json!({ "sub": "s-1", "preferred_username": "ada", "name": "Ada", "email": "ada@example.com" });
    acme.idp.person(claims);
    assert_eq!(acme.sign_in(&mut Browser::new(app)).await.location(), "/me");
    assert_eq!(sources(app).await, [("ada".to_string(), Source::SignIn(acme.connection).to_string())]);
}

/// People who are there go on signing in; nobody new is made.
async fn the_sync_mode_none_only_refuses_new_people(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "00u-ada", Level::Member).await;
    let mut tx = app.db.write().await.unwrap();
    let connection = connections::find(&mut tx, &acme.organization, &acme.connection).await.unwrap();
    connections::choose_sync(&mut tx, &Actor::CommandLine, &connection, SyncMode::None).await.unwrap();
    tx.commit().await.unwrap();
    acme.idp.person(json!({ "sub": "00u-ada" }));
    assert_eq!(acme.sign_in(&mut Browser::new(app)).await.location(), "/me");
    acme.idp.person(json!({ "sub": "00u-eve", "name": "Eve", "email": "eve@example.com" }));
    let page = acme.sign_in(&mut Browser::new(app)).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("sign_in_unknown_subject"), "{}", page.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
}

on_both!(
    who_is_invited_here_is_local,
    who_is_pushed_by_scim_is_of_that_directory,
    who_is_made_at_the_first_sign_in_is_of_that_connection,
    the_sync_mode_none_only_refuses_new_people,
);
