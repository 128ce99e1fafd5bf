//! The brake, as an identity provider meets it: what is counted, what is refused, what is kept, and what goes on.

use std::collections::BTreeMap;

use axum::http::Method;
use muster::access::roles::{self, RoleForm};
use muster::actor::{Actor, Level};
use muster::db::sql;
use muster::directory::Source;
use muster::directory::users::{self, NewUser};
use muster::id::{GroupId, RoleId, UserId};
use serde_json::{Value, json};
use time::Duration;

use crate::support::{Answer, ScimClient, TestApp, on_both};

/// Adds so many people to the directory, who have been active for eleven minutes.
pub async fn crowd(app: &TestApp, okta: &ScimClient, number: usize) -> Vec<String> {
    let ids = newcomers(app, okta, number).await;
    app.clock.advance(Duration::minutes(11));
    ids
}

/// Adds people who are active from now on.
async fn newcomers(app: &TestApp, okta: &ScimClient, number: usize) -> Vec<String> {
    let mut ids = Vec::new();
    let mut tx = app.db.write().await.unwrap();
    for n in 0..number {
        let user_name = format!("person{n}@{}.example", UserId::new());
        let document =
            json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name, "active": true });
        let new = NewUser {
            organization_id: okta.organization.clone(),
            source: Source::Directory(okta.directory.clone()),
            external_id: None,
            display_name: Some(format!("Person {n}")),
            given_name: None,
            family_name: None,
            email: None,
            user_name,
            level: Level::Member,
            operator: false,
            idp_active: true,
            document: document.as_object().unwrap().clone(),
        };
        ids.push(users::insert(&mut tx, &new).await.unwrap().to_string());
    }
    tx.commit().await.unwrap();
    ids
}

pub async fn deactivate(okta: &ScimClient, id: &str) -> Answer {
    okta.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "value": { "active": false } }])).await
}

/// Deactivates them one after the other, and says how many were let through.
async fn deactivate_all(okta: &ScimClient, people: &[String]) -> usize {
    let mut through = 0;
    for id in people {
        through += usize::from(deactivate(okta, id).await.status == 200);
    }
    through
}

/// The limit of a small directory is crossed: ten people are gone, and the eleventh is held back.
pub async fn close(okta: &ScimClient, people: &[String]) {
    assert_eq!(deactivate_all(okta, &people[..11]).await, 10);
}

/// Adds a role, and gives it to the group.
async fn role_for(app: &TestApp, okta: &ScimClient, name: &str, group: &str) -> RoleId {
    let mut tx = app.db.write().await.unwrap();
    let form = RoleForm { name: name.into(), ..RoleForm::default() };
    let role = roles::create(&mut tx, &Actor::System, &okta.organization, &form).await.unwrap();
    let group = GroupId::parse(group).unwrap();
    roles::attach_to_group(&mut tx, &Actor::System, &okta.organization, &role, &group).await.unwrap();
    tx.commit().await.unwrap();
    role
}

/// A group with these people, whose only role it gives.
pub async fn team(app: &TestApp, okta: &ScimClient, name: &str, people: &[String]) -> String {
    let group = okta.group(name, &people.iter().map(String::as_str).collect::<Vec<_>>()).await;
    role_for(app, okta, &format!("Role of {name}"), &group).await;
    group
}

fn members(people: &[String]) -> Value {
    people.iter().map(|id| json!({ "value": id })).collect()
}

/// What waits, in order: method, resource, how often it was asked.
pub async fn pending(app: &TestApp) -> Vec<(String, String, i64)> {
    let mut tx = app.db.read().await.unwrap();
    sql("SELECT method, resource_id, times FROM brake_changes ORDER BY directory_id, place").all(&mut tx).await.unwrap()
}

pub async fn is_closed(app: &TestApp, okta: &ScimClient) -> bool {
    let closed =
        format!("SELECT COUNT(*) FROM brakes WHERE directory_id = '{}' AND closed_at IS NOT NULL", okta.directory);
    app.count(&closed).await == 1
}

async fn active(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM users WHERE deleted_at IS NULL AND idp_active = TRUE").await
}

async fn more_than_ten_close_it_where_twenty_percent_are_less(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    assert_eq!(deactivate_all(&okta, &people[..10]).await, 10);
    assert!(!is_closed(app, &okta).await, "20 % of 30 are 6, and 10 are more");
    deactivate(&okta, &people[10]).await.refused(403, "");
    assert!(is_closed(app, &okta).await);
    assert_eq!(active(app).await, 20);
}

async fn more_than_twenty_percent_close_it_where_ten_are_less(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 200).await;
    assert_eq!(deactivate_all(&okta, &people[..43]).await, 40, "43 of 200 by PATCH");
    assert!(is_closed(app, &okta).await);
    assert_eq!((active(app).await, pending(app).await.len()), (160, 3));
}

async fn a_put_that_deactivates_counts(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 200).await;
    let mut refused = 0;
    for (n, id) in people[..43].iter().enumerate() {
        let body = json!({ "userName": format!("person{n}"), "active": false });
        refused += usize::from(okta.put(&format!("/Users/{id}"), body).await.status == 403);
    }
    assert_eq!((refused, active(app).await), (3, 160));
    assert_eq!(pending(app).await[0], ("PUT".to_string(), people[40].clone(), 1));
}

async fn a_deletion_counts(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 200).await;
    let mut refused = 0;
    for id in &people[..43] {
        refused += usize::from(okta.delete(&format!("/Users/{id}")).await.status == 403);
    }
    assert_eq!((refused, active(app).await), (3, 160));
    okta.get(&format!("/Users/{}", people[42])).await.expect(200);
}

async fn losing_the_last_role_counts(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 200).await;
    let group = team(app, &okta, "Everybody", &people).await;
    let path = format!("/Groups/{group}");
    let fewer = json!({ "displayName": "All", "members": members(&people[43..]) });
    okta.put(&path, fewer).await.refused(403, "");
    assert_eq!(okta.members(&group).await.len(), 200, "43 of 200 by one PUT: refused as a whole");
    assert_eq!(okta.get(&path).await.body["displayName"], "Everybody", "with what else it says");
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_people").await, 43);
    assert_eq!(pending(app).await, [("PUT".to_string(), group, 1)]);
}

async fn members_who_leave_by_a_patch_count(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let group = team(app, &okta, "Everybody", &people).await;
    let remove = |people: &[String]| json!([{ "op": "remove", "path": "members", "value": members(people) }]);
    let path = format!("/Groups/{group}");
    okta.patch(&path, remove(&people[..10])).await.expect(200);
    okta.patch(&path, remove(&people[10..11])).await.refused(403, "");
    let all = json!([{ "op": "remove", "path": "members" }]);
    okta.patch(&path, all).await.refused(403, "");
    assert_eq!(okta.members(&group).await.len(), 20);
}

async fn a_group_that_is_deleted_takes_the_last_role_from_its_members(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let group = team(app, &okta, "Everybody", &people[..11]).await;
    okta.delete(&format!("/Groups/{group}")).await.refused(403, "");
    assert_eq!(okta.members(&group).await.len(), 11);
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_people").await, 11);
    let few = team(app, &okta, "Few", &people[11..12]).await;
    okta.delete(&format!("/Groups/{few}")).await.refused(403, "");
}

async fn whoever_is_in_a_nested_group_counts(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let inner = okta.group("Inner", &people[..11].iter().map(String::as_str).collect::<Vec<_>>()).await;
    let middle = okta.group("Middle", &[&inner]).await;
    let outer = team(app, &okta, "Outer", &[middle.clone(), people[11].clone()]).await;
    let leave = json!([{ "op": "remove", "path": format!("members[value eq \"{middle}\"]") }]);
    okta.patch(&format!("/Groups/{outer}"), leave).await.refused(403, "");
    assert_eq!(okta.members(&outer).await.len(), 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_people").await, 11);
    okta.delete(&format!("/Groups/{inner}")).await.refused(403, "");
}

async fn losing_the_last_role_by_the_roles_of_a_user_counts(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let mut tx = app.db.write().await.unwrap();
    let form = RoleForm { name: "Editor".into(), idp_assignable: Some("on".into()), ..RoleForm::default() };
    roles::create(&mut tx, &Actor::System, &okta.organization, &form).await.unwrap();
    tx.commit().await.unwrap();
    let mut refused = 0;
    for id in &people[..11] {
        let path = format!("/Users/{id}");
        okta.patch(&path, json!([{ "op": "add", "path": "roles", "value": [{ "value": "editor" }] }]))
            .await
            .expect(200);
        refused += usize::from(okta.patch(&path, json!([{ "op": "remove", "path": "roles" }])).await.status == 403);
    }
    assert_eq!(refused, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM grants WHERE user_id IS NOT NULL").await, 1, "the grant is kept");
}

async fn a_role_that_is_held_otherwise_is_not_the_last(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let (one, other) = (team(app, &okta, "One", &people).await, team(app, &okta, "Other", &people).await);
    okta.put(&format!("/Groups/{one}"), json!({ "displayName": "One", "members": [] })).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_losses").await, 0);
    let roleless = okta.group("Roleless", &people.iter().map(String::as_str).collect::<Vec<_>>()).await;
    okta.delete(&format!("/Groups/{roleless}")).await.expect(204);
    okta.delete(&format!("/Groups/{other}")).await.refused(403, "");
}

async fn who_leaves_and_joins_in_one_request_loses_nothing(app: &TestApp) {
    let okta = app.directory("okta").await;
    let all = crowd(app, &okta, 50).await;
    let (people, others) = all.split_at(30);
    let group = team(app, &okta, "Everybody", people).await;
    let path = format!("/Groups/{group}");
    let out_and_in = json!([
        { "op": "remove", "path": "members" },
        { "op": "add", "path": "members", "value": members(people) },
    ]);
    okta.patch(&path, out_and_in).await.expect(200);
    let in_and_out = json!([
        { "op": "add", "path": "members", "value": members(others) },
        { "op": "replace", "path": "members", "value": members(people) },
    ]);
    okta.patch(&path, in_and_out).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_losses").await, 0);
}

async fn a_person_counts_once(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let group = team(app, &okta, "Everybody", &people[..10]).await;
    okta.put(&format!("/Groups/{group}"), json!({ "displayName": "Everybody", "members": [] })).await.expect(200);
    assert_eq!(deactivate_all(&okta, &people[..10]).await, 10, "who lost the last role is deactivated");
    for id in &people[..10] {
        okta.delete(&format!("/Users/{id}")).await.expect(204);
    }
    assert!(!is_closed(app, &okta).await);
    deactivate(&okta, &people[10]).await.refused(403, "");
}

async fn only_people_count_who_were_active_when_the_window_opened(app: &TestApp) {
    let okta = app.directory("okta").await;
    let old = crowd(app, &okta, 30).await;
    let new = newcomers(app, &okta, 20).await;
    assert_eq!(deactivate_all(&okta, &new).await, 20, "made within the window");
    let back = json!([{ "op": "replace", "path": "active", "value": true }]);
    for id in &new {
        okta.patch(&format!("/Users/{id}"), back.clone()).await.expect(200);
    }
    app.clock.advance(Duration::minutes(9));
    assert_eq!(deactivate_all(&okta, &new).await, 20, "come back within the window");
    assert_eq!(app.count("SELECT COUNT(*) FROM brake_losses").await, 0);
    close(&okta, &old).await;
}

async fn nor_do_they_raise_the_limit(app: &TestApp) {
    let okta = app.directory("okta").await;
    let old = crowd(app, &okta, 30).await;
    newcomers(app, &okta, 200).await;
    close(&okta, &old).await;
}

async fn who_is_suspended_has_no_access_to_lose(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    for id in &people[..15] {
        let mut tx = app.db.write().await.unwrap();
        let id = UserId::parse(id).unwrap();
        users::suspend(&mut tx, &Actor::System, &okta.organization, &id, "").await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(deactivate_all(&okta, &people[..15]).await, 15);
    close(&okta, &people[15..]).await;
}

async fn the_window_slides(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 60).await;
    assert_eq!(deactivate_all(&okta, &people[..6]).await, 6);
    app.clock.advance(Duration::minutes(6));
    assert_eq!(deactivate_all(&okta, &people[6..12]).await, 6, "20 % of 60 are 12");
    app.clock.advance(Duration::minutes(4));
    assert_eq!(deactivate_all(&okta, &people[12..16]).await, 4, "the first six were ten minutes ago: 10 of 54");
    assert!(!is_closed(app, &okta).await);
    deactivate(&okta, &people[16]).await.refused(403, "");
}

async fn its_limits_are_settings_of_the_directory(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    app.execute(&format!("INSERT INTO brakes (directory_id, least, percent) VALUES ('{}', 2, 50)", okta.directory))
        .await;
    assert_eq!(deactivate_all(&okta, &people[..16]).await, 15, "half of 30");
}

async fn off_is_one_of_its_settings(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    app.execute(&format!("INSERT INTO brakes (directory_id, is_on) VALUES ('{}', FALSE)", okta.directory)).await;
    assert_eq!(deactivate_all(&okta, &people).await, 30);
    assert!(!is_closed(app, &okta).await);
}

async fn another_directory_is_not_affected(app: &TestApp) {
    let okta = app.directory("okta").await;
    let entra = app.directory_of(&okta.organization, "entra").await;
    let (here, there) = (crowd(app, &okta, 30).await, crowd(app, &entra, 30).await);
    close(&okta, &here).await;
    assert_eq!(deactivate_all(&entra, &there[..10]).await, 10);
    assert!(!is_closed(app, &entra).await);
    deactivate(&entra, &there[10]).await.refused(403, "");
}

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

async fn two_calls_at_once_do_not_both_slip_under_the_limit(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let tasks: Vec<_> = people
        .iter()
        .cloned()
        .map(|id| {
            let okta = okta.clone();
            tokio::spawn(async move { deactivate(&okta, &id).await.status })
        })
        .collect();
    let mut through = 0;
    for task in tasks {
        match task.await.unwrap() {
            200 => through += 1,
            status => assert_eq!(status, 403),
        }
    }
    assert_eq!((through, active(app).await, pending(app).await.len()), (10, 20, 20));
    let closed = app.kinds_since(0).await.into_iter().filter(|kind| kind == "brake.closed").count();
    assert_eq!(closed, 1, "it closes once");
}

/// What the brake must come to, computed by hand after every step.
#[derive(Default)]
struct Model {
    /// Of each person: whether they are active, and since which minute.
    people: Vec<(bool, i64)>,
    /// Who lost access, and when last.
    lost: BTreeMap<usize, i64>,
    minute: i64,
    closed: bool,
}

impl Model {
    fn was_active(&self, person: usize) -> bool {
        let (active, since) = self.people[person];
        active && since <= self.minute - 10
    }

    /// Whether this person's access may be taken.
    fn take(&mut self, person: usize) -> bool {
        if self.was_active(person) {
            let mut lost = self.lost.clone();
            lost.retain(|_, at| *at > self.minute - 10);
            lost.insert(person, self.minute);
            let unharmed = (0..self.people.len()).filter(|n| self.was_active(*n) && !lost.contains_key(n)).count();
            let (number, active) = (lost.len(), lost.len() + unharmed);
            if self.closed || (number > 3 && number * 100 > active * 20) {
                self.closed = true;
                return false;
            }
            self.lost = lost;
        }
        self.people[person].0 = false;
        true
    }

    fn give(&mut self, person: usize) {
        if !self.people[person].0 {
            self.people[person] = (true, self.minute);
        }
    }
}

async fn any_sequence_is_counted_as_by_hand(app: &TestApp) {
    for seed in 1..=3_u64 {
        let okta = app.directory(&format!("okta-{seed}")).await;
        let mut ids = newcomers(app, &okta, 25).await;
        app.execute(&format!("INSERT INTO brakes (directory_id, least) VALUES ('{}', 3)", okta.directory)).await;
        let mut model = Model { people: vec![(true, 0); 25], ..Model::default() };
        let (mut state, mut refused) = (seed, 0);
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for step in 0..150 {
            let person = random(ids.len() as u64) as usize;
            match random(10) {
                0..6 => {
                    let status = deactivate(&okta, &ids[person]).await.status;
                    let wanted = if model.take(person) { 200 } else { 403 };
                    assert_eq!(status, wanted, "seed {seed}, step {step}");
                    refused += usize::from(status == 403);
                }
                6 => {
                    let back = json!([{ "op": "replace", "path": "active", "value": true }]);
                    okta.patch(&format!("/Users/{}", ids[person]), back).await.expect(200);
                    model.give(person);
                }
                7 => {
                    ids.extend(newcomers(app, &okta, 1).await);
                    model.people.push((true, model.minute));
                }
                8 => {
                    let minutes = 1 + random(4) as i64;
                    app.clock.advance(Duration::minutes(minutes));
                    model.minute += minutes;
                }
                _ => {
                    app.execute("UPDATE brakes SET closed_at = NULL").await;
                    model.closed = false;
                }
            }
            assert_eq!(is_closed(app, &okta).await, model.closed, "seed {seed}, step {step}");
        }
        assert!(refused > 5, "the sequence met the brake: {refused}");
    }
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
    a_bulk_operation_is_kept_with_its_references_resolved,
    a_call_that_takes_nobodys_access_leaves_no_trace,
    a_deletion_counts,
    a_group_that_is_deleted_takes_the_last_role_from_its_members,
    a_newer_list_of_members_settles_an_older_one,
    a_newer_word_about_a_resource_takes_the_place_of_older_ones,
    a_password_is_not_kept,
    a_paused_directory_keeps_nothing,
    a_person_counts_once,
    a_provider_that_changes_its_mind_settles_what_waits,
    a_put_that_deactivates_counts,
    a_refused_request_is_kept_and_a_repeat_replaces_its_twin,
    a_refused_request_leaves_nothing_behind_but_itself,
    a_role_that_is_held_otherwise_is_not_the_last,
    another_directory_is_not_affected,
    any_sequence_is_counted_as_by_hand,
    closing_is_an_event_with_its_numbers,
    ids_are_those_of_the_directory,
    its_limits_are_settings_of_the_directory,
    losing_the_last_role_by_the_roles_of_a_user_counts,
    losing_the_last_role_counts,
    members_who_leave_by_a_patch_count,
    more_than_ten_close_it_where_twenty_percent_are_less,
    more_than_twenty_percent_close_it_where_ten_are_less,
    nor_do_they_raise_the_limit,
    of_a_bulk_request_each_refused_operation_is_kept_by_itself,
    off_is_one_of_its_settings,
    only_people_count_who_were_active_when_the_window_opened,
    the_inspector_gives_the_brake_as_reason_and_says_what_to_do,
    the_refusal_names_the_limit_and_says_what_was_kept_and_what_to_do,
    the_window_slides,
    two_calls_at_once_do_not_both_slip_under_the_limit,
    while_it_is_closed_every_request_of_that_kind_is_refused,
    while_it_is_closed_everything_else_goes_on,
    who_is_suspended_has_no_access_to_lose,
    who_leaves_and_joins_in_one_request_loses_nothing,
    whoever_is_in_a_nested_group_counts,
);
