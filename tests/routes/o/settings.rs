//! `/o/{organization}/settings/sign-in`: single sign-on, and the break-glass owners.

use muster::actor::Level;
use muster::id::{OrganizationId, UserId};
use muster::sessions::password;
use muster::sso::Provider;
use secrecy::SecretString;

use super::local;
use super::pages::{PASSWORD, assert_says, olive};
use crate::support::browser::Browser;
use crate::support::sign_in::{connect, enrol};
use crate::support::{TestApp, on_both};

async fn with_password(app: &TestApp, acme: &OrganizationId, name: &str, level: Level) -> UserId {
    let id = local(app, acme, name, level).await;
    let hash = password::hash(SecretString::from(PASSWORD)).await.unwrap();
    let mut tx = app.db.write().await.unwrap();
    password::store(&mut tx, &id, &hash).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn sso_is_required_by_default_once_a_connection_signs_in(app: &TestApp) {
    let connected = connect(app, Provider::Okta).await;
    let acme = connected.organization.clone();
    with_password(app, &acme, "Mia", Level::Member).await;
    let adam = with_password(app, &acme, "Adam", Level::Admin).await;
    enrol(app, &acme, &adam).await;
    for email in ["mia@example.com", "adam@example.com"] {
        let seen = app.events().await.len();
        let page = Browser::new(app).sign_in("acme", email, PASSWORD).await;
        assert_eq!(page.status, 403, "{}", page.body);
        assert_says(&page, "Acme requires single sign-on");
        assert_says(&page, "sign_in_sso_required");
        assert!(page.body.contains(&format!("/auth/start/{}", connected.connection)), "{}", page.body);
        assert_eq!(app.kinds_since(seen).await, ["sign_in.refused"]);
    }
    // The wrong password says no more than ever.
    let page = Browser::new(app).sign_in("acme", "mia@example.com", "wrong").await;
    assert_eq!(page.status, 422);
    // Break-glass owners are exempt.
    olive(app, &acme, "acme").await;
}

async fn without_a_connection_passwords_are_for_everybody(app: &TestApp) {
    let acme = app.organization("Acme").await;
    with_password(app, &acme, "Mia", Level::Member).await;
    assert_eq!(Browser::new(app).sign_in("acme", "mia@example.com", PASSWORD).await.location(), "/me");
    let (_, mut browser) = olive(app, &acme, "acme").await;
    assert_says(&browser.get("/o/acme/settings/sign-in").await, "until people can sign in through a connection");
}

async fn an_owner_chooses_and_an_admin_does_not(app: &TestApp) {
    let acme = app.organization("Acme").await;
    with_password(app, &acme, "Mia", Level::Member).await;
    let (owner, mut browser) = olive(app, &acme, "acme").await;
    let at = "/o/acme/settings/sign-in";
    let seen = app.events().await.len();
    for _ in 0..2 {
        let page = browser.post(at, &[("passwords", "owners")]).await;
        assert_eq!((page.status.as_u16(), page.location().as_str()), (303, at));
    }
    assert_says(&browser.get(at).await, "An owner chose this.");
    assert_eq!(app.kinds_since(seen).await, ["organization.sso_required_changed"]);
    assert_eq!(Browser::new(app).sign_in("acme", "mia@example.com", PASSWORD).await.status, 403);
    browser.post(at, &[("passwords", "everybody")]).await;
    assert_eq!(Browser::new(app).sign_in("acme", "mia@example.com", PASSWORD).await.status, 303);
    assert_eq!(browser.post(at, &[("passwords", "")]).await.status, 422);
    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{owner}'")).await;
    assert_says(&browser.get(at).await, "Only an owner changes it.");
    let page = browser.post(at, &[("passwords", "owners")]).await;
    assert_eq!(page.status, 422);
    assert_eq!(Browser::new(app).sign_in("acme", "mia@example.com", PASSWORD).await.status, 303, "nothing was changed");
}

async fn the_page_lists_break_glass_owners_and_the_guards_state(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (owner, mut browser) = olive(app, &acme, "acme").await;
    let at = "/o/acme/settings/sign-in";
    let page = browser.get(at).await;
    assert_says(&page, "Only one: nothing takes away");
    assert_says(&page, "Olive Owner olive@example.com Set up");
    with_password(app, &acme, "Otto", Level::Owner).await;
    let page = browser.get(at).await;
    assert_says(&page, "Otto otto@example.com At the next sign-in Never");
    assert_says(&page, "The last of them cannot be suspended");
    app.execute("DELETE FROM passwords").await;
    assert_says(&browser.get(at).await, "when the identity provider fails, nobody gets in");
    assert_eq!(
        app.count(&format!("SELECT COUNT(*) FROM users WHERE id = '{owner}' AND drilled_at IS NOT NULL")).await,
        1
    );
}

on_both!(
    sso_is_required_by_default_once_a_connection_signs_in,
    without_a_connection_passwords_are_for_everybody,
    an_owner_chooses_and_an_admin_does_not,
    the_page_lists_break_glass_owners_and_the_guards_state,
);
