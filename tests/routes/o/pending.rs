//! `/o/{organization}/connections/{connection}/pending`: local people whom a directory asked for.

use muster::actor::Level;
use muster::id::UserId;
use serde_json::json;

use super::pages::{assert_says, olive};
use super::{acting, find, local, password};
use crate::support::browser::Browser;
use crate::support::{ScimClient, TestApp, on_both};

const BASE: &str = "/o/organization-of-okta";

/// Okta asks for Adam, a local admin; Olive sits at her browser. Returns Adam, and the page's address.
async fn asked<'a>(app: &'a TestApp) -> (ScimClient, UserId, Browser<'a>, String) {
    let okta = app.directory("okta").await;
    let (_, browser) = olive(app, &okta.organization, &BASE[3..]).await;
    let adam = local(app, &okta.organization, "Adam", Level::Admin).await;
    password(app, &adam).await;
    app.session(adam.as_str()).await;
    create(&okta).await.refused(409, "uniqueness");
    let connection = connection(app, &okta).await;
    (okta, adam, browser, format!("{BASE}/connections/{connection}/pending"))
}

async fn create(okta: &ScimClient) -> crate::support::Answer {
    okta.post("/Users", json!({ "userName": "adam@example.com", "externalId": "00u1" })).await
}

pub async fn connection(app: &TestApp, okta: &ScimClient) -> String {
    let mut tx = app.db.read().await.unwrap();
    let row: (String,) = muster::db::sql("SELECT connection_id FROM directories WHERE id = $1")
        .bind(&okta.directory)
        .one(&mut tx)
        .await
        .unwrap();
    row.0
}

async fn adoption(app: &TestApp) -> String {
    let mut tx = app.db.read().await.unwrap();
    let row: (String,) = muster::db::sql("SELECT id FROM adoptions").one(&mut tx).await.unwrap();
    row.0
}

async fn the_page_says_what_was_sent_and_what_a_click_would_do(app: &TestApp) {
    let (_, _, mut browser, path) = asked(app).await;
    let page = browser.get(&path).await;
    assert_eq!(page.status, 200);
    assert_says(&page, "Adam Admin Pending");
    assert_says(&page, "sent: adam@example.com");
    assert_says(&page, "sent: 00u1");
    assert_says(
        &page,
        "That ends 1 session, deletes the password, and revokes links and keys. The id, the level and 0 direct roles stay.",
    );
    assert_says(&page, "Afterwards, in Okta: Tasks → Retry; Entra retries by itself.");
    assert_says(&browser.get(&path.replace("pending", "provisioning")).await, "The provider asked for 1 local person.");
    assert_says(&browser.get(BASE).await, "Acme okta asks to take over 1 local person.");
}

async fn a_confirmation_lets_the_next_request_through(app: &TestApp) {
    let (okta, adam, mut browser, path) = asked(app).await;
    let page = browser.post(&format!("{path}/{}/confirm", adoption(app).await), &[]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, path.clone()));
    let page = browser.get(&path).await;
    assert_says(&page, "Afterwards, in Okta: Tasks → Retry; Entra retries by itself.");
    assert_says(&page, "Confirmed by Olive Owner");
    assert_eq!(create(&okta).await.expect(201).id(), adam.to_string());
    assert_says(&browser.get(&path).await, "Nobody waits");
    assert!(!browser.get(BASE).await.body.contains("asks to take over"));
    let activity = browser.get(&format!("{BASE}/activity")).await;
    for said in [
        "Acme okta asked to take over Adam, who is local",
        "Olive Owner confirmed that Adam may be taken over",
        "Acme okta took over adam@example.com, who was local",
    ] {
        assert_says(&activity, said);
    }
    // A form that was open meanwhile.
    let page = browser.post(&format!("{path}/{}/confirm", adoption(app).await), &[]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "managed by an identity provider already. Nothing was changed.");
}

async fn a_refusal_keeps_the_person_local_until_somebody_confirms(app: &TestApp) {
    let (okta, adam, mut browser, path) = asked(app).await;
    let one = format!("{path}/{}", adoption(app).await);
    assert_eq!(browser.post(&format!("{one}/decline"), &[]).await.status, 303);
    create(&okta).await.refused(409, "uniqueness");
    assert_says(&browser.get(&path).await, "Declined by Olive Owner");
    assert!(!browser.get(BASE).await.body.contains("asks to take over"), "no concern any more");
    assert!(!find(app, &okta.organization, &adam).await.source.is_managed());
    assert_eq!(browser.post(&format!("{one}/confirm"), &[]).await.status, 303);
    assert_eq!(create(&okta).await.expect(201).id(), adam.to_string());
}

async fn nobody_confirms_for_another_organization(app: &TestApp) {
    let (okta, _, _, path) = asked(app).await;
    let other = app.organization("Other").await;
    let (_, mut stranger) = olive(app, &other, "other").await;
    let one = format!("{path}/{}/confirm", adoption(app).await);
    for path in [path.clone(), path.replace(BASE, "/o/other")] {
        assert_eq!(stranger.get(&path).await.status, 404);
    }
    assert_eq!(stranger.post(&one, &[]).await.status, 404);
    assert_eq!(stranger.post(&one.replace(BASE, "/o/other"), &[]).await.status, 404);
    create(&okta).await.refused(409, "uniqueness");
}

async fn members_decide_nothing(app: &TestApp) {
    use muster::directory::users::adoption;
    let (okta, _, _, _) = asked(app).await;
    let mia = local(app, &okta.organization, "Mia", Level::Member).await;
    let actor = acting(app, &okta.organization, &mia).await;
    let connection = muster::id::ConnectionId::parse(&connection(app, &okta).await).unwrap();
    let id = muster::id::AdoptionId::parse(&self::adoption(app).await).unwrap();
    let mut tx = app.db.write().await.unwrap();
    let refused = adoption::confirm(&mut tx, &actor, &okta.organization, &connection, &id).await;
    assert!(matches!(refused, Err(muster::error::Error::Forbidden(_))));
    let refused = adoption::decline(&mut tx, &actor, &okta.organization, &connection, &id).await;
    assert!(matches!(refused, Err(muster::error::Error::Forbidden(_))));
}

async fn the_switch_stands_on_the_connections_settings(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, &BASE[3..]).await;
    let mia = local(app, &okta.organization, "Mia", Level::Member).await;
    let at = format!("{BASE}/connections/{}", connection(app, &okta).await);
    let page = browser.get(&format!("{at}/settings")).await;
    assert_says(&page, "Take over local people");
    assert!(page.body.contains("name=\"take_over_local\" checked"), "on is the default: {}", page.body);
    assert_eq!(browser.post(&format!("{at}/local-people"), &[]).await.status, 303);
    okta.get(&format!("/Users/{mia}")).await.refused(404, "");
    assert_eq!(browser.post(&format!("{at}/local-people"), &[("take_over_local", "on")]).await.status, 303);
    okta.get(&format!("/Users/{mia}")).await.expect(200);
    let changes = app.events().await.into_iter().filter(|event| event.kind == "directory.settings_changed").count();
    assert_eq!(changes, 2);
}

async fn a_directory_that_is_made_later_finds_local_people_too(app: &TestApp) {
    let organization = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &organization, "acme").await;
    let mia = local(app, &organization, "Mia", Level::Member).await;
    let fields = [("provider", "okta"), ("name", "Acme Login"), ("label", "acme-okta")];
    browser.post("/o/acme/connections/new", &fields).await;
    app.execute("UPDATE directories SET state = 'on'").await;
    let mut tx = app.db.read().await.unwrap();
    let (directory,): (muster::id::DirectoryId,) =
        muster::db::sql("SELECT id FROM directories").one(&mut tx).await.unwrap();
    drop(tx);
    let token = app.token(&directory).await;
    let okta = app.client("acme-okta", &token, directory, organization);
    assert_eq!(okta.find("/Users", "userName eq \"mia@example.com\"").await.ids(), [mia.to_string()]);
}

on_both!(
    the_page_says_what_was_sent_and_what_a_click_would_do,
    a_confirmation_lets_the_next_request_through,
    a_refusal_keeps_the_person_local_until_somebody_confirms,
    nobody_confirms_for_another_organization,
    members_decide_nothing,
    the_switch_stands_on_the_connections_settings,
    a_directory_that_is_made_later_finds_local_people_too,
);
