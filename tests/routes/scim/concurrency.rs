//! Many at once: nobody is lost, nobody is refused who should not be.

use serde_json::json;

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

on_both!(
    simultaneous_patches_of_one_group_keep_every_member,
    of_simultaneous_creates_of_one_name_one_succeeds,
    who_is_deleted_meanwhile_is_no_member,
    two_groups_do_not_close_a_circle_at_once,
);
