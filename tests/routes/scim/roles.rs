//! Roles from the identity provider: Okta's entitlements flavour, and `roles` of users.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{ScimClient, TestApp, on_both};

const ROLE: &str = "urn:okta:scim:schemas:core:1.0:Role";

/// Adds a role; returns its id.
async fn role(app: &TestApp, okta: &ScimClient, key: &str, name: &str, assignable: bool) -> String {
    let id = muster::id::RoleId::new().to_string();
    let assignable = if assignable { "TRUE" } else { "FALSE" };
    app.execute(&format!(
        "INSERT INTO roles (id, organization_id, name, name_key, key, description, permissions, idp_assignable, created_at, updated_at) \
         VALUES ('{id}', '{}', '{name}', '{}', '{key}', 'What it is for', '[]', {assignable}, '2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.000Z')",
        okta.organization,
        name.to_lowercase(),
    ))
    .await;
    id
}

async fn roles_are_offered_only_where_they_are_turned_on(app: &TestApp) {
    let okta = app.directory("okta").await;
    let editor = role(app, &okta, "editor", "Editor", true).await;
    role(app, &okta, "secret", "Secret", false).await;
    okta.get("/Roles").await.refused(404, "");
    assert!(!okta.get("/ResourceTypes").await.body.to_string().contains(ROLE));

    app.execute("UPDATE directories SET offers_roles = TRUE").await;
    let types = okta.get("/ResourceTypes").await.expect(200);
    let kind = types.resources().iter().find(|kind| kind["schema"] == ROLE).expect("the resource type");
    assert_eq!(kind["endpoint"], "/Roles");
    okta.get(&format!("/Schemas/{ROLE}")).await.expect(200);
    let list = okta.get("/Roles?count=1&startIndex=1").await.expect(200);
    assert_eq!((list.ids(), list.total()), (vec![editor.clone()], 1), "only what the IdP may assign");
    let shown = &list.resources()[0];
    assert_eq!(
        (shown["displayName"].as_str(), shown["description"].as_str()),
        (Some("Editor"), Some("What it is for"))
    );
    assert_eq!(shown["schemas"], json!([ROLE]));
    assert_eq!(okta.get(&format!("/Roles/{editor}")).await.expect(200).body, *shown);
    assert_eq!(okta.find("/Roles", "displayName eq \"EDITOR\"").await.expect(200).total(), 1);
    assert_eq!(okta.find("/Roles", "displayName eq \"x\"").await.expect(200).total(), 0);
    assert!(okta.get("/Roles?cursor=").await.expect(200).body.get("nextCursor").is_none());
    okta.get("/Roles/x").await.refused(404, "");
    for (method, path) in
        [(Method::POST, "/Roles"), (Method::PUT, "/Roles/x"), (Method::PATCH, "/Roles/x"), (Method::DELETE, "/Roles/x")]
    {
        okta.send(method, path, Some("{}".into()), &[]).await.refused(405, "");
    }
}

async fn roles_on_users_grant_what_is_marked_and_nothing_else(app: &TestApp) {
    let okta = app.directory("okta").await;
    let editor = role(app, &okta, "editor", "Editor", true).await;
    role(app, &okta, "secret", "Secret", false).await;
    let roles = json!([{ "value": "Secret" }, { "value": editor, "display": "Editor", "primary": "True" }, { "value": "other" }]);
    let ada = okta.post("/Users", json!({ "userName": "ada", "roles": roles })).await.expect(201);
    assert_eq!(ada.body["roles"].as_array().unwrap().len(), 3, "all values are stored and echoed");
    let held = async || {
        let query = format!("SELECT COUNT(*) FROM grants WHERE origin = 'scim:{}'", okta.directory);
        app.count(&query).await
    };
    assert_eq!(held().await, 1);
    let path = format!("/Users/{}", ada.id());
    okta.patch(&path, json!([{ "op": "remove", "path": format!("roles[value eq \"{editor}\"]") }])).await.expect(200);
    assert_eq!(held().await, 0);
    // Entra writes JSON into the value.
    let entra = json!({ "id": "1", "value": "editor", "displayName": "Anything" }).to_string();
    okta.patch(&path, json!([{ "op": "Add", "path": "roles", "value": [{ "value": entra }] }])).await.expect(200);
    assert_eq!(held().await, 1);
    okta.patch(&path, json!([{ "op": "replace", "path": "title", "value": "x" }])).await.expect(200);
    assert_eq!(held().await, 1, "another change leaves the grant alone");
    okta.patch(&path, json!([{ "op": "replace", "path": "roles", "value": Value::Null }])).await.expect(200);
    assert_eq!(held().await, 0);
    let kinds: Vec<_> = app.kinds_since(0).await.into_iter().filter(|kind| kind.starts_with("role.")).collect();
    assert_eq!(kinds, ["role.granted", "role.revoked", "role.granted", "role.revoked"]);
}

async fn roles_that_grant_nothing_are_listed_in_the_inspector(app: &TestApp) {
    let okta = app.directory("okta").await;
    role(app, &okta, "editor", "Editor", true).await;
    role(app, &okta, "secret", "Secret", false).await;
    let roles = json!([{ "value": "Secret" }, { "value": "editor" }, { "value": "unknown" }]);
    let ada = okta.post("/Users", json!({ "userName": "ada", "roles": roles })).await.expect(201).id();
    okta.patch(&format!("/Users/{ada}"), json!([{ "op": "replace", "path": "title", "value": "x" }])).await.expect(200);
    app.app.inspector.write_down(&app.db).await;
    let mut tx = app.db.read().await.unwrap();
    let query = muster::db::sql("SELECT ignored FROM scim_requests ORDER BY id");
    let ignored: Vec<(String,)> = query.all(&mut tx).await.unwrap();
    let told = json!(["roles: Secret grants nothing", "roles: unknown grants nothing"]).to_string();
    assert_eq!((ignored[0].0.as_str(), ignored[1].0.as_str()), (told.as_str(), "[]"));
}

on_both!(
    roles_that_grant_nothing_are_listed_in_the_inspector,
    roles_are_offered_only_where_they_are_turned_on,
    roles_on_users_grant_what_is_marked_and_nothing_else,
);
