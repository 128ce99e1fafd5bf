//! Whose people and groups are, on every list and page; and who somebody was formerly.

use muster::actor::Level;
use serde_json::json;

use super::local;
use super::pages::{assert_says, olive};
use crate::support::{TestApp, on_both};

const BASE: &str = "/o/organization-of-okta";

async fn lists_and_pages_say_who_owns_a_user_or_group(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, &BASE[3..]).await;
    let mia = local(app, &okta.organization, "Mia", Level::Member).await;
    let ada = okta.user("ada@example.com").await;
    let team = okta.group("Team", &[&ada]).await;
    let users = browser.get(&format!("{BASE}/users")).await;
    assert_says(&users, "ada@example.com Managed · Acme okta");
    assert_says(&users, "Mia Local");
    assert_says(&browser.get(&format!("{BASE}/groups")).await, "Team Managed · Acme okta");
    let page = browser.get(&format!("{BASE}/users/{ada}")).await;
    assert_says(&page, "Managed by Acme okta : the profile is read-only here and changes there.");
    assert!(page.body.contains(&format!("{BASE}/connections/")), "a link to the connection");
    let page = browser.get(&format!("{BASE}/groups/{team}")).await;
    assert_says(&page, "Managed by Acme okta : its name and members are read-only here and change there.");
    let page = browser.get(&format!("{BASE}/users/{mia}")).await;
    assert!(!page.body.contains("Managed by"));
}

async fn people_of_a_directory_that_is_off_are_no_longer_synced(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, &BASE[3..]).await;
    let ada = okta.user("ada@example.com").await;
    let team = okta.group("Team", &[&ada]).await;
    assert!(!browser.get(&format!("{BASE}/users")).await.body.contains("No longer synced"));
    app.execute("UPDATE directories SET state = 'off'").await;
    for path in ["/users", "/groups"] {
        assert_says(&browser.get(&format!("{BASE}{path}")).await, "No longer synced");
    }
    for path in [format!("/users/{ada}"), format!("/groups/{team}")] {
        let page = browser.get(&format!("{BASE}{path}")).await;
        assert_says(&page, "No longer synced Acme okta sends nothing about this");
        assert!(page.body.contains(&format!("{path}/release")), "and the way out");
    }
}

async fn admins_see_the_old_history_as_formerly(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, &BASE[3..]).await;
    let body = || json!({ "userName": "ada@example.com", "externalId": "1", "displayName": "Ada" });
    let first = okta.post("/Users", body()).await.expect(201).id();
    assert!(!browser.get(&format!("{BASE}/users/{first}")).await.body.contains("Formerly"));
    okta.patch(&format!("/Users/{first}"), json!([{ "op": "replace", "value": { "title": "Countess" } }]))
        .await
        .expect(200);
    okta.delete(&format!("/Users/{first}")).await.expect(204);
    let second = okta.post("/Users", body()).await.expect(201).id();
    let page = browser.get(&format!("{BASE}/users/{second}")).await;
    assert_says(&page, "Formerly");
    assert_says(&page, "Ada , deleted");
    assert_says(&page, &first);
    assert_says(&page, "Acme okta deleted Ada");
    assert!(page.body.contains(&format!("{BASE}/activity?subject={first}")), "the whole history");
    okta.delete(&format!("/Users/{second}")).await.expect(204);
    let third = okta.post("/Users", body()).await.expect(201).id();
    let page = browser.get(&format!("{BASE}/users/{third}")).await;
    assert_says(&page, &first);
    assert_says(&page, &second);
}

on_both!(
    lists_and_pages_say_who_owns_a_user_or_group,
    people_of_a_directory_that_is_off_are_no_longer_synced,
    admins_see_the_old_history_as_formerly,
);
