//! `/o/{organization}/connections/{connection}/requests`: the record of SCIM calls, for admins.

use muster::actor::Level;
use muster::error::Error;
use muster::provisioning::inspector::{self, Filter};
use serde_json::json;

use super::pages::{assert_says, olive};
use super::{acting, local};
use crate::support::browser::Page;
use crate::support::{ScimClient, TestApp, on_both};

const BASE: &str = "/o/organization-of-okta/connections";

/// The address of the record of the only connection of the directory's organization.
async fn requests(app: &TestApp, okta: &ScimClient) -> String {
    let mut tx = app.db.read().await.unwrap();
    let connections = muster::connections::list(&mut tx, &okta.organization).await.unwrap();
    format!("{BASE}/{}/requests", connections[0].id)
}

/// Where the list's first row leads.
fn first(page: &Page, at: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("{at}/")).expect("a row");
    format!("{at}/{}", rest.split('"').next().unwrap())
}

async fn requests_are_listed_and_shown(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    let at = requests(app, &okta).await;
    assert_says(&browser.get(&at).await, "Nothing was asked yet");
    assert!(browser.get(at.strip_suffix("/requests").unwrap()).await.body.contains(&at), "the overview leads there");

    let body = json!({ "userName": "ada@example.com", "password": "t1meMa$heen", "colour": "<b>red</b>" });
    okta.post("/Users", body.clone()).await.expect(201);
    app.app.inspector.write_down(&app.db).await;
    let page = browser.get(&at).await;
    assert_eq!(page.status, 200);
    assert_says(&page, "Create ada@example.com POST /Users");
    assert_says(&page, "201 Created");
    assert_says(&page, "The last 10 000 requests are kept, for 30 days.");
    assert_says(&browser.get(&format!("{at}?outcome=failed")).await, "No request failed");

    let page = browser.get(&first(&page, &at)).await;
    assert_says(&page, "Create ada@example.com");
    assert_says(&page, "Ignored password, colour");
    assert_says(&page, "[removed]");
    assert!(!page.body.contains("t1meMa") && !page.body.contains("<b>red"), "{}", page.body);

    okta.post("/Users", body).await.refused(409, "uniqueness");
    okta.with_token("wrong").get("/Users?filter=userName%20eq%20%22ada%22").await.refused(401, "");
    app.app.inspector.write_down(&app.db).await;
    let page = browser.get(&format!("{at}?outcome=failed")).await;
    assert_says(&page, "401 Unauthorized No token of this directory");
    assert_says(&page, "409 Conflict");
    let one = browser.get(&first(&page, &at)).await;
    assert_says(&one, "The bearer token is missing or wrong, or belongs to another base URL Copy the base URL");
    assert_says(&one, "filter = userName eq \"ada\"");
    assert_says(&one, "none of this directory");
}

async fn the_list_has_pages_and_says_what_it_lacks(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    for n in 0..52 {
        okta.user(&format!("person{n}")).await;
    }
    for _ in 0..53 {
        okta.get("/Users?count=0").await.expect(200);
    }
    app.app.inspector.write_down(&app.db).await;
    let at = requests(app, &okta).await;
    let page = browser.get(&at).await;
    assert_says(&page, "Not kept, for there were more than 50 in one second: successful reads, 3.");
    let older = page.body.split("before=").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let page = browser.get(&format!("{at}?before={older}")).await;
    assert_says(&page, "Create person51");
    assert_says(&page, "Create person2");
    assert!(page.body.contains("before="), "and older ones");
    let page = browser.get(&format!("{at}?before=00000000-0000-7000-8000-000000000000")).await;
    assert_says(&page, "There are no older ones");
}

async fn another_organizations_requests_are_not_found(app: &TestApp) {
    let (okta, other) = (app.directory("okta").await, app.directory("other").await);
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    for client in [&okta, &other] {
        client.user("ada").await;
    }
    app.app.inspector.write_down(&app.db).await;
    let at = requests(app, &okta).await;
    let mut tx = app.db.read().await.unwrap();
    let connection = &muster::connections::list(&mut tx, &other.organization).await.unwrap()[0].id;
    let system = muster::actor::Actor::System;
    let all = Filter::default();
    let foreign = inspector::list(&mut tx, &system, &other.organization, &other.directory, &all, 1).await.unwrap();
    drop(tx);
    let call = &foreign[0].id;
    for path in [
        format!("{BASE}/{connection}/requests"),
        format!("{BASE}/{connection}/requests/{call}"),
        format!("{at}/{call}"),
        format!("{at}/{connection}"),
        format!("{at}/latest"),
    ] {
        assert_eq!(browser.get(&path).await.status, 404, "{path}");
    }
    // Nor do the functions mix them up.
    let mut tx = app.db.read().await.unwrap();
    let mixed = inspector::list(&mut tx, &system, &okta.organization, &other.directory, &all, 1).await;
    assert!(matches!(mixed, Err(Error::NotFound(_))));
    let mixed = inspector::find(&mut tx, &system, &okta.organization, &okta.directory, call).await;
    assert!(matches!(mixed, Err(Error::NotFound(_))));
}

async fn members_are_refused(app: &TestApp) {
    let okta = app.directory("okta").await;
    let of = &okta.organization;
    okta.user("ada").await;
    app.app.inspector.write_down(&app.db).await;
    let (olive, mut browser) = olive(app, of, "organization-of-okta").await;
    let at = requests(app, &okta).await;
    let call = first(&browser.get(&at).await, &at);
    // Somebody must stay the owner.
    local(app, of, "Otto", Level::Owner).await;
    app.execute(&format!("UPDATE users SET level = 'member' WHERE id = '{olive}'")).await;
    for path in [&at, &call] {
        let page = browser.get(path).await;
        assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/me"), "{path}");
    }
    let member = acting(app, of, &olive).await;
    let mut tx = app.db.read().await.unwrap();
    let listed = inspector::list(&mut tx, &member, of, &okta.directory, &Filter::default(), 1).await;
    assert!(matches!(listed, Err(Error::Forbidden(_))));
    assert!(matches!(inspector::keeping(&mut tx, &member, of, &okta.directory).await, Err(Error::Forbidden(_))));
}

on_both!(
    requests_are_listed_and_shown,
    the_list_has_pages_and_says_what_it_lacks,
    another_organizations_requests_are_not_found,
    members_are_refused,
);
