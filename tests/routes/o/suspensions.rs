//! `POST /o/{organization}/users/{id}/suspend` and `…/lift`

use muster::actor::{Actor, Level};
use muster::directory::users::{Status, lift_suspension, suspend};
use muster::error::{Error, Result};
use muster::id::{OrganizationId, UserId};
use serde_json::json;

use super::{acting, find, local, password};
use crate::support::{TestApp, on_both};

async fn put(app: &TestApp, actor: &Actor, acme: &OrganizationId, id: &UserId) -> Result<u64> {
    let mut tx = app.db.write().await.unwrap();
    let suspended = suspend(&mut tx, actor, acme, id, " lost laptop ").await?;
    tx.commit().await?;
    Ok(suspended.ended.sessions)
}

async fn lift(app: &TestApp, actor: &Actor, acme: &OrganizationId, id: &UserId) -> Result<()> {
    let mut tx = app.db.write().await.unwrap();
    lift_suspension(&mut tx, actor, acme, id).await?;
    tx.commit().await
}

async fn a_suspension_ends_sessions_and_can_be_lifted(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let adam = local(app, &acme, "Adam", Level::Admin).await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    app.session(mia.as_str()).await;
    app.session(mia.as_str()).await;
    app.session(adam.as_str()).await;
    let actor = acting(app, &acme, &adam).await;
    assert_eq!(put(app, &actor, &acme, &mia).await.unwrap(), 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1, "other people's sessions stay");
    let user = find(app, &acme, &mia).await;
    let suspension = user.suspension.clone().unwrap();
    assert_eq!((user.status(), suspension.by.as_str()), (Status::Suspended, "Adam"));
    assert_eq!(suspension.reason.as_deref(), Some("lost laptop"));
    let after = app.events().await.pop().unwrap().after;
    let ended = json!({
        "suspended": true, "reason": "lost laptop", "sessions_ended": 2, "cli_tokens_ended": 0,
        "links_ended": 0, "api_keys_ended": 0, "took_ms": 0,
    });
    assert_eq!(after, Some(ended));

    assert!(matches!(put(app, &actor, &acme, &mia).await, Err(Error::Conflict(_))), "once is enough");
    lift(app, &actor, &acme, &mia).await.unwrap();
    assert_eq!(find(app, &acme, &mia).await.status(), Status::Active);
    assert!(matches!(lift(app, &actor, &acme, &mia).await, Err(Error::Conflict(_))));
    assert_eq!(app.kinds_since(0).await, ["user.suspended", "user.suspension_lifted"]);
}

async fn a_provider_does_not_lift_it(app: &TestApp) {
    let scim = app.directory("acme-okta").await;
    let id = scim.user("mia@example.com").await;
    let mia = UserId::parse(&id).unwrap();
    put(app, &Actor::CommandLine, &scim.organization, &mia).await.unwrap();
    let active = json!([{ "op": "replace", "path": "active", "value": true }]);
    let answer = scim.patch(&format!("/Users/{id}"), active).await.expect(200);
    assert_eq!(answer.body["active"], json!(true), "SCIM shows the provider's fact only");
    assert_eq!(find(app, &scim.organization, &mia).await.status(), Status::Suspended);
}

async fn owners_are_suspended_by_owners_only(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let adam = local(app, &acme, "Adam", Level::Admin).await;
    let anna = local(app, &acme, "Anna", Level::Admin).await;
    let olive = local(app, &acme, "Olive", Level::Owner).await;
    let oscar = local(app, &acme, "Oscar", Level::Owner).await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let (admin, owner, member) =
        (acting(app, &acme, &adam).await, acting(app, &acme, &olive).await, acting(app, &acme, &mia).await);
    assert!(matches!(put(app, &member, &acme, &adam).await, Err(Error::Forbidden(_))));
    assert!(matches!(put(app, &admin, &acme, &olive).await, Err(Error::Forbidden(_))));
    assert!(matches!(put(app, &admin, &acme, &adam).await, Err(Error::Forbidden(_))), "not oneself");
    put(app, &admin, &acme, &anna).await.unwrap();
    put(app, &owner, &acme, &oscar).await.unwrap();
    assert!(matches!(lift(app, &admin, &acme, &oscar).await, Err(Error::Forbidden(_))));
    lift(app, &owner, &acme, &oscar).await.unwrap();
}

async fn the_last_break_glass_owner_is_not_suspended(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let olive = local(app, &acme, "Olive", Level::Owner).await;
    password(app, &olive).await;
    let oscar = local(app, &acme, "Oscar", Level::Owner).await;
    let actor = acting(app, &acme, &oscar).await;
    assert!(matches!(put(app, &actor, &acme, &olive).await, Err(Error::LastBreakGlassOwner { .. })));
    password(app, &oscar).await;
    put(app, &actor, &acme, &olive).await.unwrap();
}

async fn foreign_people_are_not_found(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let adam = local(app, &acme, "Adam", Level::Admin).await;
    let stranger = local(app, &other, "Stranger", Level::Member).await;
    let actor = acting(app, &acme, &adam).await;
    assert!(matches!(put(app, &actor, &acme, &stranger).await, Err(Error::NotFound("user"))));
    assert!(matches!(put(app, &actor, &other, &stranger).await, Err(Error::NotFound(_))));
}

on_both!(
    a_suspension_ends_sessions_and_can_be_lifted,
    a_provider_does_not_lift_it,
    owners_are_suspended_by_owners_only,
    the_last_break_glass_owner_is_not_suspended,
    foreign_people_are_not_found,
);
