//! `/o/{organization}/groups/{group}/level`: groups whose people are admins.

use muster::access::levels;
use muster::actor::{Actor, Level};
use muster::directory::users::change_level;
use muster::error::{Error, Result};
use muster::id::{GroupId, OrganizationId, UserId};
use muster::sessions::password;
use secrecy::SecretString;
use serde_json::json;

use super::pages::{PASSWORD, assert_says, olive};
use super::{acting, find, group, join, local};
use crate::support::browser::Browser;
use crate::support::{TestApp, on_both};

async fn map(app: &TestApp, actor: &Actor, acme: &OrganizationId, group: &GroupId) -> Result<usize> {
    let mut tx = app.db.write().await.unwrap();
    let (_, people) = levels::map(&mut tx, actor, acme, group).await?;
    tx.commit().await?;
    Ok(people)
}

async fn release(app: &TestApp, actor: &Actor, acme: &OrganizationId, group: &GroupId) -> Result<usize> {
    let mut tx = app.db.write().await.unwrap();
    let (_, people) = levels::release(&mut tx, actor, acme, group).await?;
    tx.commit().await?;
    Ok(people)
}

async fn level(app: &TestApp, acme: &OrganizationId, user: &UserId) -> Level {
    find(app, acme, user).await.level
}

async fn a_mapping_is_made_widened_and_released_by_owners_only(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (olive, adam) = (local(app, &acme, "Olive", Level::Owner).await, local(app, &acme, "Adam", Level::Admin).await);
    let (owner, admin) = (acting(app, &acme, &olive).await, acting(app, &acme, &adam).await);
    let (team, inner) = (group(app, &acme, "Team").await, group(app, &acme, "Inner").await);
    join(app, &team, "group", inner.as_str()).await;
    assert!(matches!(map(app, &admin, &acme, &team).await, Err(Error::Forbidden(_))));
    map(app, &owner, &acme, &team).await.unwrap();
    assert!(matches!(map(app, &owner, &acme, &team).await, Err(Error::Conflict(_))));
    // Another group mapped, or somebody put into one by hand, widens it.
    assert!(matches!(map(app, &admin, &acme, &inner).await, Err(Error::Forbidden(_))));
    let mut tx = app.db.read().await.unwrap();
    for group in [&team, &inner] {
        let refused = levels::require_may_change(&mut tx, &admin, &acme, group).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        levels::require_may_change(&mut tx, &owner, &acme, group).await.unwrap();
    }
    drop(tx);
    assert!(matches!(release(app, &admin, &acme, &team).await, Err(Error::Forbidden(_))));
    release(app, &owner, &acme, &team).await.unwrap();
    assert!(matches!(release(app, &owner, &acme, &team).await, Err(Error::Conflict(_))));
    let mut tx = app.db.read().await.unwrap();
    levels::require_may_change(&mut tx, &admin, &acme, &team).await.unwrap();
    drop(tx);
    assert_eq!(app.kinds_since(0).await, ["group.level_mapped", "group.level_released"]);
}

async fn whoever_is_in_a_mapped_group_is_an_admin_as_long_as_they_are(app: &TestApp) {
    let okta = app.directory("okta").await;
    let acme = okta.organization.clone();
    let mia = UserId::parse(&okta.user("mia").await).unwrap();
    let inner = okta.group("Inner", &[mia.as_str()]).await;
    let team = okta.group("Team", &[]).await;
    assert_eq!(map(app, &Actor::CommandLine, &acme, &GroupId::parse(&team).unwrap()).await.unwrap(), 0);
    assert_eq!(level(app, &acme, &mia).await, Level::Member);
    let path = format!("/Groups/{team}");
    let add = |id: &str| json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
    let remove = |id: &str| json!([{ "op": "remove", "path": format!("members[value eq \"{id}\"]") }]);
    okta.patch(&path, add(&inner)).await.expect(200);
    assert_eq!(level(app, &acme, &mia).await, Level::Admin, "a group within it counts");
    let event = app.events().await.pop().unwrap();
    assert_eq!(
        event.after.unwrap()["level_gained_by"],
        json!({ "people": 1, "first": [{ "id": mia, "name": "mia" }] })
    );
    okta.patch(&path, remove(&inner)).await.expect(200);
    assert_eq!(level(app, &acme, &mia).await, Level::Member);
    assert_eq!(app.events().await.pop().unwrap().after.unwrap()["level_lost_by"]["people"], 1);
    okta.patch(&path, add(mia.as_str())).await.expect(200);
    let user = find(app, &acme, &mia).await;
    assert_eq!((user.level, user.own_level), (Level::Admin, Level::Member));
    assert_eq!(app.events().await.pop().unwrap().after.unwrap()["level_gained"], "admin");
    okta.patch(&path, remove(mia.as_str())).await.expect(200);
    assert_eq!(level(app, &acme, &mia).await, Level::Member);
    assert_eq!(app.events().await.pop().unwrap().after.unwrap()["level_lost"], "admin");
    // A group that its directory deletes takes the mapping along.
    okta.patch(&path, add(mia.as_str())).await.expect(200);
    okta.delete(&path).await.expect(204);
    assert_eq!(level(app, &acme, &mia).await, Level::Member);
    let event = app.events().await.pop().unwrap();
    assert_eq!((event.kind.as_str(), &event.after.unwrap()["level_lost_by"]["people"]), ("group.deleted", &json!(1)));
    assert_eq!(app.count("SELECT COUNT(*) FROM level_mappings").await, 0);
}

async fn the_higher_of_own_and_mapped_level_holds(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (oscar, mia) = (local(app, &acme, "Oscar", Level::Owner).await, local(app, &acme, "Mia", Level::Member).await);
    let team = group(app, &acme, "Team").await;
    for user in [&oscar, &mia] {
        join(app, &team, "user", user.as_str()).await;
    }
    assert_eq!(map(app, &Actor::CommandLine, &acme, &team).await.unwrap(), 1, "an owner gains nothing");
    assert_eq!(level(app, &acme, &oscar).await, Level::Owner);
    let change = async |to: Level| {
        let mut tx = app.db.write().await.unwrap();
        let user = change_level(&mut tx, &Actor::CommandLine, &acme, &mia, to).await.unwrap();
        tx.commit().await.unwrap();
        (user.level, user.own_level)
    };
    assert_eq!(change(Level::Admin).await, (Level::Admin, Level::Admin));
    assert_eq!(release(app, &Actor::CommandLine, &acme, &team).await.unwrap(), 0, "she is one by herself");
    assert_eq!(level(app, &acme, &mia).await, Level::Admin);
    map(app, &Actor::CommandLine, &acme, &team).await.unwrap();
    assert_eq!(change(Level::Member).await, (Level::Admin, Level::Member), "the group's stays");
}

async fn no_identity_provider_makes_an_owner(app: &TestApp) {
    let okta = app.directory("okta").await;
    let acme = okta.organization.clone();
    let mia = okta.user("mia").await;
    let team = okta.group("Team", &[&mia]).await;
    map(app, &Actor::CommandLine, &acme, &GroupId::parse(&team).unwrap()).await.unwrap();
    okta.patch(&format!("/Users/{mia}"), json!([{ "op": "add", "path": "roles", "value": [{ "value": "owner" }] }]))
        .await
        .expect(200);
    let mia = UserId::parse(&mia).unwrap();
    assert_eq!(level(app, &acme, &mia).await, Level::Admin);
    let directory =
        Actor::Directory { directory: okta.directory.clone(), organization: acme.clone(), name: "Okta".into() };
    let mut tx = app.db.write().await.unwrap();
    let refused = change_level(&mut tx, &directory, &acme, &mia, Level::Owner).await;
    assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
    drop(tx);
    let other = GroupId::parse(&okta.group("Other", &[]).await).unwrap();
    assert!(matches!(map(app, &directory, &acme, &other).await, Err(Error::NotFound(_))));
    let owners = "UPDATE level_mappings SET level = 'owner'";
    let mut tx = app.db.write().await.unwrap();
    assert!(muster::db::sql(owners).run(&mut tx).await.is_err(), "the table itself knows no such mapping");
}

async fn the_page_says_first_who_becomes_an_admin(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let (mia, adam) = (local(app, &acme, "Mia", Level::Member).await, local(app, &acme, "Adam", Level::Admin).await);
    let team = group(app, &acme, "Team").await;
    for user in [&mia, &adam] {
        join(app, &team, "user", user.as_str()).await;
    }
    let at = format!("/o/acme/groups/{team}");
    assert_says(&browser.get(&at).await, "Being in this group makes nobody an admin.");
    let page = browser.get(&format!("{at}/level/map")).await;
    assert_says(&page, "1 person becomes an admin .");
    assert!(page.body.contains("Mia") && !page.body.contains("Adam"), "{}", page.body);
    assert_eq!(level(app, &acme, &mia).await, Level::Member, "looking changes nothing");
    let page = browser.post(&format!("{at}/level/map"), &[]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, at.clone()));
    let page = browser.get(&at).await;
    assert_says(&page, "Team: 1 person became an admin.");
    assert_says(&page, "Olive Owner decided it");
    assert_says(&browser.get(&format!("/o/acme/users/{mia}")).await, "Admin, through Team");
    assert_says(&browser.get("/o/acme/users?q=mia").await, "Admin");
    assert_says(&browser.get("/o/acme/activity").await, "Olive Owner made everybody in Team an admin");
    assert_says(&browser.get(&format!("{at}/level/release")).await, "1 person is no admin any more .");
    browser.post(&format!("{at}/level/release"), &[]).await;
    assert_eq!(level(app, &acme, &mia).await, Level::Member);
}

async fn losing_the_group_loses_the_level_at_the_next_request(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let hash = password::hash(SecretString::from(PASSWORD)).await.unwrap();
    let mut tx = app.db.write().await.unwrap();
    password::store(&mut tx, &mia, &hash).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = Browser::new(app);
    assert_eq!(browser.sign_in("acme", "mia@example.com", PASSWORD).await.location(), "/me");
    let team = group(app, &acme, "Team").await;
    join(app, &team, "user", mia.as_str()).await;
    map(app, &Actor::CommandLine, &acme, &team).await.unwrap();
    // A session that asked for no second factor does not become an admin's.
    assert!(browser.get("/o/acme").await.location().starts_with("/sign-in"));
    let page = browser.post("/sign-in/acme", &[("email", "mia@example.com"), ("password", PASSWORD)]).await;
    assert_ne!(page.location(), "/me", "an admin sets up a second factor first");
    crate::support::sign_in::enrol(app, &acme, &mia).await;
    let mut browser = Browser::new(app);
    browser.sign_in("acme", "mia@example.com", PASSWORD).await;
    assert_eq!(browser.get("/o/acme/users").await.status, 200);
    app.execute("DELETE FROM memberships").await;
    assert_eq!(browser.get("/o/acme/users").await.location(), "/me", "the same session, the level of now");
    assert_eq!(browser.get(&format!("/o/acme/groups/{team}/level/map")).await.location(), "/me");
}

async fn an_admin_by_a_group_maps_nothing(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (team, other) = (group(app, &acme, "Team").await, group(app, &acme, "Other").await);
    let (_, mut browser) = olive(app, &acme, "acme").await;
    map(app, &Actor::CommandLine, &acme, &team).await.unwrap();
    app.execute("UPDATE users SET level = 'member' WHERE level = 'owner'").await;
    let olive = UserId::parse(&text(app, "SELECT id FROM users").await).unwrap();
    join(app, &team, "user", olive.as_str()).await;
    let at = format!("/o/acme/groups/{other}");
    assert_says(&browser.get(&at).await, "Only an owner changes it.");
    assert_eq!(browser.get(&format!("{at}/level/map")).await.status, 403);
    assert_eq!(browser.post(&format!("{at}/level/map"), &[]).await.status, 403);
    assert_eq!(browser.post(&format!("/o/acme/groups/{team}/level/release"), &[]).await.status, 403);
    assert_eq!(app.count("SELECT COUNT(*) FROM level_mappings").await, 1);
}

async fn text(app: &TestApp, query: &str) -> String {
    let mut tx = app.db.read().await.unwrap();
    muster::db::sql(query).one::<(String,)>(&mut tx).await.unwrap().0
}

async fn whoever_is_an_admin_by_a_group_is_not_written_onto_by_scim(app: &TestApp) {
    let okta = app.directory("okta").await;
    let acme = okta.organization.clone();
    let metadata = json!({
        "issuer": "https://acme.okta.example", "authorization_endpoint": "", "token_endpoint": "", "jwks_uri": "",
        "algorithms": ["RS256"], "code_challenge_methods": [], "token_endpoint_auth_methods": [],
        "iss_parameter_supported": false,
    });
    app.execute(&format!("UPDATE connections SET issuer = 'https://acme.okta.example', metadata = '{metadata}'")).await;
    let ada = okta.post("/Users", json!({ "userName": "ada", "externalId": "1" })).await.expect(201).id();
    let team = okta.group("Team", &[]).await;
    map(app, &Actor::CommandLine, &acme, &GroupId::parse(&team).unwrap()).await.unwrap();
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ada }] }]);
    okta.patch(&format!("/Groups/{team}"), add).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM identities WHERE pinned_at IS NOT NULL").await, 1, "as at a promotion");
    let change = json!([{ "op": "replace", "path": "externalId", "value": "2" }]);
    okta.patch(&format!("/Users/{ada}"), change.clone()).await.expect(200);
    assert_eq!(text(app, "SELECT subject || ' ' || pending_subject FROM identities").await, "1 2", "it waits");
    // Also where a link was not pinned when the group was mapped to a level.
    app.execute("UPDATE identities SET pinned_at = NULL, pending_subject = NULL").await;
    okta.patch(&format!("/Users/{ada}"), json!([{ "op": "replace", "path": "externalId", "value": "3" }]))
        .await
        .expect(200);
    assert_eq!(text(app, "SELECT subject || ' ' || pending_subject FROM identities").await, "1 3");
}

async fn sessions_of_an_admin_by_a_group_last_as_long_as_admins_do(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let team = group(app, &acme, "Team").await;
    map(app, &Actor::CommandLine, &acme, &team).await.unwrap();
    let olive = UserId::parse(&text(app, "SELECT id FROM users").await).unwrap();
    join(app, &team, "user", olive.as_str()).await;
    app.execute("UPDATE users SET level = 'member'").await;
    // Members may be idle for eight hours, admins for one.
    app.clock.advance(time::Duration::minutes(61));
    assert!(browser.get("/o/acme/users").await.location().starts_with("/sign-in"));
}

on_both!(
    a_mapping_is_made_widened_and_released_by_owners_only,
    whoever_is_in_a_mapped_group_is_an_admin_as_long_as_they_are,
    the_higher_of_own_and_mapped_level_holds,
    no_identity_provider_makes_an_owner,
    the_page_says_first_who_becomes_an_admin,
    losing_the_group_loses_the_level_at_the_next_request,
    an_admin_by_a_group_maps_nothing,
    whoever_is_an_admin_by_a_group_is_not_written_onto_by_scim,
    sessions_of_an_admin_by_a_group_last_as_long_as_admins_do,
);
