//! The two facts that decide access: the identity provider's, and ours.

use muster::actor::Level;
use muster::directory::users::{lift_suspension, suspend};
use muster::error::Error;
use muster::id::UserId;
use serde_json::json;

use crate::routes::o::pages::{assert_says, olive};
use crate::routes::o::{acting, find, local};
use crate::support::{TestApp, on_both};

/// No person of ours changes it, by whatever they do.
async fn active_is_the_identity_providers_alone(app: &TestApp) {
    let okta = app.directory("acme-okta").await;
    let acme = okta.organization.clone();
    let id = okta.user("mia@example.com").await;
    let mia = UserId::parse(&id).unwrap();
    let adam = local(app, &acme, "Adam", Level::Admin).await;
    let admin = acting(app, &acme, &adam).await;
    let path = format!("/Users/{id}");
    for active in [true, false] {
        okta.patch(&path, json!([{ "op": "replace", "path": "active", "value": active }])).await.expect(200);
        let mut tx = app.db.write().await.unwrap();
        suspend(&mut tx, &admin, &acme, &mia, "").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(okta.get(&path).await.body["active"], active, "while suspended");
        let mut tx = app.db.write().await.unwrap();
        lift_suspension(&mut tx, &admin, &acme, &mia).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(okta.get(&path).await.body["active"], active, "and afterwards");
        assert_eq!(find(app, &acme, &mia).await.may_sign_in(), active);
    }
}

async fn any_admin_suspends_anybody_below_owner_managed_or_not(app: &TestApp) {
    let okta = app.directory("acme-okta").await;
    let acme = okta.organization.clone();
    let adam = local(app, &acme, "Adam", Level::Admin).await;
    let admin = acting(app, &acme, &adam).await;
    let managed = UserId::parse(&okta.user("mia@example.com").await).unwrap();
    let promoted = UserId::parse(&okta.user("max@example.com").await).unwrap();
    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{promoted}'")).await;
    let member = local(app, &acme, "Ned", Level::Member).await;
    let owner = local(app, &acme, "Olive", Level::Owner).await;
    for user in [&managed, &promoted, &member] {
        let mut tx = app.db.write().await.unwrap();
        suspend(&mut tx, &admin, &acme, user, "").await.unwrap();
        tx.commit().await.unwrap();
        assert!(!find(app, &acme, user).await.may_sign_in());
    }
    let mut tx = app.db.write().await.unwrap();
    assert!(matches!(suspend(&mut tx, &admin, &acme, &owner, "").await, Err(Error::Forbidden(_))));
}

async fn the_screen_says_who_took_the_access(app: &TestApp) {
    let okta = app.directory("acme-okta").await;
    let slug = "organization-of-acme-okta";
    let (_, mut browser) = olive(app, &okta.organization, slug).await;
    let id = okta.user("mia@example.com").await;
    let path = format!("/o/{slug}/users/{id}");
    assert_says(&browser.get(&path).await, "Active");
    okta.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": "active", "value": false }]))
        .await
        .expect(200);
    for page in [browser.get(&path).await, browser.get(&format!("/o/{slug}/users")).await] {
        assert_says(&page, "Deactivated by Acme acme-okta");
    }
    browser.post(&format!("{path}/suspend"), &[]).await;
    for page in [browser.get(&path).await, browser.get(&format!("/o/{slug}/users")).await] {
        assert_says(&page, "Suspended by Olive Owner");
    }
}

on_both!(
    active_is_the_identity_providers_alone,
    any_admin_suspends_anybody_below_owner_managed_or_not,
    the_screen_says_who_took_the_access,
);
