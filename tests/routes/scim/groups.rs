//! `/Groups`: members come and go without anybody else noticing.

use serde_json::json;

use crate::support::{ScimClient, TestApp, on_both};

fn sorted(ids: &[&String]) -> Vec<String> {
    let mut ids: Vec<_> = ids.iter().map(|id| id.to_string()).collect();
    ids.sort();
    ids
}

async fn three(okta: &ScimClient) -> (String, String, String) {
    (okta.user("ada").await, okta.user("eve").await, okta.user("joe").await)
}

async fn members_come_and_go(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (ada, eve, joe) = three(&okta).await;
    let group = okta.group("Engineering", &[&ada]).await;
    let path = format!("/Groups/{group}");
    for (operations, wanted) in [
        (json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": eve }] }]), vec![&ada, &eve]),
        // Who is a member already stays one; a single object is as good as an array.
        (json!([{ "op": "add", "path": "members", "value": { "value": eve } }]), vec![&ada, &eve]),
        (json!([{ "op": "add", "value": { "members": [{ "value": joe }] } }]), vec![&ada, &eve, &joe]),
        (json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": joe }] }]), vec![&ada, &eve]),
        // Who is no member is not missed.
        (json!([{ "op": "remove", "path": format!("members[value eq \"{joe}\"]") }]), vec![&ada, &eve]),
        // Nobody named is nobody removed.
        (json!([{ "op": "remove", "path": "members", "value": [] }]), vec![&ada, &eve]),
        (json!([{ "op": "replace", "path": "displayName", "value": "Engineering" }]), vec![&ada, &eve]),
        (json!([{ "op": "remove", "path": format!("members[value eq \"{ada}\" or value eq \"{joe}\"]") }]), vec![&eve]),
        (
            json!([{ "op": "replace", "path": "members", "value": [{ "value": joe }, { "value": ada }] }]),
            vec![&ada, &joe],
        ),
        (json!([{ "op": "remove", "path": "members[display eq \"JOE\"]" }]), vec![&ada]),
        (json!([{ "op": "remove", "path": "members[type eq \"Group\"]" }]), vec![&ada]),
        (json!([{ "op": "remove", "path": "members" }]), vec![]),
    ] {
        let answer = okta.patch(&path, operations.clone()).await.expect(200);
        assert_eq!(answer.member_ids(), sorted(&wanted), "{operations}");
    }
    okta.put(&path, json!({ "displayName": "Engineering", "members": [{ "value": ada }, { "value": ada }] }))
        .await
        .expect(200);
    assert_eq!(okta.members(&group).await, [ada]);
    okta.put(&path, json!({ "displayName": "Engineering" })).await.expect(200);
    assert_eq!(okta.members(&group).await, [] as [String; 0]);
}

async fn members_under_the_schemas_own_urn_are_members_too(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.user("ada").await;
    let urn = "urn:ietf:params:scim:schemas:core:2.0:Group";
    let body = json!({ urn: { "displayName": "Team", "members": [{ "value": ada }] } });
    let group = okta.post("/Groups", body).await.expect(201);
    assert_eq!((group.body["displayName"].as_str(), group.member_ids()), (Some("Team"), vec![ada]));
    assert_eq!(app.count("SELECT COUNT(*) FROM groups WHERE document LIKE '%members%'").await, 0);
}

async fn each_membership_is_one_row_one_event_and_one_version(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (ada, eve, joe) = three(&okta).await;
    let group = okta.group("Engineering", &[&ada, &eve]).await;
    let path = format!("/Groups/{group}");
    assert_eq!(okta.get(&path).await.etag(), "W/\"1\"");
    app.clock.advance(time::Duration::minutes(1));
    let seen = app.events().await.len();
    let put = json!({ "displayName": "Engineering", "members": [{ "value": eve }, { "value": joe }] });
    let answer = okta.put(&path, put.clone()).await.expect(200);
    assert_eq!(answer.etag(), "W/\"2\"");
    assert_eq!(answer.body["meta"]["lastModified"], "2026-11-22T12:01:00.000Z");
    let untouched = "SELECT COUNT(*) FROM memberships WHERE created_at = '2026-11-22T12:00:00.000Z'";
    assert_eq!(app.count(untouched).await, 1, "who is in both stays as they are");
    let events = app.events().await.split_off(seen);
    let told = |id: &str, name: &str| Some(json!({ "member": { "kind": "user", "id": id, "name": name } }));
    assert_eq!(events.len(), 2);
    assert_eq!(
        (events[0].kind.as_str(), &events[0].before, &events[0].after),
        ("group.member_added", &None, &told(&joe, "joe"))
    );
    assert_eq!(
        (events[1].kind.as_str(), &events[1].before, &events[1].after),
        ("group.member_removed", &told(&ada, "ada"), &None)
    );
    // Names of members are shown on request.
    assert_eq!(okta.get(&path).await.body["members"][0].get("display"), None);
    let named = okta.get(&format!("{path}?attributes=members.display")).await;
    assert_eq!(named.body["members"][0]["display"], "eve");
    // The same again is no change; a user's version is not touched by memberships.
    assert_eq!(okta.put(&path, put).await.expect(200).etag(), "W/\"2\"");
    assert_eq!(app.events().await.len(), seen + 2);
    assert_eq!(okta.get(&format!("/Users/{joe}")).await.etag(), "W/\"1\"");
}

async fn unknown_members_are_named_and_nothing_is_applied(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.user("ada").await;
    let gone = okta.user("gone").await;
    okta.delete(&format!("/Users/{gone}")).await.expect(204);
    let group = okta.group("Engineering", &[]).await;
    for unknown in ["fake-member-id", "00000000-0000-7000-8000-000000000000", gone.as_str()] {
        let members = json!([{ "value": ada }, { "value": unknown }]);
        let operations = json!([
            { "op": "replace", "path": "displayName", "value": "Changed" },
            { "op": "add", "path": "members", "value": members }
        ]);
        let detail = okta.patch(&format!("/Groups/{group}"), operations).await.refused(400, "invalidValue");
        assert!(detail.contains(unknown) && !detail.contains(&ada), "{detail}");
        let put = json!({ "displayName": "Changed", "members": members });
        okta.put(&format!("/Groups/{group}"), put.clone()).await.refused(400, "invalidValue");
        okta.post("/Groups", put).await.refused(400, "invalidValue");
    }
    let shown = okta.get(&format!("/Groups/{group}")).await;
    assert_eq!((shown.body["displayName"].as_str(), shown.member_ids()), (Some("Engineering"), vec![]));
    assert_eq!(okta.get("/Groups").await.total(), 1);
}

async fn groups_nest_but_never_in_a_circle(app: &TestApp) {
    let okta = app.directory("okta").await;
    let inner = okta.group("Inner", &[]).await;
    let middle = okta.group("Middle", &[&inner]).await;
    let outer = okta.group("Outer", &[&middle]).await;
    let shown = okta.get(&format!("/Groups/{outer}")).await.body;
    assert_eq!(shown["members"][0]["type"], "Group");
    assert_eq!(shown["members"][0]["$ref"], format!("{}/Groups/{middle}", okta.base()));
    for above in [&inner, &middle, &outer] {
        let operations = json!([{ "op": "add", "path": "members", "value": [{ "value": above }] }]);
        okta.patch(&format!("/Groups/{inner}"), operations).await.refused(400, "invalidValue");
    }
    let seen = app.events().await.len();
    okta.delete(&format!("/Groups/{middle}")).await.expect(204);
    assert_eq!(okta.members(&outer).await, [] as [String; 0]);
    assert_eq!(app.kinds_since(seen).await, ["group.member_removed", "group.deleted"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, 0);
}

async fn what_an_admin_put_there_is_neither_shown_nor_touched(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.user("ada").await;
    let group = okta.group("Engineering", &[&ada]).await;
    app.execute(&format!(
        "INSERT INTO memberships (group_id, member_id, member_kind, source, created_at) \
         VALUES ('{group}', '00000000-0000-7000-8000-000000000001', 'user', 'local', '2026-11-22T12:00:00.000Z')"
    ))
    .await;
    assert_eq!(okta.members(&group).await, std::slice::from_ref(&ada));
    okta.put(&format!("/Groups/{group}"), json!({ "displayName": "Engineering", "members": [] })).await.expect(200);
    okta.patch(&format!("/Groups/{group}"), json!([{ "op": "remove", "path": "members" }])).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships WHERE source = 'local'").await, 1);
    okta.delete(&format!("/Groups/{group}")).await.expect(204);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, 0);
}

async fn a_name_belongs_to_one_group(app: &TestApp) {
    let okta = app.directory("okta").await;
    let group = okta.group("Engineering", &[]).await;
    let other = okta.group("Sales", &[]).await;
    okta.post("/Groups", json!({ "displayName": "ENGINEERING" })).await.refused(409, "uniqueness");
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "engineering" }]);
    okta.patch(&format!("/Groups/{other}"), rename.clone()).await.refused(409, "uniqueness");
    okta.put(&format!("/Groups/{other}"), json!({ "displayName": "engineering" })).await.refused(409, "uniqueness");
    assert_eq!(okta.patch(&format!("/Groups/{group}"), rename).await.expect(200).body["displayName"], "engineering");
    okta.delete(&format!("/Groups/{group}")).await.expect(204);
    okta.put(&format!("/Groups/{other}"), json!({ "displayName": "Engineering" })).await.expect(200);
}

async fn a_large_group_is_not_answered_whole(app: &TestApp) {
    let okta = app.directory("okta").await;
    let mut tx = app.db.write().await.unwrap();
    let mut insert = muster::db::sql(
        "INSERT INTO users (id, organization_id, source, user_name, user_name_key, display_name, search_key, level, operator, \
         idp_active, document, version, created_at, updated_at) VALUES ",
    );
    let ids: Vec<_> = (0..1002).map(|_| muster::id::UserId::new()).collect();
    for (n, id) in ids.iter().enumerate() {
        insert = insert
            .push(if n == 0 { "(" } else { ", (" })
            .push_bind(id)
            .push(&format!(", '{}', 'directory:{}', 'u{n}', 'u{n}', 'u{n}', 'u{n}', 'member', FALSE, TRUE, '{{}}', 1, '2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.000Z')", okta.organization, okta.directory));
    }
    insert.run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let all: Vec<_> = ids.iter().map(|id| json!({ "value": id })).collect();
    let group = okta.post("/Groups", json!({ "displayName": "All", "members": all[..1000] })).await.expect(201).id();
    let path = format!("/Groups/{group}");
    let add = |n: usize| json!([{ "op": "add", "path": "members", "value": [all[n]] }]);
    let patch = async |path: &str, operations| okta.patch(path, operations).await;
    let answer = patch(&path, add(1000)).await.expect(204);
    assert_eq!(answer.etag(), "W/\"2\"");
    let answer = patch(&format!("{path}?excludedAttributes=members"), add(1001)).await.expect(200);
    assert_eq!((answer.body["displayName"].as_str(), answer.member_ids().len()), (Some("All"), 0));
    assert_eq!(okta.get(&path).await.member_ids().len(), 1002);
    let mut put = all[1..].to_vec();
    put.push(all[1].clone());
    assert_eq!(
        okta.put(&path, json!({ "displayName": "All", "members": put })).await.expect(200).member_ids().len(),
        1001
    );
}

on_both!(
    members_come_and_go,
    members_under_the_schemas_own_urn_are_members_too,
    each_membership_is_one_row_one_event_and_one_version,
    unknown_members_are_named_and_nothing_is_applied,
    groups_nest_but_never_in_a_circle,
    what_an_admin_put_there_is_neither_shown_nor_touched,
    a_name_belongs_to_one_group,
    a_large_group_is_not_answered_whole,
);
