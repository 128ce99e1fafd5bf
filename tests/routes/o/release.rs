//! Release: a connection that is removed, SCIM that is turned off, single people and groups left behind.

use muster::actor::Level;
use muster::id::{GroupId, RoleId, UserId};
use serde_json::json;

use super::pages::{assert_says, olive};
use super::pending::connection;
use super::{find, local, password};
use crate::support::browser::Browser;
use crate::support::{ScimClient, TestApp, on_both};

const BASE: &str = "/o/organization-of-okta";

struct Acme<'a> {
    okta: ScimClient,
    browser: Browser<'a>,
    /// `/o/…/connections/…`
    at: String,
    ada: UserId,
    team: GroupId,
    role: RoleId,
}

/// Olive at her browser; Okta has sent Ada, who is in Team, which gives the role Editor.
async fn acme(app: &TestApp) -> Acme<'_> {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, &BASE[3..]).await;
    let body = json!({
        "userName": "ada@example.com", "externalId": "00u1", "displayName": "Ada", "emails": [{ "value": "ada@example.com" }],
    });
    let ada = okta.post("/Users", body).await.expect(201).id();
    let team = okta.group("Team", &[&ada]).await;
    browser.post(&format!("{BASE}/roles/new"), &[("name", "Editor")]).await;
    let mut tx = app.db.read().await.unwrap();
    let (role,): (RoleId,) = muster::db::sql("SELECT id FROM roles").one(&mut tx).await.unwrap();
    drop(tx);
    let page = browser.post(&format!("{BASE}/groups/{team}/roles"), &[("role_id", role.as_str())]).await;
    assert_eq!(page.status, 303, "{}", page.body);
    let at = format!("{BASE}/connections/{}", connection(app, &okta).await);
    let (ada, team) = (UserId::parse(&ada).unwrap(), GroupId::parse(&team).unwrap());
    Acme { okta, browser, at, ada, team, role }
}

/// The keys of the roles that the person holds now.
async fn roles(app: &TestApp, id: &UserId) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    let held = muster::access::roles::effective(&mut tx, id).await.unwrap();
    held.into_iter().map(|held| held.role.key).collect()
}

async fn turn_off(acme: &mut Acme<'_>) {
    let page = acme.browser.post(&format!("{}/sync", acme.at), &[("sync_mode", "none")]).await;
    assert_eq!(page.status, 303);
}

fn removal<'a>(people: &'a str, groups: &'a str) -> [(&'static str, &'a str); 3] {
    [("people", people), ("groups", groups), ("name", "Acme okta")]
}

async fn turning_scim_off_revokes_its_tokens_and_leaves_people_as_they_are(app: &TestApp) {
    let mut acme = acme(app).await;
    let page = acme.browser.get(&format!("{}/provisioning", acme.at)).await;
    assert_says(&page, "Turning SCIM off revokes 1 token at once. 1 person and 1 group stay as they are");
    let before = find(app, &acme.okta.organization, &acme.ada).await;
    turn_off(&mut acme).await;
    acme.okta.get("/Users").await.refused(401, "");
    let after = find(app, &acme.okta.organization, &acme.ada).await;
    assert_eq!((after.source, after.version, after.external_id), (before.source, before.version, before.external_id));
    assert_eq!(roles(app, &acme.ada).await, ["editor"]);
    assert_says(&acme.browser.get(&format!("{BASE}/users")).await, "No longer synced");
    let page = acme.browser.get(&format!("{}/provisioning", acme.at)).await;
    assert_says(&page, "Turning SCIM on changes nobody by itself. 0 people who came by signing in");
    // And on again: with another token they go on where they were.
    acme.browser.post(&format!("{}/sync", acme.at), &[("sync_mode", "scim")]).await;
    assert!(!acme.browser.get(&format!("{BASE}/users")).await.body.contains("No longer synced"));
    let okta = acme.okta.with_token(&app.token(&acme.okta.directory).await);
    okta.get(&format!("/Users/{}", acme.ada)).await.expect(200);
}

async fn whom_a_provider_still_looks_after_is_not_released(app: &TestApp) {
    let mut acme = acme(app).await;
    let path = format!("{BASE}/users/{}/release", acme.ada);
    assert_says(&acme.browser.get(&path).await, "Acme okta still looks after this person");
    let page = acme.browser.post(&path, &[("choice", "local")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Acme okta still looks after Ada");
    assert_says(&page, "Nothing was changed");
    assert!(find(app, &acme.okta.organization, &acme.ada).await.source.is_managed());
}

async fn a_released_person_keeps_id_level_roles_and_groups(app: &TestApp) {
    let mut acme = acme(app).await;
    let grant = format!("{BASE}/users/{}", acme.ada);
    app.session(acme.ada.as_str()).await;
    app.execute(&format!(
        "INSERT INTO grants (id, organization_id, role_id, user_id, origin, granted_by, created_at) VALUES \
         ('{}', '{}', '{}', '{}', 'scim:{}', 'Acme okta', '2026-11-22T12:00:00.000Z')",
        UserId::new(),
        acme.okta.organization,
        acme.role,
        acme.ada,
        acme.okta.directory
    ))
    .await;
    turn_off(&mut acme).await;
    let page = acme.browser.get(&format!("{grant}/release")).await;
    assert_says(&page, "That ends 1 session and takes 0 sign-in links and 1 role that SCIM gave.");
    let seen = app.events().await.len();
    let page = acme.browser.post(&format!("{grant}/release"), &[("choice", "local")]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, grant.clone()));
    let ada = find(app, &acme.okta.organization, &acme.ada).await;
    assert_eq!((ada.source.to_string().as_str(), ada.external_id.clone(), ada.level), ("local", None, Level::Member));
    assert_eq!((ada.user_name.as_str(), ada.may_sign_in()), ("ada@example.com", true));
    assert_eq!(ada.document.get("userName"), Some(&json!("ada@example.com")));
    assert_eq!(roles(app, &acme.ada).await, ["editor"], "through the group");
    let ours = format!("SELECT COUNT(*) FROM memberships WHERE member_id = '{}' AND source = 'local'", acme.ada);
    assert_eq!(app.count(&ours).await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM grants WHERE origin LIKE 'scim:%'").await, 0);
    assert_eq!(app.kinds_since(seen).await, ["role.revoked", "user.released"]);
    let event = app.events().await.pop().unwrap();
    assert_eq!(event.before.unwrap()["source"], format!("directory:{}", acme.okta.directory));
    assert_eq!(event.after.unwrap()["sessions_ended"], json!(1));
    assert_says(&acme.browser.get(&format!("{BASE}/activity")).await, "Olive Owner released Ada: local now");
    assert_says(&acme.browser.get(&grant).await, "Make another invitation");
}

async fn whoever_was_deactivated_is_suspended_when_they_become_local(app: &TestApp) {
    let mut acme = acme(app).await;
    // Left behind by a provider that goes on: it only deactivates.
    let off = json!([{ "op": "replace", "value": { "active": false } }]);
    acme.okta.patch(&format!("/Users/{}", acme.ada), off).await.expect(200);
    let path = format!("{BASE}/users/{}/release", acme.ada);
    assert_says(&acme.browser.get(&path).await, "suspended here until somebody lifts it");
    assert_eq!(acme.browser.post(&path, &[("choice", "local")]).await.status, 303);
    let ada = find(app, &acme.okta.organization, &acme.ada).await;
    assert!(ada.idp_active && !ada.may_sign_in(), "nobody comes in by a release");
    let suspension = ada.suspension.expect("suspended");
    assert_eq!(
        (suspension.by.as_str(), suspension.reason.as_deref()),
        ("Olive Owner", Some("Was deactivated by Acme okta"))
    );
    assert_eq!(acme.browser.post(&format!("{BASE}/users/{}/lift", acme.ada), &[]).await.status, 303);
    assert!(find(app, &acme.okta.organization, &acme.ada).await.may_sign_in(), "and nobody is stuck");
}

async fn a_release_can_suspend_or_delete(app: &TestApp) {
    let mut acme = acme(app).await;
    let eve = UserId::parse(&acme.okta.user("eve@example.com").await).unwrap();
    turn_off(&mut acme).await;
    let release = |id: &UserId| format!("{BASE}/users/{id}/release");
    acme.browser.post(&release(&acme.ada), &[("choice", "suspended")]).await;
    let ada = find(app, &acme.okta.organization, &acme.ada).await;
    assert_eq!(ada.suspension.unwrap().reason.as_deref(), Some("Released from Acme okta"));
    assert_eq!(roles(app, &acme.ada).await, [] as [&str; 0]);
    let page = acme.browser.post(&release(&eve), &[("choice", "deleted")]).await;
    assert_eq!(page.location(), format!("{BASE}/users"));
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE deleted_at IS NOT NULL").await, 1);
    let event = app.events().await.pop().unwrap();
    assert_eq!(
        (event.kind.as_str(), event.after.unwrap()["released_from"].clone()),
        ("user.deleted", json!("Acme okta"))
    );
    // A choice that is none.
    let page = acme.browser.post(&release(&acme.ada), &[("choice", "x")]).await;
    assert_eq!(page.status, 422);
}

async fn a_name_that_is_taken_gets_a_number(app: &TestApp) {
    let mut acme = acme(app).await;
    local(app, &acme.okta.organization, "Zoe", Level::Member).await;
    app.execute("UPDATE directories SET take_over_local = FALSE").await;
    acme.okta.user("zoe@example.com").await;
    let page = acme.browser.get(&format!("{}/remove", acme.at)).await;
    assert_says(&page, "Person zoe@example.com zoe@example.com-2");
    let page = acme.browser.post(&format!("{}/remove", acme.at), &removal("local", "local")).await;
    assert_eq!(page.status, 303, "{}", page.body);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM users WHERE source = 'local' AND user_name = 'zoe@example.com-2'").await,
        1
    );
    let event = app
        .events()
        .await
        .into_iter()
        .find(|event| event.kind == "user.released" && event.after.as_ref().unwrap().get("userName").is_some());
    assert_eq!(event.unwrap().after.unwrap()["userName"], "zoe@example.com-2");
}

async fn only_owners_release_an_owner_and_nobody_releases_themselves(app: &TestApp) {
    use muster::directory::release::{People, release_person};
    use muster::error::Error;
    let mut acme = acme(app).await;
    let organization = acme.okta.organization.clone();
    let adam = local(app, &organization, "Adam", Level::Admin).await;
    let eve = UserId::parse(&acme.okta.user("eve@example.com").await).unwrap();
    app.execute(&format!("UPDATE users SET level = 'owner' WHERE id = '{}'", acme.ada)).await;
    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{eve}'")).await;
    turn_off(&mut acme).await;
    let mia = local(app, &organization, "Mia", Level::Member).await;
    let attempts = [
        (&adam, &acme.ada, People::Local),
        (&adam, &eve, People::Deleted),
        (&eve, &eve, People::Local),
        (&mia, &eve, People::Local),
    ];
    for (who, whom, choice) in attempts {
        let actor = super::acting(app, &organization, who).await;
        let mut tx = app.db.write().await.unwrap();
        let refused = release_person(&mut tx, &actor, &organization, whom, choice).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
    let actor = super::acting(app, &organization, &adam).await;
    let mut tx = app.db.write().await.unwrap();
    release_person(&mut tx, &actor, &organization, &eve, People::Local).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_group_is_released_with_those_it_is_nested_with(app: &TestApp) {
    let mut acme = acme(app).await;
    let above = acme.okta.group("Everybody", &[acme.team.as_str()]).await;
    let path = format!("{BASE}/groups/{}/release", acme.team);
    let page = acme.browser.get(&path).await;
    assert_says(&page, "Nested with it, and made local together with it: Everybody.");
    assert_says(&page, "Acme okta still syncs.");
    assert_says(&page, "1 person and 1 role stay.");
    assert_eq!(acme.browser.post(&path, &[("choice", "local")]).await.status, 303);
    assert_eq!(app.count("SELECT COUNT(*) FROM groups WHERE source = 'local' AND external_id IS NULL").await, 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships WHERE source = 'local'").await, 2);
    assert_eq!(roles(app, &acme.ada).await, ["editor"]);
    acme.okta.get(&format!("/Groups/{above}")).await.refused(404, "");
    let released = app.events().await.into_iter().filter(|event| event.kind == "group.released").count();
    assert_eq!(released, 2);
    // Again, and it is local already.
    let page = acme.browser.post(&path, &[("choice", "local")]).await;
    assert_says(&page, "local already. Nothing was changed.");
}

async fn a_group_that_is_left_behind_can_be_deleted(app: &TestApp) {
    let mut acme = acme(app).await;
    let path = format!("{BASE}/groups/{}/release", acme.team);
    assert_says(
        &acme.browser.get(&path).await,
        "Takes 1 person out of it, and 1 role from those who do not hold it otherwise.",
    );
    assert_eq!(acme.browser.post(&path, &[("choice", "deleted")]).await.location(), format!("{BASE}/groups"));
    assert_eq!(roles(app, &acme.ada).await, [] as [&str; 0]);
    let event = app.events().await.pop().unwrap();
    let before = event.before.unwrap();
    assert_eq!((event.kind.as_str(), &before["member_count"]), ("group.deleted", &json!(1)));
    assert_eq!(before["roles"], json!([acme.role]));
}

async fn the_removal_of_a_connection_is_shown_in_numbers_before(app: &TestApp) {
    let mut acme = acme(app).await;
    let eve = acme.okta.user("eve@example.com").await;
    acme.okta
        .patch(&format!("/Users/{eve}"), json!([{ "op": "replace", "value": { "active": false } }]))
        .await
        .expect(200);
    let page = acme.browser.get(&format!("{}/remove", acme.at)).await;
    for said in [
        "2 people: 1 active, 1 deactivated, 0 suspended",
        "1 group, giving 1 role",
        "0 sessions through it, ended",
        "1 token, revoked",
        "Type Acme okta to confirm.",
    ] {
        assert_says(&page, said);
    }
}

async fn a_removed_connection_leaves_its_people_and_groups_to_us(app: &TestApp) {
    let mut acme = acme(app).await;
    let organization = acme.okta.organization.clone();
    let mia = local(app, &organization, "Mia", Level::Member).await;
    super::join(app, &acme.team, "user", mia.as_str()).await;
    let eve = UserId::parse(&acme.okta.user("eve@example.com").await).unwrap();
    acme.okta
        .patch(&format!("/Users/{eve}"), json!([{ "op": "replace", "value": { "active": false } }]))
        .await
        .expect(200);
    let seen = app.events().await.len();
    let page = acme.browser.post(&format!("{}/remove", acme.at), &removal("local", "local")).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, format!("{BASE}/connections")), "{}", page.body);
    assert_eq!(acme.browser.get(&acme.at).await.status, 404);
    acme.okta.get("/Users").await.refused(401, "");
    for table in ["connections", "directories", "directory_tokens", "identities"] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE source <> 'local'").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM groups WHERE source <> 'local'").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships WHERE source <> 'local'").await, 0);
    for id in [&acme.ada, &mia] {
        assert_eq!(roles(app, id).await, ["editor"], "nobody loses anything");
    }
    assert!(!find(app, &organization, &eve).await.may_sign_in());
    let kinds = app.kinds_since(seen).await;
    assert_eq!(
        kinds,
        ["group.released", "user.released", "user.suspended", "user.released", "connection.deleted"],
        "an event for each"
    );
    let event = app.events().await.pop().unwrap();
    assert_eq!(event.after.unwrap()["people_count"], json!(2));
}

async fn a_removal_can_delete_people_and_groups(app: &TestApp) {
    let mut acme = acme(app).await;
    let page = acme.browser.post(&format!("{}/remove", acme.at), &removal("deleted", "deleted")).await;
    assert_eq!(page.status, 303, "{}", page.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE deleted_at IS NULL").await, 1, "Olive");
    assert_eq!(app.count("SELECT COUNT(*) FROM groups").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, 0);
    let kinds = app.kinds_since(0).await;
    assert!(kinds.contains(&"user.deleted".to_string()) && kinds.contains(&"group.deleted".to_string()), "{kinds:?}");
}

async fn a_removal_can_suspend(app: &TestApp) {
    let mut acme = acme(app).await;
    acme.browser.post(&format!("{}/remove", acme.at), &removal("suspended", "local")).await;
    let ada = find(app, &acme.okta.organization, &acme.ada).await;
    assert_eq!((ada.source.is_managed(), ada.suspension.is_some()), (false, true));
}

async fn a_removal_asks_for_the_name(app: &TestApp) {
    let mut acme = acme(app).await;
    let path = format!("{}/remove", acme.at);
    let page = acme.browser.post(&path, &[("people", "suspended"), ("groups", "local"), ("name", "Acme")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Type the name of the connection as it stands here: Acme okta");
    assert!(page.body.contains("value=\"suspended\" checked"), "what was chosen is kept");
    let page = acme.browser.post(&path, &[("name", "Acme okta")]).await;
    assert_says(&page, "Choose what becomes of the people.");
    assert_says(&page, "Choose what becomes of the groups.");
    assert_eq!(app.count("SELECT COUNT(*) FROM connections").await, 1);
}

async fn only_owners_remove_a_connection(app: &TestApp) {
    use muster::directory::release::{RemovalForm, remove_connection};
    use muster::error::Error;
    let acme = acme(app).await;
    let organization = &acme.okta.organization;
    let adam = local(app, organization, "Adam", Level::Admin).await;
    let form = RemovalForm { people: "local".into(), groups: "local".into(), name: "Acme okta".into() };
    let id = muster::id::ConnectionId::parse(acme.at.rsplit('/').next().unwrap()).unwrap();
    let actor = super::acting(app, organization, &adam).await;
    let mut tx = app.db.write().await.unwrap();
    let refused = remove_connection(&mut tx, &actor, organization, &id, &form).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    drop(tx);
    // Nor another organization's.
    let other = app.organization("Other").await;
    let (_, mut stranger) = olive(app, &other, "other").await;
    let path = format!("{}/remove", acme.at.replace(BASE, "/o/other"));
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(stranger.post(&path, &removal("local", "local")).await.status, 404);
}

async fn a_removal_leaves_an_owner_who_can_sign_in(app: &TestApp) {
    use muster::actor::Actor;
    use muster::directory::release::{RemovalForm, remove_connection};
    use muster::error::Error;
    let okta = app.directory("okta").await;
    let oscar = UserId::parse(&okta.user("oscar@example.com").await).unwrap();
    app.execute(&format!("UPDATE users SET level = 'owner' WHERE id = '{oscar}'")).await;
    let organization = &okta.organization;
    let id = muster::id::ConnectionId::parse(&connection(app, &okta).await).unwrap();
    let form = |people: &str| RemovalForm { people: people.into(), groups: "local".into(), name: "Acme okta".into() };
    let actor: Actor = super::acting(app, organization, &oscar).await;
    for (people, said) in
        [("local", "no owner could sign in any more"), ("deleted", "nobody suspends or deletes themselves")]
    {
        let mut tx = app.db.write().await.unwrap();
        let refused = remove_connection(&mut tx, &actor, organization, &id, &form(people)).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict(_) | Error::Forbidden(_)));
        assert!(refused.to_string().contains(said), "{refused}");
    }
    let olive = local(app, organization, "Olive", Level::Owner).await;
    password(app, &olive).await;
    let mut tx = app.db.write().await.unwrap();
    remove_connection(&mut tx, &actor, organization, &id, &form("local")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find(app, organization, &oscar).await.level, Level::Owner);
}

async fn released_people_can_be_adopted_by_the_next_directory(app: &TestApp) {
    let mut acme = acme(app).await;
    let entra = app.directory_of(&acme.okta.organization, "entra").await;
    app.verified_domain(&acme.okta.organization, "example.com").await;
    let page = acme.browser.post(&format!("{}/remove", acme.at), &removal("local", "local")).await;
    assert_eq!(page.status, 303, "{}", page.body);
    assert_eq!(entra.find("/Users", "userName eq \"ada@example.com\"").await.ids(), [acme.ada.to_string()]);
    assert_eq!(entra.user("ada@example.com").await, acme.ada.to_string());
}

on_both!(
    turning_scim_off_revokes_its_tokens_and_leaves_people_as_they_are,
    whom_a_provider_still_looks_after_is_not_released,
    a_released_person_keeps_id_level_roles_and_groups,
    whoever_was_deactivated_is_suspended_when_they_become_local,
    a_release_can_suspend_or_delete,
    a_name_that_is_taken_gets_a_number,
    only_owners_release_an_owner_and_nobody_releases_themselves,
    a_group_is_released_with_those_it_is_nested_with,
    a_group_that_is_left_behind_can_be_deleted,
    the_removal_of_a_connection_is_shown_in_numbers_before,
    a_removed_connection_leaves_its_people_and_groups_to_us,
    a_removal_can_delete_people_and_groups,
    a_removal_can_suspend,
    a_removal_asks_for_the_name,
    only_owners_remove_a_connection,
    a_removal_leaves_an_owner_who_can_sign_in,
    released_people_can_be_adopted_by_the_next_directory,
);
