//! Many at once: nobody is lost, nobody is refused who should not be.

use muster::actor::Actor;
use muster::db::sql;
use muster::directory::release::{RemovalForm, remove_connection};
use muster::error::Error;
use muster::id::ConnectionId;
use serde_json::json;

use crate::routes::o::pages::olive;
use crate::support::{TestApp, on_both};

async fn simultaneous_patches_of_one_group_keep_every_member(app: &TestApp) {
    let okta = app.directory("okta").await;
    let mut users = Vec::new();
    for n in 0..20 {
        users.push(okta.user(&format!("user{n}")).await);
    }
    let group = okta.group("Engineering", &[]).await;
    let tasks: Vec<_> = users
        .iter()
        .map(|user| {
            let (okta, path, user) = (okta.clone(), format!("/Groups/{group}"), user.clone());
            tokio::spawn(async move {
                let operations = json!([{ "op": "Add", "path": "members", "value": [{ "value": user }] }]);
                okta.patch(&path, operations).await.expect(200);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    users.sort();
    assert_eq!(okta.members(&group).await, users);
    assert_eq!(okta.get(&format!("/Groups/{group}")).await.etag(), "W/\"21\"");
}

async fn of_simultaneous_creates_of_one_name_one_succeeds(app: &TestApp) {
    let okta = app.directory("okta").await;
    for (endpoint, body) in [("/Users", json!({ "userName": "ada" })), ("/Groups", json!({ "displayName": "ada" }))] {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (okta, body) = (okta.clone(), body.clone());
                tokio::spawn(async move { okta.post(endpoint, body).await })
            })
            .collect();
        let mut made = 0;
        for task in tasks {
            let answer = task.await.unwrap();
            match answer.status {
                201 => made += 1,
                _ => drop(answer.refused(409, "uniqueness")),
            }
        }
        assert_eq!((made, okta.get(endpoint).await.total()), (1, 1), "{endpoint}");
    }
}

async fn who_is_deleted_meanwhile_is_no_member(app: &TestApp) {
    let okta = app.directory("okta").await;
    let group = okta.group("Engineering", &[]).await;
    for n in 0..10 {
        let user = okta.user(&format!("user{n}")).await;
        let add = {
            let (okta, path, user) = (okta.clone(), format!("/Groups/{group}"), user.clone());
            tokio::spawn(async move {
                okta.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": user }] }])).await
            })
        };
        let delete = {
            let okta = okta.clone();
            tokio::spawn(async move { okta.delete(&format!("/Users/{user}")).await })
        };
        delete.await.unwrap().expect(204);
        let added = add.await.unwrap();
        assert!(added.status == 200 || added.status == 400, "{:#}", added.body);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, 0);
}

async fn two_groups_do_not_close_a_circle_at_once(app: &TestApp) {
    let okta = app.directory("okta").await;
    for n in 0..5 {
        let one = okta.group(&format!("One {n}"), &[]).await;
        let two = okta.group(&format!("Two {n}"), &[]).await;
        let join = |into: &str, member: &str| {
            let (okta, path) = (okta.clone(), format!("/Groups/{into}"));
            let operations = json!([{ "op": "add", "path": "members", "value": [{ "value": member }] }]);
            tokio::spawn(async move { okta.patch(&path, operations).await.status })
        };
        let (first, second) = (join(&one, &two), join(&two, &one));
        let mut statuses = [first.await.unwrap(), second.await.unwrap()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
    }
}

/// Whoever is pushed while the connection is removed is released with all others, or comes too late.
async fn nobody_is_left_behind_by_a_connection_that_goes(app: &TestApp) {
    let okta = app.directory("okta").await;
    olive(app, &okta.organization, "organization-of-okta").await;
    okta.user("ada").await;
    let pushes: Vec<_> = (0..4)
        .map(|n| {
            let okta = okta.clone();
            tokio::spawn(async move {
                for i in 0..10 {
                    let body = json!({ "userName": format!("user{n}.{i}"), "externalId": format!("{n}.{i}") });
                    let answer = okta.post("/Users", body).await;
                    assert!([201, 401, 404, 429, 503].contains(&answer.status), "{} {:#}", answer.status, answer.body);
                    okta.post("/Groups", json!({ "displayName": format!("Group {n}.{i}") })).await;
                }
            })
        })
        .collect();
    let mut tries = 0;
    let removed = loop {
        tries += 1;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let mut tx = app.db.write().await.unwrap();
        let found: (ConnectionId, String) = sql("SELECT id, name FROM connections").one(&mut tx).await.unwrap();
        let form = RemovalForm { people: "local".into(), groups: "local".into(), name: found.1 };
        match remove_connection(&mut tx, &Actor::CommandLine, &okta.organization, &found.0, &form).await {
            Ok(removed) => {
                tx.commit().await.unwrap();
                break removed;
            }
            // Somebody came in this moment.
            Err(Error::Conflict(_) | Error::Unavailable(_)) if tries < 1000 => {}
            Err(error) => panic!("{error}"),
        }
    };
    for push in pushes {
        push.await.expect("a push is answered");
    }
    let released = "SELECT COUNT(*) FROM users WHERE source = 'local' AND level = 'member'";
    assert_eq!(app.count(released).await, removed.people as i64);
    for table in ["users", "groups"] {
        let behind = format!("SELECT COUNT(*) FROM {table} WHERE source <> 'local'");
        assert_eq!(app.count(&behind).await, 0, "{table} are left behind");
    }
}

on_both!(
    nobody_is_left_behind_by_a_connection_that_goes,
    simultaneous_patches_of_one_group_keep_every_member,
    of_simultaneous_creates_of_one_name_one_succeeds,
    who_is_deleted_meanwhile_is_no_member,
    two_groups_do_not_close_a_circle_at_once,
);
