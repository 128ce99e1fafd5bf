//! What is refused and kept, and what goes on.

use axum::http::Method;
use muster::db::sql;
use muster::id::UserId;
use serde_json::{Value, json};
use time::Duration;

use super::{active, close, crowd, deactivate, members, pending, team};
use crate::support::{TestApp, on_both};

async fn the_refusal_names_the_limit_and_says_what_was_kept_and_what_to_do(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 200).await;
    let everybody = team(app, &okta, "Everybody", &people).await;
    let detail = okta.delete(&format!("/Groups/{everybody}")).await.refused(403, "");
    for told in [
        "the brake of this directory is closed",
        "more than 40 people",
        "within 10 minutes",
        "10 people or 20 % of the 200 active ones",
        "nothing was changed",
        "kept in Muster as a pending change",
        ": an owner releases it there",
        "need not be sent again",
    ] {
        assert!(detail.contains(told), "{told:?} in {detail}");
    }
    let again = deactivate(&okta, &people[0]).await.refused(403, "");
    assert_eq!(again, detail, "while it is closed, every refusal names the limit that closed it");
}

async fn while_it_is_closed_every_request_of_that_kind_is_refused(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let group = team(app, &okta, "Team", &people[20..21]).await;
    close(&okta, &people).await;
    app.clock.advance(Duration::hours(5));
    deactivate(&okta, &people[11]).await.refused(403, "");
    okta.delete(&format!("/Users/{}", people[12])).await.refused(403, "");
    okta.put(&format!("/Users/{}", people[13]), json!({ "userName": "x", "active": false })).await.refused(403, "");
    okta.put(&format!("/Groups/{group}"), json!({ "displayName": "Team" })).await.refused(403, "");
    okta.delete(&format!("/Groups/{group}")).await.refused(403, "");
    assert_eq!(active(app).await, 20);
}

async fn while_it_is_closed_everything_else_goes_on(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let (one, other) =
        (team(app, &okta, "One", &people[20..25]).await, team(app, &okta, "Other", &people[20..22]).await);
    close(&okta, &people).await;
    let new = okta.user("new@example.com").await;
    okta.patch(&format!("/Users/{}", people[12]), json!([{ "op": "replace", "path": "title", "value": "x" }]))
        .await
        .expect(200);
    okta.patch(&format!("/Users/{}", people[0]), json!([{ "op": "replace", "path": "active", "value": true }]))
        .await
        .expect(200);
    let join = json!([{ "op": "add", "path": "members", "value": [{ "value": new }] }]);
    okta.patch(&format!("/Groups/{one}"), join).await.expect(200);
    okta.put(&format!("/Groups/{one}"), json!({ "displayName": "One", "members": members(&people[22..25]) }))
        .await
        .expect(200);
    deactivate(&okta, &new).await.expect(200);
    deactivate(&okta, &people[1]).await.expect(200);
    okta.delete(&format!("/Users/{}", people[2])).await.expect(204);
    assert_eq!(okta.members(&other).await.len(), 2);
    assert_eq!(pending(app).await.len(), 1, "none of it was kept");
}

async fn a_refused_request_is_kept_and_a_repeat_replaces_its_twin(app: &TestApp) {
    let entra = app.directory("entra").await;
    let people = crowd(app, &entra, 30).await;
    let group = team(app, &entra, "Team", &people[20..]).await;
    close(&entra, &people).await;
    entra.delete(&format!("/Users/{}", people[11])).await.refused(403, "");
    let remove = |n: usize| json!([{ "op": "Remove", "path": format!("members[value eq \"{}\"]", people[n]) }]);
    let path = format!("/Groups/{group}");
    entra.patch(&path, remove(20)).await.refused(403, "");
    entra.patch(&path, remove(21)).await.refused(403, "");
    let line = |first: usize, times: i64| {
        [
            ("PATCH".to_string(), people[first].clone(), 1),
            ("DELETE".to_string(), people[11].clone(), times),
            ("PATCH".to_string(), group.clone(), times),
            ("PATCH".to_string(), group.clone(), times),
        ]
    };
    assert_eq!(pending(app).await, line(10, 1), "two PATCHes of one group are no twins: each says another part");
    // Entra's next cycle.
    entra.delete(&format!("/Users/{}", people[11].to_uppercase())).await.refused(403, "");
    entra.patch(&path, remove(20)).await.refused(403, "");
    entra.patch(&path, remove(21)).await.refused(403, "");
    assert_eq!(pending(app).await, line(10, 2));
    // A repeat goes to the end of the line: the order is that of the latest requests.
    deactivate(&entra, &people[10]).await.refused(403, "");
    assert_eq!(pending(app).await.last().unwrap(), &("PATCH".to_string(), people[10].clone(), 2));
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_people").await, 4);
}

async fn a_newer_word_about_a_resource_takes_the_place_of_older_ones(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let group = team(app, &okta, "Team", &people[20..]).await;
    close(&okta, &people).await;
    let path = format!("/Groups/{group}");
    okta.patch(&path, json!([{ "op": "remove", "path": "members" }])).await.refused(403, "");
    okta.put(&path, json!({ "displayName": "Team", "members": members(&people[21..]) })).await.refused(403, "");
    okta.put(&path, json!({ "displayName": "Team", "members": members(&people[22..]) })).await.refused(403, "");
    assert_eq!(pending(app).await[1..], [("PUT".to_string(), group.clone(), 2)]);
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_people").await, 3, "the newest body's");
    okta.delete(&path).await.refused(403, "");
    assert_eq!(pending(app).await[1..], [("DELETE".to_string(), group, 1)]);
}

async fn a_password_is_not_kept(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    close(&okta, &people).await;
    let body = json!({ "userName": "ada", "active": false, "password": "t1meMa$heen" });
    okta.put(&format!("/Users/{}", people[11]), body).await.refused(403, "");
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_changes WHERE body LIKE '%\"active\":false%'").await, 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_changes WHERE body LIKE '%t1me%'").await, 0);
}

async fn of_a_bulk_request_each_refused_operation_is_kept_by_itself(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 200).await;
    let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "active", "value": false }] });
    let mut operations: Vec<_> = people[..43]
        .iter()
        .map(|id| json!({ "method": "PATCH", "path": format!("/Users/{id}"), "data": patch }))
        .collect();
    operations.push(json!({ "method": "POST", "path": "/Users", "bulkId": "new", "data": { "userName": "new" } }));
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
    let answer = okta.post("/Bulk", body).await.expect(200);
    let results = answer.body["Operations"].as_array().unwrap();
    let statuses: Vec<_> = results.iter().map(|result| result["status"].as_str().unwrap()).collect();
    assert_eq!(statuses[..40], ["200"; 40]);
    assert_eq!(statuses[40..], ["403", "403", "403", "201"], "what takes nobody's access goes on");
    assert!(results[40]["response"]["detail"].as_str().unwrap().contains("more than 40 people"));
    let waiting: Vec<_> = pending(app).await.into_iter().map(|(_, id, _)| id).collect();
    assert_eq!(waiting, people[40..43]);
}

async fn a_bulk_operation_is_kept_with_its_references_resolved(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let group = team(app, &okta, "Team", &people[20..]).await;
    close(&okta, &people).await;
    let team = json!({ "displayName": "Team", "members": [{ "value": "bulkId:new" }] });
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
        { "method": "PUT", "path": format!("/Groups/{group}"), "data": team },
        { "method": "POST", "path": "/Users", "bulkId": "new", "data": { "userName": "new" } },
    ] });
    let answer = okta.post("/Bulk", body).await.expect(200);
    assert_eq!(answer.body["Operations"][0]["status"], "403");
    let new = answer.body["Operations"][1]["location"].as_str().unwrap().rsplit('/').next().unwrap();
    let with_id = format!("SELECT COUNT(*) FROM brake_changes WHERE resource_id = '{group}' AND body LIKE '%{new}%'");
    assert_eq!(app.count(&with_id).await, 1);
}

async fn a_call_that_takes_nobodys_access_leaves_no_trace(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.user("ada").await;
    let group = okta.group("Team", &[&ada]).await;
    okta.put(&format!("/Users/{ada}"), json!({ "userName": "ada", "title": "x", "active": true })).await.expect(200);
    okta.put(&format!("/Groups/{group}"), json!({ "displayName": "Team" })).await.expect(200);
    okta.delete(&format!("/Groups/{group}")).await.expect(204);
    assert_eq!(app.count("SELECT COUNT(*) FROM brakes").await, 0);
}

async fn a_refused_request_leaves_nothing_behind_but_itself(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    close(&okta, &people).await;
    let (ada, seen) = (&people[11], app.events().await.len());
    app.session(ada).await;
    let before = okta.get(&format!("/Users/{ada}")).await;
    deactivate(&okta, ada).await.refused(403, "");
    okta.delete(&format!("/Users/{ada}")).await.refused(403, "");
    let after = okta.get(&format!("/Users/{ada}")).await;
    assert_eq!((before.etag(), before.body), (after.etag(), after.body));
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1, "nobody is signed out");
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_losses").await, 10);
    assert_eq!(app.kinds_since(seen).await, [] as [&str; 0]);
}

async fn closing_is_an_event_with_its_numbers(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    close(&okta, &people).await;
    let event = app.events().await.pop().unwrap();
    assert_eq!(event.kind, "brake.closed");
    let numbers = json!({
        "closed": true, "people": 11, "limit": 10, "active": 30, "minutes": 10, "brake_least": 10, "brake_percent": 20,
    });
    assert_eq!((event.before, event.after), (Some(json!({ "closed": false })), Some(numbers)));
    assert_eq!(
        app.count("SELECT COUNT(*) FROM events WHERE kind = 'brake.closed' AND actor_kind = 'directory'").await,
        1
    );
}

async fn the_inspector_gives_the_brake_as_reason_and_says_what_to_do(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    close(&okta, &people).await;
    app.app.inspector.write_down(&app.db).await;
    let mut tx = app.db.read().await.unwrap();
    let (reason, advice): (String, String) =
        sql("SELECT reason, advice FROM scim_requests WHERE status = 403").one(&mut tx).await.unwrap();
    assert!(reason.starts_with("the brake of this directory is closed"), "{reason}");
    assert!(reason.ends_with("this request is kept in Muster as a pending change"), "{reason}");
    assert!(advice.starts_with("an owner releases it there"), "{advice}");
}

async fn a_paused_directory_keeps_nothing(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    app.execute("UPDATE directories SET state = 'paused'").await;
    let detail = deactivate(&okta, &people[0]).await.refused(403, "");
    assert!(detail.contains("paused"), "{detail}");
    app.execute("UPDATE directories SET state = 'on'").await;
    assert_eq!(app.count("SELECT COUNT(*) FROM brakes").await, 0);
    close(&okta, &people).await;
}

async fn a_provider_that_changes_its_mind_settles_what_waits(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    close(&okta, &people).await;
    let path = |n: usize| format!("/Users/{}", people[n]);
    // By a PUT, after a PATCH.
    okta.put(&path(10), json!({ "userName": "eleven", "active": true })).await.expect(200);
    assert!(pending(app).await.is_empty());
    // By a PATCH, after a PUT.
    okta.put(&path(11), json!({ "userName": "twelve", "active": false })).await.refused(403, "");
    okta.patch(&path(11), json!([{ "op": "replace", "path": "active", "value": "True" }])).await.expect(200);
    assert!(pending(app).await.is_empty());
    // By any word about somebody who was to be deleted.
    okta.delete(&path(12)).await.refused(403, "");
    okta.patch(&path(12), json!([{ "op": "replace", "path": "title", "value": "x" }])).await.expect(200);
    assert!(pending(app).await.is_empty());
    // A word about something else settles nothing.
    deactivate(&okta, &people[13]).await.refused(403, "");
    okta.patch(&path(13), json!([{ "op": "replace", "path": "title", "value": "x" }])).await.expect(200);
    okta.put(&path(13), json!({ "userName": "fourteen", "title": "y" })).await.expect(200);
    assert_eq!(pending(app).await, [("PATCH".to_string(), people[13].clone(), 1)]);
}

async fn a_newer_list_of_members_settles_an_older_one(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let group = team(app, &okta, "Team", &people[20..]).await;
    close(&okta, &people).await;
    let put = async |members: Value| {
        okta.put(&format!("/Groups/{group}"), json!({ "displayName": "Team", "members": members })).await
    };
    put(members(&people[21..])).await.refused(403, "");
    assert_eq!(pending(app).await.len(), 2);
    put(members(&people[20..])).await.expect(200);
    assert_eq!(pending(app).await.len(), 1);
}

async fn ids_are_those_of_the_directory(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    close(&okta, &people).await;
    okta.send(Method::DELETE, "/Users/nobody", None, &[]).await.refused(404, "");
    okta.delete(&format!("/Users/{}", UserId::new())).await.refused(404, "");
    assert_eq!(pending(app).await.len(), 1, "what is refused for another reason is not kept");
}

on_both!(
    the_refusal_names_the_limit_and_says_what_was_kept_and_what_to_do,
    while_it_is_closed_every_request_of_that_kind_is_refused,
    while_it_is_closed_everything_else_goes_on,
    a_refused_request_is_kept_and_a_repeat_replaces_its_twin,
    a_newer_word_about_a_resource_takes_the_place_of_older_ones,
    a_password_is_not_kept,
    of_a_bulk_request_each_refused_operation_is_kept_by_itself,
    a_bulk_operation_is_kept_with_its_references_resolved,
    a_call_that_takes_nobodys_access_leaves_no_trace,
    a_refused_request_leaves_nothing_behind_but_itself,
    closing_is_an_event_with_its_numbers,
    the_inspector_gives_the_brake_as_reason_and_says_what_to_do,
    a_paused_directory_keeps_nothing,
    a_provider_that_changes_its_mind_settles_what_waits,
    a_newer_list_of_members_settles_an_older_one,
    ids_are_those_of_the_directory,
);
