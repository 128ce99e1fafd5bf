//! The pages of an organization, as a browser without JavaScript gets them.

use muster::actor::Level;
use muster::directory::Source;
use muster::directory::users::{self, NewUser};
use muster::id::{OrganizationId, UserId};
use muster::sessions::password;
use secrecy::SecretString;
use serde_json::json;

use crate::support::browser::{Browser, Page};
use crate::support::sign_in::enrol;
use crate::support::{TestApp, on_both};

pub const PASSWORD: &str = "correct horse battery staple";

/// Olive, who owns the organization, at a browser in which she is signed in.
pub async fn olive<'a>(app: &'a TestApp, organization: &OrganizationId, slug: &str) -> (UserId, Browser<'a>) {
    let hash = password::hash(SecretString::from(PASSWORD)).await.unwrap();
    let new = NewUser {
        organization_id: organization.clone(),
        source: Source::Local,
        user_name: "olive@example.com".into(),
        external_id: None,
        display_name: Some("Olive Owner".into()),
        given_name: None,
        family_name: None,
        email: Some("olive@example.com".into()),
        level: Level::Owner,
        operator: false,
        idp_active: true,
        document: serde_json::Map::new(),
    };
    let mut tx = app.db.write().await.unwrap();
    let id = users::insert(&mut tx, &new).await.unwrap();
    password::store(&mut tx, &id, &hash).await.unwrap();
    tx.commit().await.unwrap();
    enrol(app, organization, &id).await;
    let mut browser = Browser::new(app);
    let page = browser.sign_in(slug, "olive@example.com", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.body);
    (id, browser)
}

/// What is between the tags.
fn text(page: &Page) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in page.body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
pub fn assert_says(page: &Page, what: &str) {
    let text = text(page);
    assert!(text.contains(what), "{what:?} is not in: {text}");
}

async fn every_page_shows_what_was_pushed(app: &TestApp) {
    let scim = app.directory("acme-okta").await;
    let slug = "organization-of-acme-okta";
    let (_, mut browser) = olive(app, &scim.organization, slug).await;
    let base = format!("/o/{slug}");

    let page = browser.get(&base).await;
    assert_eq!(page.status, 200);
    assert_says(&page, "First steps");
    assert_says(&page, "Acme acme-okta has not called yet.");
    assert_says(&browser.get(&format!("{base}/groups")).await, "No groups yet");
    assert_says(&browser.get(&format!("{base}/roles")).await, "No roles yet");

    let ada = scim.user("ada@example.com").await;
    let team = scim.group("Engineering", &[&ada]).await;
    let page = browser.get(&format!("{base}/users?q=ADA&status=active")).await;
    assert_says(&page, "ada@example.com");
    assert_says(&page, "Managed · Acme acme-okta");
    assert!(page.body.contains(r#"name="status" value="active""#), "searching again keeps the filter: {}", page.body);
    assert_says(&browser.get(&format!("{base}/users?q=100%25")).await, "Nobody fits");
    assert_says(&browser.get(&format!("{base}/users?source=local")).await, "Olive Owner");

    let page = browser.post(&format!("{base}/roles/new"), &[("name", "Editor"), ("permissions", "posts:write")]).await;
    assert_eq!(page.status, 303, "{}", page.body);
    let role = page.location();
    assert_says(&browser.get(&role).await, "No group has this role");
    let page = browser.post(&format!("{role}/groups"), &[("group_id", &team)]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, role.clone()));
    let page = browser.get(&role).await;
    assert_says(&page, "Engineering has the role Editor now.");
    assert_says(&page, "1 person loses the role.");
    assert_says(&page, "through Engineering");

    let page = browser.get(&format!("{base}/users/{ada}")).await;
    assert_says(&page, "from Acme acme-okta, by SCIM");
    assert_says(&page, "through Engineering");
    let page = browser.get(&format!("{base}/groups/{team}")).await;
    assert_says(&page, "1 person");
    assert_says(&page, "Editor");
    assert_says(&browser.get(&format!("{base}/groups?q=engin")).await, "Engineering");

    let page = browser.get(&format!("{base}/activity")).await;
    assert_says(&page, "Olive Owner gave Engineering the role Editor");
    assert_says(&page, "to Engineering");
    assert_says(
        &browser.get(&format!("{base}/activity?kind=role.&q=editor&from=2026-11-22&to=2026-11-22")).await,
        "Olive Owner added Editor",
    );
    assert_says(&browser.get(&format!("{base}/activity?to=2026-11-21")).await, "Nothing fits these filters");
    let event = page.body.split("/activity/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_says(&browser.get(&format!("{base}/activity/{event}")).await, "Before and after");
    let page = browser.get(&base).await;
    assert!(!text(&page).contains("First steps"), "the first group has a role");
}

async fn refused_forms_keep_what_was_typed(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (olive, mut browser) = olive(app, &acme, "acme").await;
    let typed = [("name", ""), ("description", "Writes <things>"), ("permissions", "a b")];
    let page = browser.post("/o/acme/roles/new", &typed).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Give the role a name.");
    assert_says(&page, "Line 1: a permission has no spaces.");
    assert!(page.body.contains("Writes &lt;things&gt;") || page.body.contains("Writes <things>\""), "{}", page.body);

    let page = browser.post(&format!("/o/acme/users/{olive}/suspend"), &[("reason", "why not")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Nobody suspends themselves.");
    let page = browser.post(&format!("/o/acme/users/{olive}/level"), &[("level", "member")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Nobody changes their own level.");
    assert_eq!(app.kinds_since(1).await, [] as [&str; 0], "nothing but the sign-in happened");
}

async fn levels_and_suspensions_by_forms(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = super::local(app, &acme, "Mia", Level::Member).await;
    let path = format!("/o/acme/users/{mia}");
    let page = browser.post(&format!("{path}/level"), &[("level", "admin")]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, path.clone()));
    assert_says(&browser.get(&path).await, "Mia: Admin now.");
    browser.post(&format!("{path}/suspend"), &[("reason", "lost laptop")]).await;
    let page = browser.get(&path).await;
    assert_says(&page, "Suspended by Olive Owner");
    assert_says(&page, "Reason: lost laptop");
    assert_says(&browser.get("/o/acme/users?status=suspended").await, "Mia");
    browser.post(&format!("{path}/lift"), &[]).await;
    assert_says(&browser.get(&path).await, "The suspension of Mia is lifted.");
}

async fn foreign_ids_and_no_ids_are_404(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other = app.directory("other").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let user = other.user("bob@example.com").await;
    let group = other.group("Far", &[]).await;
    let paths = [
        format!("/o/acme/users/{user}"),
        format!("/o/acme/groups/{group}"),
        format!("/o/acme/roles/{user}"),
        format!("/o/acme/activity/{user}"),
        "/o/acme/users/me".to_string(),
        "/o/organization-of-other".to_string(),
    ];
    for path in paths {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 404, "{path}");
    }
    let page = browser.post(&format!("/o/acme/users/{user}/suspend"), &[]).await;
    assert_eq!(page.status, 404);
    let after = json!(other.get(&format!("/Users/{user}")).await.expect(200).body["active"]);
    assert_eq!(after, json!(true));
}

on_both!(
    every_page_shows_what_was_pushed,
    refused_forms_keep_what_was_typed,
    levels_and_suspensions_by_forms,
    foreign_ids_and_no_ids_are_404,
);
