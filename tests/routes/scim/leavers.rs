//! Who left and comes back (identity.md, "Leavers").

use serde_json::{Value, json};

use crate::support::{Answer, ScimClient, TestApp, on_both};

async fn leaver(okta: &ScimClient, body: Value) -> String {
    let id = okta.post("/Users", body).await.expect(201).id();
    okta.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "value": { "active": false } }])).await.expect(200);
    id
}

async fn create(okta: &ScimClient, body: Value) -> Answer {
    okta.post("/Users", body).await
}

async fn the_same_external_id_comes_back(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = leaver(&okta, json!({ "userName": "ada@old", "externalId": "1", "title": "Countess" })).await;
    let group = okta.group("Engineering", &[&ada]).await;
    let seen = app.events().await.len();
    let back = create(&okta, json!({ "userName": "ada@new", "externalId": "1" })).await.expect(201);
    assert_eq!(back.id(), ada);
    assert_eq!((&back.body["userName"], &back.body["active"]), (&json!("ada@new"), &json!(true)));
    assert_eq!(back.body.get("title"), None, "the document is the new one");
    assert!(back.headers["location"].to_str().unwrap().ends_with(&ada));
    assert_eq!(okta.members(&group).await, std::slice::from_ref(&ada), "memberships were kept");
    assert_eq!(app.kinds_since(seen).await, ["user.updated", "user.reactivated"]);
    create(&okta, json!({ "userName": "third", "externalId": "1" })).await.refused(409, "uniqueness");
}

async fn the_same_user_name_comes_back_where_one_side_has_no_external_id(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = leaver(&okta, json!({ "userName": "ada" })).await;
    let eve = leaver(&okta, json!({ "userName": "eve", "externalId": "2" })).await;
    let joe = leaver(&okta, json!({ "userName": "joe", "externalId": "3" })).await;
    assert_eq!(create(&okta, json!({ "userName": "ADA", "externalId": "1" })).await.expect(201).id(), ada);
    assert_eq!(create(&okta, json!({ "userName": "eve" })).await.expect(201).id(), eve);
    // Two different externalIds are two people.
    let detail = create(&okta, json!({ "userName": "joe", "externalId": "4" })).await.refused(409, "uniqueness");
    assert!(detail.contains(&joe), "{detail}");
    // The externalId says one leaver, the userName another.
    create(&okta, json!({ "userName": "joe", "externalId": "1" })).await.refused(409, "uniqueness");
}

async fn who_is_active_does_not_come_back_twice(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = create(&okta, json!({ "userName": "ada" })).await.id();
    create(&okta, json!({ "userName": "ada" })).await.refused(409, "uniqueness");
    let gone = leaver(&okta, json!({ "userName": "gone", "externalId": "1" })).await;
    let detail = create(&okta, json!({ "userName": "ada", "externalId": "1" })).await.refused(409, "uniqueness");
    assert!(detail.contains(&ada), "{detail}");
    assert_eq!(okta.get(&format!("/Users/{gone}")).await.body["active"], false);
}

async fn who_was_deleted_is_somebody_new(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = leaver(&okta, json!({ "userName": "ada", "externalId": "1" })).await;
    let group = okta.group("Engineering", &[&ada]).await;
    okta.delete(&format!("/Users/{ada}")).await.expect(204);
    let new = create(&okta, json!({ "userName": "ada", "externalId": "1" })).await.expect(201).id();
    assert_ne!(new, ada);
    assert_eq!(okta.members(&group).await, [] as [String; 0]);
    okta.get(&format!("/Users/{ada}")).await.refused(404, "");
}

async fn an_omission_lets_nobody_in(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = leaver(&okta, json!({ "userName": "ada" })).await;
    let path = format!("/Users/{ada}");
    okta.patch(&path, json!([{ "op": "remove", "path": "active" }])).await.expect(200);
    okta.put(&path, json!({ "userName": "ada", "title": "x" })).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE idp_active = FALSE").await, 1);
}

on_both!(
    an_omission_lets_nobody_in,
    the_same_external_id_comes_back,
    the_same_user_name_comes_back_where_one_side_has_no_external_id,
    who_is_active_does_not_come_back_twice,
    who_was_deleted_is_somebody_new,
);
