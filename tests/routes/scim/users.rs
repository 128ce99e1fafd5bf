//! `/Users`: what is answered, what is stored, what is written into the log.

use serde_json::json;

use crate::support::{TestApp, on_both};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

async fn a_user_is_answered_as_it_was_sent(app: &TestApp) {
    let okta = app.directory("okta").await;
    let sent = json!({
        "userName": "Ada@Acme.example", "externalId": "00u1", "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "emails": [{ "value": "home@x.example", "type": "home" }, { "value": "ada@acme.example", "type": "work", "primary": "True" }],
        "title": "Countess", "active": true, ENTERPRISE: { "department": "Engines", "manager": "nobody-yet" },
    });
    let created = okta.post("/Users", sent).await.expect(201);
    let id = created.id();
    assert_eq!(created.headers["location"].to_str().unwrap(), format!("{}/Users/{id}", okta.base()));
    let moment = "2026-11-22T12:00:00.000Z";
    let wanted = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "id": id, "externalId": "00u1", "userName": "Ada@Acme.example",
        "name": { "givenName": "Ada", "familyName": "Lovelace" }, "title": "Countess", "active": true,
        "emails": [{ "value": "home@x.example", "type": "home" }, { "value": "ada@acme.example", "type": "work", "primary": true }],
        ENTERPRISE: { "department": "Engines", "manager": { "value": "nobody-yet" } },
        "meta": {
            "resourceType": "User", "created": moment, "lastModified": moment, "version": "W/\"1\"",
            "location": format!("{}/Users/{id}", okta.base()),
        },
    });
    assert_eq!(created.body, wanted);
    assert_eq!(okta.get(&format!("/Users/{id}")).await.expect(200).body, wanted);
    let columns = "SELECT COUNT(*) FROM users WHERE display_name = 'Ada Lovelace' AND email = 'ada@acme.example' \
        AND user_name_key = 'ada@acme.example' AND title = 'Countess' AND department = 'Engines' AND level = 'member'";
    assert_eq!(app.count(columns).await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM attribute_values WHERE path = 'emails.value'").await, 2);
    let events = app.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].kind.as_str(), events[0].subject_id.as_str()), ("user.created", id.as_str()));
    assert_eq!(events[0].after.as_ref().unwrap()["title"], "Countess");
}

async fn user_names_and_external_ids_are_unique_in_a_directory(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.post("/Users", json!({ "userName": "Ada@x", "externalId": "1" })).await.expect(201).id();
    let eve = okta.post("/Users", json!({ "userName": "eve@x", "externalId": "2" })).await.expect(201).id();
    let taken = okta.post("/Users", json!({ "userName": "ADA@X", "externalId": "3" })).await.refused(409, "uniqueness");
    assert!(taken.contains(&ada), "{taken}");
    okta.post("/Users", json!({ "userName": "new@x", "externalId": "1" })).await.refused(409, "uniqueness");
    // An externalId is compared exactly.
    okta.post("/Users", json!({ "userName": "a@x", "externalId": "x" })).await.expect(201);
    okta.post("/Users", json!({ "userName": "b@x", "externalId": "X" })).await.expect(201);
    let path = format!("/Users/{eve}");
    okta.put(&path, json!({ "userName": "ada@x" })).await.refused(409, "uniqueness");
    okta.patch(&path, json!([{ "op": "replace", "path": "externalId", "value": "1" }]))
        .await
        .refused(409, "uniqueness");
    okta.patch(&path, json!([{ "op": "replace", "path": "userName", "value": "aDA@x" }]))
        .await
        .refused(409, "uniqueness");
    assert_eq!(okta.get(&path).await.body["userName"], "eve@x");
    // Only the case of one's own name may change.
    okta.patch(&path, json!([{ "op": "replace", "path": "userName", "value": "EVE@x" }])).await.expect(200);
    // The same name in another composition is the same name.
    okta.user("caf\u{e9}").await;
    okta.post("/Users", json!({ "userName": "CAFE\u{301}" })).await.refused(409, "uniqueness");
}

async fn a_put_replaces_and_keeps_what_is_not_the_clients(app: &TestApp) {
    let okta = app.directory("okta").await;
    let sent = json!({ "userName": "ada", "title": "Countess", "active": false, "emails": [{ "value": "a@x" }] });
    let created = okta.post("/Users", sent).await.expect(201);
    app.clock.advance(time::Duration::minutes(1));
    let seen = app.events().await.len();
    let put =
        okta.put(&format!("/Users/{}", created.id()), json!({ "userName": "ada", "nickName": "A" })).await.expect(200);
    assert_eq!(put.body["active"], false, "a PUT that does not speak of active lets nobody in");
    assert_eq!((put.body.get("title"), put.body.get("emails")), (None, None));
    assert_eq!(put.body["meta"]["created"], "2026-11-22T12:00:00.000Z");
    assert_eq!(put.body["meta"]["lastModified"], "2026-11-22T12:01:00.000Z");
    assert_eq!(put.etag(), "W/\"2\"");
    assert_eq!(app.count("SELECT COUNT(*) FROM attribute_values WHERE path = 'emails.value'").await, 0);
    let events = app.events().await.split_off(seen);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind, "user.updated");
    assert_eq!(events[0].before, Some(json!({ "title": "Countess", "emails": [{ "value": "a@x" }] })));
    assert_eq!(events[0].after, Some(json!({ "nickName": "A" })));
}

async fn what_changes_nothing_touches_nothing(app: &TestApp) {
    let okta = app.directory("okta").await;
    let created =
        okta.post("/Users", json!({ "userName": "ada", "emails": [{ "value": "a@x", "type": "work" }] })).await;
    let path = format!("/Users/{}", created.id());
    app.clock.advance(time::Duration::minutes(1));
    let same = json!({ "userName": "ada", "emails": [{ "value": "a@x", "type": "work" }] });
    assert_eq!(okta.put(&path, same).await.expect(200).body, created.body);
    for operations in [
        json!([{ "op": "replace", "path": "userName", "value": "ada" }]),
        json!([{ "op": "add", "path": "emails", "value": [{ "value": "a@x", "type": "work" }] }]),
        json!([{ "op": "replace", "value": { "active": true } }]),
        json!([{ "op": "remove", "path": "title" }]),
    ] {
        assert_eq!(okta.patch(&path, operations).await.expect(200).body, created.body);
    }
    assert_eq!(app.events().await.len(), 1);
}

async fn deactivation_ends_sessions_and_keeps_memberships(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (ada, eve) = (okta.user("ada").await, okta.user("eve").await);
    let group = okta.group("Engineering", &[&ada]).await;
    app.session(&ada).await;
    app.session(&ada).await;
    app.session(&eve).await;
    let seen = app.events().await.len();
    let path = format!("/Users/{ada}");
    okta.patch(&path, json!([{ "op": "Replace", "path": "active", "value": "False" }])).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
    assert_eq!(okta.members(&group).await, std::slice::from_ref(&ada));
    okta.put(&path, json!({ "userName": "ada", "active": true, "title": "Back" })).await.expect(200);
    let events = app.events().await.split_off(seen);
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["user.deactivated", "user.updated", "user.reactivated"]);
    assert_eq!(
        events[0].after,
        Some(
            json!({ "active": false, "sessions_ended": 2, "cli_tokens_ended": 0, "links_ended": 0, "api_keys_ended": 0, "took_ms": 0 })
        )
    );
    assert_eq!(events[1].after, Some(json!({ "title": "Back" })));
    assert_eq!(events[2].before, Some(json!({ "active": false })));
}

async fn an_idp_does_not_lift_a_suspension(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.user("ada").await;
    app.execute("UPDATE users SET suspended_at = '2026-11-22T12:00:00.000Z', suspended_by = 'Eve'").await;
    let put = okta.put(&format!("/Users/{ada}"), json!({ "userName": "ada", "active": true, "title": "x" })).await;
    assert_eq!(put.expect(200).body["active"], true, "SCIM shows only the IdP's own fact");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE suspended_by = 'Eve'").await, 1);
}

async fn a_delete_takes_everything_with_it(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.post("/Users", json!({ "userName": "ada", "externalId": "1" })).await.id();
    let eve = okta.user("eve").await;
    let group = okta.group("Engineering", &[&ada, &eve]).await;
    app.session(&ada).await;
    app.execute(&format!(
        "INSERT INTO roles (id, organization_id, name, name_key, key, description, permissions, created_at, updated_at) \
         VALUES ('role', '{}', 'R', 'r', 'r', '', '[]', '', '')",
        okta.organization
    ))
    .await;
    app.execute(&format!(
        "INSERT INTO grants (id, organization_id, role_id, user_id, origin, granted_by, created_at) \
         VALUES ('grant', '{}', 'role', '{ada}', 'direct', '', '')",
        okta.organization
    ))
    .await;
    let seen = app.events().await.len();
    okta.delete(&format!("/Users/{ada}")).await.expect(204);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM grants").await, 0);
    let shown = okta.get(&format!("/Groups/{group}")).await;
    assert_eq!((shown.member_ids(), shown.etag()), (vec![eve.clone()], "W/\"2\"".to_string()));
    let path = format!("/Users/{ada}");
    okta.get(&path).await.refused(404, "");
    okta.put(&path, json!({ "userName": "ada" })).await.refused(404, "");
    okta.patch(&path, json!([{ "op": "replace", "value": { "active": true } }])).await.refused(404, "");
    okta.delete(&path).await.refused(404, "");
    assert_eq!(okta.get("/Users").await.ids(), [eve]);
    assert_eq!(okta.find("/Users", "userName eq \"ada\"").await.total(), 0);
    let events = app.events().await.split_off(seen);
    assert_eq!((events[0].kind.as_str(), events[1].kind.as_str()), ("group.member_removed", "user.deleted"));
    assert_eq!(events[1].before.as_ref().unwrap()["roles"], json!(["role"]));
    assert_eq!(events[1].after.as_ref().unwrap()["sessions_ended"], 1);
    // Its names are free again, its id is not used again.
    assert_ne!(okta.post("/Users", json!({ "userName": "ada", "externalId": "1" })).await.expect(201).id(), ada);
}

async fn attributes_choose_what_is_shown(app: &TestApp) {
    let okta = app.directory("okta").await;
    let body =
        json!({ "userName": "ada", "emails": [{ "value": "a@x", "type": "work" }], "name": { "givenName": "Ada" } });
    let ada = okta.post("/Users?attributes=userName", body).await.expect(201);
    let keys = |body: &serde_json::Value| -> Vec<String> { body.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(keys(&ada.body), ["schemas", "id", "userName"]);
    let path = format!("/Users/{}", ada.id());
    let some = okta.get(&format!("{path}?attributes=emails.value,NAME")).await;
    assert_eq!(some.body["emails"], json!([{ "value": "a@x" }]));
    assert_eq!(keys(&some.body), ["schemas", "id", "emails", "name"]);
    let rest = okta.get(&format!("{path}?excludedAttributes=emails,meta,id")).await;
    assert_eq!(keys(&rest.body), ["schemas", "id", "userName", "name", "active"]);
    let listed = okta.get("/Users?attributes=displayName").await;
    assert_eq!(keys(&listed.resources()[0]), ["schemas", "id"]);
    let operations = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "title", "value": "x" }] });
    let (path, operations) = (format!("{path}?attributes=title"), Some(operations.to_string()));
    let patched = okta.send(axum::http::Method::PATCH, &path, operations, &[]).await;
    assert_eq!(keys(&patched.expect(200).body), ["schemas", "id", "title"]);
}

on_both!(
    a_user_is_answered_as_it_was_sent,
    user_names_and_external_ids_are_unique_in_a_directory,
    a_put_replaces_and_keeps_what_is_not_the_clients,
    what_changes_nothing_touches_nothing,
    deactivation_ends_sessions_and_keeps_memberships,
    an_idp_does_not_lift_a_suspension,
    a_delete_takes_everything_with_it,
    attributes_choose_what_is_shown,
);
