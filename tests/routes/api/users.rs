//! `GET /api/v1/users/{id}`

use muster::actor::Level;
use serde_json::json;

use super::me::grant;
use super::{get, refused};
use crate::routes::o::pages::olive;
use crate::routes::o::service_accounts::{account, key};
use crate::routes::o::{group, join, local};
use crate::support::{TestApp, on_both};

async fn a_person_is_told_with_aliases_and_each_role_with_why(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let ci = account(&mut browser, "/o/acme", "CI").await;
    let secret = key(&mut browser, "/o/acme", &ci, &[("users_read", "on"), ("roles_read", "on")]).await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    browser.post(&format!("/o/acme/users/{mia}/aliases"), &[("set", "rdp"), ("alias", "mia-admin")]).await;
    browser.post("/o/acme/roles/new", &[("name", "Editor"), ("permissions", "posts:write")]).await;
    let team = group(app, &acme, "Team").await;
    join(app, &team, "user", mia.as_str()).await;
    grant(app, &acme, &mia, None).await;
    let (role,): (String,) = {
        let mut tx = app.db.read().await.unwrap();
        muster::db::sql("SELECT id FROM roles").one(&mut tx).await.unwrap()
    };
    browser.post(&format!("/o/acme/roles/{role}/groups"), &[("group_id", team.as_str())]).await;
    let told = get(app, &format!("/users/{mia}"), &secret).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let body = &told.body;
    assert_eq!((&body["id"], &body["kind"], &body["source"]), (&json!(mia), &json!("person"), &json!("local")));
    assert_eq!((&body["name"], &body["email"]), (&json!("Mia"), &json!("mia@example.com")));
    assert_eq!((&body["status"], &body["level"]), (&json!("active"), &json!("member")));
    assert_eq!(body["aliases"], json!([{ "set": "rdp", "alias": "mia-admin" }]));
    let role = &body["roles"][0];
    assert_eq!((&role["key"], role.get("until")), (&json!("editor"), None));
    assert_eq!(role["why"][0]["way"], json!("direct"));
    assert_eq!(role["why"][1]["groups"], json!([{ "id": team, "name": "Team" }]));
    // Whoever may not sign in has no effective roles, and says so.
    browser.post(&format!("/o/acme/users/{mia}/suspend"), &[]).await;
    let told = get(app, &format!("/users/{mia}"), &secret).await.body;
    assert_eq!((&told["status"], &told["roles"]), (&json!("suspended"), &json!([])));
}

async fn what_a_key_has_no_scope_for_it_is_not_told(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (olive_id, mut browser) = olive(app, &acme, "acme").await;
    let ci = account(&mut browser, "/o/acme", "CI").await;
    let path = format!("/users/{olive_id}");
    let none = key(&mut browser, "/o/acme", &ci, &[]).await;
    let answer = get(app, &path, &none).await;
    refused(&answer, 403, "missing_scope");
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert_eq!(challenge, "Bearer error=\"insufficient_scope\", scope=\"users:read\"");
    let roles = key(&mut browser, "/o/acme", &ci, &[("roles_read", "on")]).await;
    refused(&get(app, &path, &roles).await, 403, "missing_scope");
    let users = key(&mut browser, "/o/acme", &ci, &[("users_read", "on")]).await;
    let told = get(app, &path, &users).await;
    assert_eq!(told.status, 200);
    assert!(told.body.get("roles").is_none(), "{}", told.body);
}

async fn foreign_and_deleted_people_are_not_found(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let ci = account(&mut browser, "/o/acme", "CI").await;
    let secret = key(&mut browser, "/o/acme", &ci, &[("users_read", "on")]).await;
    let stranger = local(app, &other, "Stranger", Level::Member).await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    browser.post(&format!("/o/acme/users/{mia}/delete"), &[("name", "Mia")]).await;
    for id in [stranger.as_str(), mia.as_str(), "x", "00000000-0000-7000-8000-000000000000", "%FF"] {
        refused(&get(app, &format!("/users/{id}"), &secret).await, 404, "not_found");
    }
    assert_eq!(get(app, &format!("/users/{ci}"), &secret).await.body["kind"], json!("service"));
}

on_both!(
    a_person_is_told_with_aliases_and_each_role_with_why,
    what_a_key_has_no_scope_for_it_is_not_told,
    foreign_and_deleted_people_are_not_found,
);
