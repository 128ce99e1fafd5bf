//! Groups within groups, and the reasons for which a role is held.

use muster::access::roles::{self, RoleForm, Way};
use muster::actor::Actor;
use muster::id::{GrantId, GroupId, UserId};
use serde_json::json;

use crate::support::{TestApp, on_both};

async fn a_group_nests_within_its_own_directory_only(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (okta, entra) = (app.directory_of(&acme, "okta").await, app.directory_of(&acme, "entra").await);
    let (own, foreign) = (okta.group("Own", &[]).await, entra.group("Foreign", &[]).await);
    let outer = okta.group("Outer", &[&own]).await;
    let operations = json!([{ "op": "add", "path": "members", "value": [{ "value": foreign }] }]);
    let detail = okta.patch(&format!("/Groups/{outer}"), operations).await.refused(400, "invalidValue");
    assert!(detail.contains(&foreign), "{detail}");
    let put = json!({ "displayName": "Outer", "members": [{ "value": own }, { "value": foreign }] });
    okta.put(&format!("/Groups/{outer}"), put).await.refused(400, "invalidValue");
    assert_eq!(okta.members(&outer).await, [own]);
}

async fn each_reason_for_a_role_says_its_origin_and_its_end(app: &TestApp) {
    let okta = app.directory("okta").await;
    let acme = okta.organization.clone();
    let form = RoleForm { name: "Editor".into(), idp_assignable: Some("on".into()), ..RoleForm::default() };
    let mut tx = app.db.write().await.unwrap();
    let editor = roles::create(&mut tx, &Actor::CommandLine, &acme, &form).await.unwrap();
    tx.commit().await.unwrap();
    let sent = json!({ "userName": "ada", "roles": [{ "value": "editor" }] });
    let ada = UserId::parse(&okta.post("/Users", sent).await.expect(201).id()).unwrap();
    let team = GroupId::parse(&okta.group("Team", &[ada.as_str()]).await).unwrap();
    let mut tx = app.db.write().await.unwrap();
    roles::attach_to_group(&mut tx, &Actor::CommandLine, &acme, &editor, &team).await.unwrap();
    tx.commit().await.unwrap();
    let end = "2026-11-22T13:00:00.000Z";
    app.execute(&format!(
        "INSERT INTO grants (id, organization_id, role_id, user_id, origin, expires_at, granted_by, created_at) \
         VALUES ('{}', '{acme}', '{editor}', '{ada}', 'direct', '{end}', 'test', '2026-11-22T12:00:00.000Z')",
        GrantId::new()
    ))
    .await;
    let mut tx = app.db.read().await.unwrap();
    let held = roles::effective(&mut tx, &ada).await.unwrap();
    assert_eq!(held.len(), 1, "one role, for three reasons");
    let reasons = &held[0].via;
    assert_eq!(reasons.len(), 3);
    assert_eq!((&reasons[0].way, reasons[0].until.as_ref().map(|until| until.as_str())), (&Way::Direct, Some(end)));
    assert_eq!((&reasons[1].way, &reasons[1].until), (&Way::Directory, &None));
    assert!(matches!(&reasons[2].way, Way::Groups(path) if path[0].id == team), "{:?}", reasons[2]);
    drop(tx);
    let origins = format!(
        "SELECT COUNT(*) FROM grants WHERE user_id = '{ada}' AND origin IN ('direct', 'scim:{}')",
        okta.directory
    );
    assert_eq!(app.count(&origins).await, 2);
}

async fn a_new_role_may_not_be_assigned_by_an_identity_provider(app: &TestApp) {
    let okta = app.directory("okta").await;
    let form = RoleForm { name: "Editor".into(), ..RoleForm::default() };
    let mut tx = app.db.write().await.unwrap();
    let editor = roles::create(&mut tx, &Actor::CommandLine, &okta.organization, &form).await.unwrap();
    tx.commit().await.unwrap();
    let sent = json!({ "userName": "ada", "roles": [{ "value": "editor" }, { "value": editor }] });
    let ada = okta.post("/Users", sent).await.expect(201);
    assert_eq!(ada.body["roles"].as_array().unwrap().len(), 2, "stored and echoed");
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(roles::effective(&mut tx, &UserId::parse(&ada.id()).unwrap()).await.unwrap(), []);
    drop(tx);
    assert_eq!(app.count("SELECT COUNT(*) FROM grants").await, 0);
}

on_both!(
    a_group_nests_within_its_own_directory_only,
    each_reason_for_a_role_says_its_origin_and_its_end,
    a_new_role_may_not_be_assigned_by_an_identity_provider,
);
