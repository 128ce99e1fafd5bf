//! Owners cannot be locked out: by which way it is tried, and what is said.

use muster::actor::{Actor, Level};
use muster::directory::users::break_glass::{self, list};
use muster::directory::users::{change_level, suspend};
use muster::error::Error;
use muster::id::{OrganizationId, UserId};
use muster::provisioning::error::Failure;
use serde_json::{Value, json};

use super::pages::{assert_says, olive};
use super::{acting, find, local, password};
use crate::support::browser::Browser;
use crate::support::{ScimClient, TestApp, on_both};

/// Olive, the only break-glass owner, and Oscar, an owner whom an identity provider vouches for, at his browser.
async fn last_one(app: &TestApp) -> (OrganizationId, UserId, UserId) {
    let acme = app.organization("Acme").await;
    let last = local(app, &acme, "Olive", Level::Owner).await;
    password(app, &last).await;
    let other = local(app, &acme, "Oscar", Level::Owner).await;
    (acme, last, other)
}

async fn still_there(app: &TestApp, acme: &OrganizationId, id: &UserId) {
    let user = find(app, acme, id).await;
    assert_eq!((user.level, user.may_sign_in()), (Level::Owner, true));
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(list(&mut tx, acme).await.unwrap().len(), 1);
}

async fn a_level_change_by_form_is_refused_with_an_event(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (olive, mut browser) = olive(app, &acme, "acme").await;
    // Oscar becomes the one who asks: nobody changes their own level.
    let oscar = local(app, &acme, "Oscar", Level::Owner).await;
    app.execute(&format!("UPDATE sessions SET user_id = '{oscar}', data = REPLACE(data, '{olive}', '{oscar}')")).await;
    let seen = app.events().await.len();
    let page = browser.post(&format!("/o/acme/users/{olive}/level"), &[("level", "admin")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Olive Owner is the last active local owner who can sign in with a password");
    still_there(app, &acme, &olive).await;
    assert_eq!(app.kinds_since(seen).await, ["break_glass.refused"]);
    assert_eq!(app.events().await[seen].subject_id, olive.to_string());
    assert_says(&browser.get("/o/acme/activity").await, "Oscar was refused a change: Olive Owner is the last");
}

async fn a_suspension_by_form_is_refused_with_an_event(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (olive, mut browser) = olive(app, &acme, "acme").await;
    let oscar = local(app, &acme, "Oscar", Level::Owner).await;
    app.execute(&format!("UPDATE sessions SET user_id = '{oscar}', data = REPLACE(data, '{olive}', '{oscar}')")).await;
    let seen = app.events().await.len();
    let page = browser.post(&format!("/o/acme/users/{olive}/suspend"), &[("reason", "away")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Nothing was changed; make another local person an owner first.");
    still_there(app, &acme, &olive).await;
    assert_eq!(app.kinds_since(seen).await, ["break_glass.refused"]);
}

async fn the_command_line_is_refused_too(app: &TestApp) {
    let (acme, last, _) = last_one(app).await;
    let mut tx = app.db.write().await.unwrap();
    let refused = suspend(&mut tx, &Actor::CommandLine, &acme, &last, "").await;
    assert!(matches!(refused, Err(Error::LastBreakGlassOwner { .. })), "{refused:?}");
}

async fn who_is_suspended_or_managed_or_without_password_does_not_count(app: &TestApp) {
    let scim = app.directory("acme-okta").await;
    let acme = scim.organization.clone();
    let last = local(app, &acme, "Olive", Level::Owner).await;
    password(app, &last).await;
    let suspended = local(app, &acme, "Sam", Level::Owner).await;
    password(app, &suspended).await;
    app.execute(&format!("UPDATE users SET suspended_at = '2026', suspended_by = 'x' WHERE id = '{suspended}'")).await;
    let managed = UserId::parse(&scim.user("mia@example.com").await).unwrap();
    app.execute(&format!("UPDATE users SET level = 'owner' WHERE id = '{managed}'")).await;
    local(app, &acme, "Nobody", Level::Owner).await;
    let actor = acting(app, &acme, &managed).await;
    let mut tx = app.db.write().await.unwrap();
    let refused = change_level(&mut tx, &actor, &acme, &last, Level::Member).await;
    assert!(matches!(refused, Err(Error::LastBreakGlassOwner { .. })), "{refused:?}");
}

async fn an_organization_without_one_is_not_covered(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (a, b) = (local(app, &acme, "A", Level::Owner).await, local(app, &acme, "B", Level::Owner).await);
    let actor = acting(app, &acme, &a).await;
    let mut tx = app.db.write().await.unwrap();
    change_level(&mut tx, &actor, &acme, &b, Level::Member).await.unwrap();
}

async fn of_two_who_demote_each_other_one_stays(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (a, b) = (local(app, &acme, "A", Level::Owner).await, local(app, &acme, "B", Level::Owner).await);
    password(app, &a).await;
    password(app, &b).await;
    let (by_a, by_b) = (acting(app, &acme, &a).await, acting(app, &acme, &b).await);
    let demote = async |actor: &Actor, who: &UserId| {
        let mut tx = app.db.write().await?;
        change_level(&mut tx, actor, &acme, who, Level::Member).await?;
        tx.commit().await
    };
    let (one, other) = tokio::join!(demote(&by_a, &b), demote(&by_b, &a));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(list(&mut tx, &acme).await.unwrap().len(), 1);
}

/// Every call that SCIM knows, at a break-glass owner: the owner does not exist for it.
async fn no_scim_call_reaches_a_break_glass_owner(app: &TestApp) {
    let scim = app.directory("acme-okta").await;
    let acme = scim.organization.clone();
    let last = local(app, &acme, "Olive", Level::Owner).await;
    password(app, &last).await;
    let path = format!("/Users/{last}");
    let gone = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "olive@example.com", "active": false });
    scim.put(&path, gone.clone()).await.refused(404, "");
    scim.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await.refused(404, "");
    scim.delete(&path).await.refused(404, "");
    bulk(&scim, "PATCH", &path, json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] })).await;
    bulk(&scim, "DELETE", &path, Value::Null).await;
    assert_eq!(scim.find("/Users", "userName eq \"olive@example.com\"").await.total(), 0);
    // A create of the same name is somebody else.
    let made = scim.post("/Users", gone).await.expect(201).id();
    assert_ne!(made, last.to_string());
    scim.group("Owners", &[&made]).await;
    still_there(app, &acme, &last).await;
}

async fn bulk(scim: &ScimClient, method: &str, path: &str, data: Value) {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{ "method": method, "path": path, "data": data }],
    });
    let answer = scim.post("/Bulk", body).await.expect(200);
    assert_eq!(answer.body["Operations"][0]["status"], json!("404"), "{:?}", answer.body);
}

async fn a_connection_that_goes_takes_no_break_glass_owner_along(app: &TestApp) {
    let scim = app.directory("acme-okta").await;
    let (id, mut browser) = olive(app, &scim.organization, "organization-of-acme-okta").await;
    app.execute(&format!(
        "INSERT INTO identities (id, user_id, connection_id, issuer, subject, created_at) \
         SELECT 'i', '{id}', id, 'https://okta.example', 'olive', '' FROM connections"
    ))
    .await;
    app.execute("DELETE FROM connections").await;
    still_there(app, &scim.organization, &id).await;
    assert_eq!(browser.get("/me").await.status, 200);
}

/// What an identity provider hears where the guard itself speaks.
async fn the_guard_speaks_scim(app: &TestApp) {
    let (acme, last, _) = last_one(app).await;
    let user = find(app, &acme, &last).await;
    let mut tx = app.db.write().await.unwrap();
    let error = break_glass::require_another(&mut tx, &user).await.unwrap_err();
    drop(tx);
    break_glass::record_refusal(&app.db, &Actor::System, &error).await.unwrap();
    assert_eq!(app.kinds_since(0).await, ["break_glass.refused"]);
    let Failure(scim, _) = Failure::from(error);
    let json = scim.to_json();
    assert_eq!((scim.status, &json["status"]), (403, &json!("403")));
    assert!(json["detail"].as_str().unwrap().contains("make another local person an owner first"), "{json}");
}

/// Roles, entitlements, userType, attributes of its own, groups called so: none makes an owner, or an admin.
async fn no_scim_attribute_makes_an_owner(app: &TestApp) {
    let scim = app.directory("acme-okta").await;
    let words = ["owner", "Administrator", "admin"];
    for word in words {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": format!("{word}@example.com"),
            "roles": [{ "value": word, "primary": true }],
            "entitlements": [{ "value": word }],
            "userType": word,
            "level": word,
            "operator": true,
            "urn:example:muster:2.0:User": { "level": word, "operator": true },
        });
        let id = scim.post("/Users", body.clone()).await.expect(201).id();
        scim.group(word, &[&id]).await;
        scim.put(&format!("/Users/{id}"), body).await.expect(200);
        for (path, value) in [("roles", json!([{ "value": word }])), ("userType", json!(word))] {
            scim.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": path, "value": value }])).await;
        }
        let user = find(app, &scim.organization, &UserId::parse(&id).unwrap()).await;
        assert_eq!((user.level, user.operator), (Level::Member, false), "{word}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE level <> 'member'").await, 0);
}

/// A directory acts as nobody who could: not by the function that changes levels either.
async fn a_directory_changes_no_level(app: &TestApp) {
    let scim = app.directory("acme-okta").await;
    let mia = UserId::parse(&scim.user("mia@example.com").await).unwrap();
    let actor = Actor::Directory {
        directory: scim.directory.clone(),
        organization: scim.organization.clone(),
        name: "Acme Okta".into(),
    };
    let mut tx = app.db.write().await.unwrap();
    let refused = change_level(&mut tx, &actor, &scim.organization, &mia, Level::Owner).await;
    assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
}

async fn the_overview_reminds_of_an_untested_owner(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let untested = local(app, &acme, "Otto", Level::Owner).await;
    password(app, &untested).await;
    let (_, mut browser): (_, Browser<'_>) = olive(app, &acme, "acme").await;
    let page = browser.get("/o/acme").await;
    assert_says(&page, "The break-glass owner Otto was never tested.");
    assert!(!page.body.contains("break-glass owner Olive"), "she has just signed in: {}", page.body);
    app.clock.advance(time::Duration::days(41));
    browser.sign_in("acme", "olive@example.com", super::pages::PASSWORD).await;
    app.clock.advance(time::Duration::minutes(30));
    app.execute("UPDATE users SET drilled_at = '2026-11-22T12:00:00.000Z' WHERE display_name = 'Otto'").await;
    assert!(!browser.get("/o/acme").await.body.contains("break-glass owner"));
    assert_says(&browser.get("/o/acme/settings/sign-in").await, "last tested 41 days ago");
}

on_both!(
    a_level_change_by_form_is_refused_with_an_event,
    a_suspension_by_form_is_refused_with_an_event,
    the_command_line_is_refused_too,
    who_is_suspended_or_managed_or_without_password_does_not_count,
    an_organization_without_one_is_not_covered,
    of_two_who_demote_each_other_one_stays,
    no_scim_call_reaches_a_break_glass_owner,
    a_connection_that_goes_takes_no_break_glass_owner_along,
    the_guard_speaks_scim,
    no_scim_attribute_makes_an_owner,
    a_directory_changes_no_level,
    the_overview_reminds_of_an_untested_owner,
);
