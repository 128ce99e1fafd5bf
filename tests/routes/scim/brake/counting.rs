//! Who counts as lost, and when that is too many.

use std::collections::BTreeMap;

use muster::access::roles::{self, RoleForm};
use muster::actor::Actor;
use muster::directory::users;
use muster::id::UserId;
use serde_json::json;
use time::Duration;

use super::{active, close, crowd, deactivate, deactivate_all, is_closed, members, newcomers, pending, team};
use crate::support::{TestApp, on_both};

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

on_both!(
    more_than_ten_close_it_where_twenty_percent_are_less,
    more_than_twenty_percent_close_it_where_ten_are_less,
    a_put_that_deactivates_counts,
    a_deletion_counts,
    losing_the_last_role_counts,
    members_who_leave_by_a_patch_count,
    a_group_that_is_deleted_takes_the_last_role_from_its_members,
    whoever_is_in_a_nested_group_counts,
    losing_the_last_role_by_the_roles_of_a_user_counts,
    a_role_that_is_held_otherwise_is_not_the_last,
    who_leaves_and_joins_in_one_request_loses_nothing,
    a_person_counts_once,
    only_people_count_who_were_active_when_the_window_opened,
    nor_do_they_raise_the_limit,
    who_is_suspended_has_no_access_to_lose,
    the_window_slides,
    its_limits_are_settings_of_the_directory,
    off_is_one_of_its_settings,
    another_directory_is_not_affected,
    two_calls_at_once_do_not_both_slip_under_the_limit,
    any_sequence_is_counted_as_by_hand,
);
