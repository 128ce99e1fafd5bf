//! `POST /o/{organization}/users/{id}/link`: a subject that waits to sign in as somebody.

use muster::actor::Level;
use muster::db::sql;
use muster::id::UserId;
use muster::sso::{Provider, links};
use serde_json::json;

use super::pages::{assert_says, olive};
use crate::support::browser::{Browser, Page};
use crate::support::sign_in::{Connected, connect};
use crate::support::{TestApp, on_both};

/// The directory says another externalId of the person.
async fn rename(app: &TestApp, acme: &Connected, user: &UserId, subject: &str) {
    let mut tx = app.db.write().await.unwrap();
    links::follow_external_id(&mut tx, user, &acme.connection, Some(subject)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Subject and what waits, of the one link.
async fn link(app: &TestApp) -> (String, Option<String>) {
    let mut tx = app.db.read().await.unwrap();
    sql("SELECT subject, pending_subject FROM identities").one(&mut tx).await.unwrap()
}

async fn set_level(app: &TestApp, user: &UserId, level: Level) {
    app.execute(&format!("UPDATE users SET level = '{}' WHERE id = '{user}'", level.as_str())).await;
}

async fn confirm(browser: &mut Browser<'_>, user: &UserId, subject: &str) -> Page {
    browser.post(&format!("/o/acme/users/{user}/link"), &[("subject", subject)]).await
}

async fn an_admin_sees_what_waits_and_confirms_it(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let ada = acme.push(app, "ada", "first", Level::Admin).await;
    let (olive, mut browser) = olive(app, &acme.organization, "acme").await;
    set_level(app, &olive, Level::Admin).await;
    let path = format!("/o/acme/users/{ada}");
    assert!(!browser.get(&path).await.body.contains("waits for confirmation"));
    assert_eq!(confirm(&mut browser, &ada, "first").await.status, 404, "nothing waits");

    rename(app, &acme, &ada, "second").await;
    let page = browser.get(&path).await;
    assert_says(&page, "Acme Okta now says this person's externalId is second .");
    assert_says(&page, "Sign-in still goes by first .");
    assert!(page.body.contains(r#"name="subject" value="second""#), "{}", page.body);

    // Another externalId came while the page was open: it is not confirmed unseen.
    rename(app, &acme, &ada, "third").await;
    let page = confirm(&mut browser, &ada, "second").await;
    assert_eq!(page.status, 422);
    assert_says(&page, "The externalId has changed again, to third.");
    assert_eq!(link(app).await, ("first".to_string(), Some("third".to_string())));

    let page = confirm(&mut browser, &ada, "third").await;
    assert_eq!((page.status.as_u16(), page.location()), (303, path.clone()));
    assert_eq!(link(app).await, ("third".to_string(), None));
    let page = browser.get(&path).await;
    assert_says(&page, "The sign-in link is confirmed.");
    assert!(!page.body.contains("A sign-in link waits"), "{}", page.body);
    let event = app.events().await.pop().unwrap();
    assert_eq!((event.kind.as_str(), &event.after.unwrap()["subject"]), ("identity.confirmed", &json!("third")));
}

async fn only_owners_confirm_for_an_owner(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let ada = acme.push(app, "ada", "first", Level::Owner).await;
    rename(app, &acme, &ada, "second").await;
    let (olive, mut browser) = olive(app, &acme.organization, "acme").await;
    set_level(app, &olive, Level::Admin).await;
    let page = browser.get(&format!("/o/acme/users/{ada}")).await;
    assert_says(&page, "Only an owner confirms this for an owner.");
    assert!(!page.body.contains("/link\""), "no form: {}", page.body);
    let page = confirm(&mut browser, &ada, "second").await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Only owners can do this.");
    assert_eq!(link(app).await.0, "first");

    set_level(app, &olive, Level::Owner).await;
    assert_eq!(confirm(&mut browser, &ada, "second").await.status, 303);
    assert_eq!(link(app).await, ("second".to_string(), None));
}

async fn other_organizations_confirm_nothing(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let ada = acme.push(app, "ada", "first", Level::Admin).await;
    rename(app, &acme, &ada, "second").await;
    let other = app.organization("Other").await;
    let (_, mut stranger) = olive(app, &other, "other").await;
    let page = stranger.post(&format!("/o/other/users/{ada}/link"), &[("subject", "second")]).await;
    assert_eq!(page.status, 404);
    assert_eq!(link(app).await.0, "first");
}

on_both!(
    an_admin_sees_what_waits_and_confirms_it,
    only_owners_confirm_for_an_owner,
    other_organizations_confirm_nothing,
);
