//! What a directory's settings change.

use serde_json::json;

use crate::support::{TestApp, on_both};

async fn leavers_come_back_only_where_they_may(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada =
        okta.post("/Users", json!({ "userName": "ada", "externalId": "1", "active": false })).await.expect(201).id();
    app.execute("UPDATE directories SET restore_leavers = FALSE").await;
    okta.post("/Users", json!({ "userName": "ada", "externalId": "1" })).await.refused(409, "uniqueness");
    app.execute("UPDATE directories SET restore_leavers = TRUE").await;
    let back = okta.post("/Users", json!({ "userName": "ada", "externalId": "1" })).await.expect(201);
    assert_eq!((back.id(), back.body["active"].as_bool()), (ada, Some(true)));
}

async fn a_large_group_is_answered_without_its_members(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (ada, eve) = (okta.user("ada").await, okta.user("eve").await);
    let group = okta.group("Team", &[&ada]).await;
    app.execute("UPDATE directories SET most_members_shown = 1").await;
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": eve }] }]);
    let path = format!("/Groups/{group}");
    let answer = okta.patch(&path, add.clone()).await.expect(204);
    assert_eq!(answer.etag(), "W/\"2\"");
    let asked = okta.patch(&format!("{path}?attributes=displayName"), add).await.expect(200);
    assert_eq!(asked.body["displayName"], "Team", "section 3.5.2: with attributes the answer is 200");
}

async fn an_unmatched_value_path_creates_where_it_may(app: &TestApp) {
    let okta = app.directory("okta").await;
    let path = format!("/Users/{}", okta.user("ada").await);
    let replace = json!([{ "op": "replace", "path": "emails[type eq \"private\"].value", "value": "a@x" }]);
    okta.patch(&path, replace.clone()).await.refused(400, "noTarget");
    app.execute("UPDATE directories SET create_unmatched = TRUE").await;
    let answer = okta.patch(&path, replace).await.expect(200);
    assert_eq!(answer.body["emails"], json!([{ "value": "a@x", "type": "private" }]));
}

on_both!(
    leavers_come_back_only_where_they_may,
    a_large_group_is_answered_without_its_members,
    an_unmatched_value_path_creates_where_it_may,
);
