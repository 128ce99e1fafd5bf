//! `/o/{organization}/schemas` and a connection's settings, as an admin uses them.

use muster::actor::Level;
use muster::id::OrganizationId;
use serde_json::json;

use super::pages::{assert_says, olive};
use super::person;
use crate::support::browser::Browser;
use crate::support::{ScimClient, TestApp, on_both};

async fn setting<'a>(app: &'a TestApp) -> (ScimClient, Browser<'a>, String) {
    let scim = app.directory("acme-okta").await;
    let slug = "organization-of-acme-okta";
    let (_, mut browser) = olive(app, &scim.organization, slug).await;
    let list = browser.get(&format!("/o/{slug}/connections")).await.body;
    let at = format!("/o/{slug}/connections/");
    let mut ids = list.split(&at).skip(1).filter_map(|rest| muster::id::ConnectionId::parse(rest.get(..36)?));
    let id = ids.next().expect("a connection is listed");
    (scim, browser, format!("{at}{id}"))
}

async fn a_schema_is_added_in_the_browser_and_taken_away(app: &TestApp) {
    let (scim, mut browser, _) = setting(app).await;
    let page = "/o/organization-of-acme-okta/schemas";
    assert_says(&browser.get(page).await, "No schemas of your own");
    let schema = json!({ "id": "urn:example:Badge", "attributes": [{ "name": "number" }] }).to_string();
    let wrong = browser.post(page, &[("document", "{\"id\":"), ("extends", "user")]).await;
    assert_eq!(wrong.status, 422);
    assert_says(&wrong, "This is no JSON");
    let wrong = browser.post(page, &[("document", "{\"id\":\"urn:example:x\"}"), ("extends", "user")]).await;
    assert_says(&wrong, "\"attributes\" is empty");
    assert!(wrong.body.contains("urn:example:x"), "what was typed is kept");

    browser.post(page, &[("document", &schema), ("extends", "user")]).await;
    let shown = browser.get(page).await;
    assert_says(&shown, "Schema “urn:example:Badge” is added.");
    let ada =
        scim.post("/Users", json!({ "userName": "ada", "urn:example:Badge": { "number": "7" } })).await.expect(201);
    assert_eq!(ada.body["urn:example:Badge"]["number"], "7");

    let remove = |n: usize| {
        let forms: Vec<_> =
            shown.body.match_indices("/schemas/").map(|(at, _)| shown.body[at + 9..at + 45].to_string()).collect();
        format!("{page}/{}/remove", forms[n])
    };
    let refused = browser.post(&remove(0), &[]).await;
    assert_eq!(refused.status, 409, "the resource type User builds on it");
    browser.post(&remove(1), &[]).await;
    browser.post(&remove(0), &[]).await;
    assert_says(&browser.get(page).await, "No schemas of your own");
    let ada = scim.get(&format!("/Users/{}", ada.id())).await.expect(200);
    assert!(ada.body.get("urn:example:Badge").is_none(), "kept, and not shown any more");
}

async fn schemas_are_an_admins_own(app: &TestApp) {
    let (scim, _, _) = setting(app).await;
    let other = app.organization("Other").await;
    let (_, mut stranger) = olive(app, &other, "other").await;
    assert_eq!(stranger.get("/o/organization-of-acme-okta/schemas").await.status, 404);
    let mia = person(app, &scim.organization, "Mia", Level::Member, muster::directory::Source::Local).await;
    let actor = muster::actor::Actor::Person {
        user: mia,
        organization: scim.organization.clone(),
        level: Level::Member,
        name: "Mia".into(),
    };
    let mut tx = app.db.write().await.unwrap();
    let list = async |tx: &mut muster::db::Tx, organization: &OrganizationId| {
        muster::provisioning::schemas::list(tx, &actor, organization).await.is_err()
    };
    assert!(list(&mut tx, &scim.organization).await);
    assert!(list(&mut tx, &other).await);
}

async fn settings_change_the_next_answer(app: &TestApp) {
    let (scim, mut browser, at) = setting(app).await;
    let page = format!("{at}/settings");
    assert_says(&browser.get(&page).await, "Bring back deactivated people");
    let wrong = browser.post(&page, &[("most_members_shown", "many")]).await;
    assert_eq!(wrong.status, 422);
    browser.post(&page, &[("most_members_shown", "1000"), ("offers_roles", "on")]).await;
    scim.get("/Roles").await.expect(200);
    scim.post("/Users", json!({ "userName": "ada", "active": false })).await.expect(201);
    scim.post("/Users", json!({ "userName": "ada" })).await.refused(409, "uniqueness");
    assert!(app.kinds_since(0).await.contains(&"directory.settings_changed".to_string()));

    browser.post(&format!("{at}/pause"), &[]).await;
    let detail = scim.get("/Users").await.refused(403, "");
    assert!(detail.contains("paused"), "{detail}");
    assert_says(&browser.get(&page).await, "Provisioning is paused");
    browser.post(&format!("{at}/resume"), &[]).await;
    scim.get("/Users").await.expect(200);
}

async fn marking_a_role_grants_it_to_those_who_have_it_in_their_profile(app: &TestApp) {
    let (scim, mut browser, _) = setting(app).await;
    scim.post("/Users", json!({ "userName": "ada", "roles": [{ "value": "Editor" }] })).await.expect(201);
    let roles = "/o/organization-of-acme-okta/roles";
    let made =
        browser.post(&format!("{roles}/new"), &[("name", "Editor"), ("description", ""), ("permissions", "")]).await;
    let role = made.location();
    let held = async || app.count("SELECT COUNT(*) FROM grants WHERE user_id IS NOT NULL").await;
    assert_eq!(held().await, 0);
    let fields = [("name", "Editor"), ("description", ""), ("permissions", "")];
    let marked = [fields[0], fields[1], fields[2], ("idp_assignable", "on")];
    let edit = async |browser: &mut Browser<'_>, fields: &[(&str, &str)]| {
        let page = browser.post(&role, fields).await;
        assert_eq!(page.status, 303, "{}", page.body);
    };
    edit(&mut browser, &marked).await;
    assert_eq!(held().await, 1);
    edit(&mut browser, &fields).await;
    assert_eq!(held().await, 0);
}

on_both!(
    a_schema_is_added_in_the_browser_and_taken_away,
    schemas_are_an_admins_own,
    settings_change_the_next_answer,
    marking_a_role_grants_it_to_those_who_have_it_in_their_profile,
);
