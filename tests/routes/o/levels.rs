//! `POST /o/{organization}/users/{id}/level`

use muster::actor::{Actor, Level};
use muster::directory::users::change_level;
use muster::error::{Error, Result};
use muster::id::{OrganizationId, UserId};
use serde_json::json;

use super::{acting, find, local, password};
use crate::support::{TestApp, on_both};

async fn change(app: &TestApp, actor: &Actor, acme: &OrganizationId, id: &UserId, level: Level) -> Result<()> {
    let mut tx = app.db.write().await.unwrap();
    change_level(&mut tx, actor, acme, id, level).await?;
    tx.commit().await
}

async fn owners_change_levels_and_leave_an_event(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let olive = local(app, &acme, "Olive", Level::Owner).await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let actor = acting(app, &acme, &olive).await;
    change(app, &actor, &acme, &mia, Level::Admin).await.unwrap();
    assert_eq!(find(app, &acme, &mia).await.level, Level::Admin);
    change(app, &actor, &acme, &mia, Level::Admin).await.unwrap();
    let events: Vec<_> = app.events().await.into_iter().filter(|event| event.kind == "user.level_changed").collect();
    assert_eq!(events.len(), 1, "the same level again is no event");
    assert_eq!(events[0].before, Some(json!({ "level": "member" })));
    assert_eq!(events[0].after.as_ref().unwrap()["level"], "admin");
}

async fn promotion_pins_the_sign_in_link(app: &TestApp) {
    let scim = app.directory("acme-okta").await;
    let acme = scim.organization.clone();
    let mia = UserId::parse(&scim.user("mia@example.com").await).unwrap();
    app.execute(&format!(
        "INSERT INTO identities (id, user_id, connection_id, issuer, subject, created_at) \
         SELECT '{0}', '{mia}', connection_id, 'https://idp.example.com', 'sub-1', '2026-11-22T12:00:00.000Z' FROM directories",
        UserId::new()
    ))
    .await;
    change(app, &Actor::CommandLine, &acme, &mia, Level::Admin).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM identities WHERE pinned_at IS NOT NULL").await, 1);
}

async fn admins_and_strangers_change_no_level(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let adam = local(app, &acme, "Adam", Level::Admin).await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let stranger = local(app, &other, "Stranger", Level::Owner).await;
    let admin = acting(app, &acme, &adam).await;
    assert!(matches!(change(app, &admin, &acme, &mia, Level::Admin).await, Err(Error::Forbidden(_))));
    let foreign = acting(app, &other, &stranger).await;
    assert!(matches!(change(app, &foreign, &acme, &mia, Level::Admin).await, Err(Error::NotFound(_))));
    assert!(matches!(change(app, &foreign, &other, &mia, Level::Admin).await, Err(Error::NotFound(_))));
    assert_eq!(find(app, &acme, &mia).await.level, Level::Member);
}

async fn nobody_changes_their_own_level(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let olive = local(app, &acme, "Olive", Level::Owner).await;
    let actor = acting(app, &acme, &olive).await;
    assert!(matches!(change(app, &actor, &acme, &olive, Level::Member).await, Err(Error::Forbidden(_))));
}

async fn the_last_break_glass_owner_stays(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let olive = local(app, &acme, "Olive", Level::Owner).await;
    password(app, &olive).await;
    // An owner, but nobody who can sign in here when the provider fails.
    let oscar = local(app, &acme, "Oscar", Level::Owner).await;
    let actor = acting(app, &acme, &oscar).await;
    let refused = change(app, &actor, &acme, &olive, Level::Admin).await;
    assert!(
        matches!(&refused, Err(error @ Error::LastBreakGlassOwner { .. }) if error.to_string().starts_with("Olive is the last")),
        "{refused:?}"
    );
    assert_eq!(find(app, &acme, &olive).await.level, Level::Owner);
    password(app, &oscar).await;
    change(app, &actor, &acme, &olive, Level::Admin).await.unwrap();
    assert_eq!(find(app, &acme, &olive).await.level, Level::Admin);
}

on_both!(
    owners_change_levels_and_leave_an_event,
    promotion_pins_the_sign_in_link,
    admins_and_strangers_change_no_level,
    nobody_changes_their_own_level,
    the_last_break_glass_owner_stays,
);
