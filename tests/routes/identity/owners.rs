//! The home organization and its first owner.

use muster::actor::{Actor, Level};
use muster::directory::Source;
use muster::directory::users::{self, break_glass, change_level};
use muster::error::Error;
use muster::organizations;
use muster::organizations::setup::{self, SetUp};
use secrecy::SecretString;

use crate::routes::o::{acting, local, password};
use crate::support::{TestApp, on_both};

async fn set_up(app: &TestApp, name: &str) -> setup::Made {
    let password = SecretString::from("tundra-violin-ketchup-94");
    let wanted = SetUp::parse(name, "ada@example.com", password).unwrap();
    let mut tx = app.db.write().await.unwrap();
    let made = setup::set_up(&mut tx, &Actor::System, &wanted, "x").await.unwrap();
    tx.commit().await.unwrap();
    made
}

async fn set_up_makes_the_home_organization_whose_first_owner_is_an_operator(app: &TestApp) {
    let made = set_up(app, "Acme").await;
    let mut tx = app.db.read().await.unwrap();
    let home = organizations::find(&mut tx, &made.organization.id).await.unwrap().unwrap();
    assert!(home.home);
    let owner = users::find(&mut tx, &home.id, &made.owner).await.unwrap().unwrap();
    assert_eq!((owner.level, owner.operator, owner.source.clone()), (Level::Owner, true, Source::Local));
    assert!(break_glass::is_one(&mut tx, &owner).await.unwrap());
}

async fn the_guard_holds_for_the_home_organization_from_its_first_day(app: &TestApp) {
    let made = set_up(app, "Acme").await;
    let acme = made.organization.id;
    let oscar = local(app, &acme, "Oscar", Level::Owner).await;
    let actor = acting(app, &acme, &oscar).await;
    let mut tx = app.db.write().await.unwrap();
    let refused = change_level(&mut tx, &actor, &acme, &made.owner, Level::Member).await;
    assert!(matches!(refused, Err(Error::LastBreakGlassOwner { .. })), "{refused:?}");
}

async fn the_guard_holds_for_another_organization_from_its_first_such_owner(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (first, oscar) =
        (local(app, &acme, "First", Level::Owner).await, local(app, &acme, "Oscar", Level::Owner).await);
    let actor = acting(app, &acme, &oscar).await;
    let mut tx = app.db.write().await.unwrap();
    change_level(&mut tx, &actor, &acme, &first, Level::Member).await.expect("nobody there can sign in here yet");
    change_level(&mut tx, &actor, &acme, &first, Level::Owner).await.unwrap();
    tx.commit().await.unwrap();
    password(app, &first).await;
    let mut tx = app.db.write().await.unwrap();
    let refused = change_level(&mut tx, &actor, &acme, &first, Level::Member).await;
    assert!(matches!(refused, Err(Error::LastBreakGlassOwner { .. })), "{refused:?}");
}

async fn a_reserved_word_is_no_slug(app: &TestApp) {
    let made = set_up(app, "API").await;
    assert_eq!((made.organization.name.as_str(), made.organization.slug.as_str()), ("API", "api-org"));
}

on_both!(
    set_up_makes_the_home_organization_whose_first_owner_is_an_operator,
    the_guard_holds_for_the_home_organization_from_its_first_day,
    the_guard_holds_for_another_organization_from_its_first_such_owner,
    a_reserved_word_is_no_slug,
);
