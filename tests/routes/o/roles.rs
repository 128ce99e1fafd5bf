//! `/o/{organization}/roles`: making, changing and attaching roles, and who holds them.

use muster::access::roles::{self, RoleForm, Way};
use muster::actor::{Actor, Level};
use muster::error::{Error, Result};
use muster::id::{GrantId, GroupId, OrganizationId, RoleId, UserId};

use super::{acting, group, join, local};
use crate::support::{TestApp, on_both};

const ACTOR: Actor = Actor::CommandLine;

fn named(name: &str) -> RoleForm {
    RoleForm { name: name.into(), ..RoleForm::default() }
}

async fn create(app: &TestApp, acme: &OrganizationId, name: &str) -> Result<RoleId> {
    let mut tx = app.db.write().await.unwrap();
    let id = roles::create(&mut tx, &ACTOR, acme, &named(name)).await?;
    tx.commit().await?;
    Ok(id)
}

async fn attach(app: &TestApp, acme: &OrganizationId, role: &RoleId, group: &GroupId) -> Result<()> {
    let mut tx = app.db.write().await.unwrap();
    roles::attach_to_group(&mut tx, &ACTOR, acme, role, group).await?;
    tx.commit().await
}

/// A grant to the person, as an access request makes one.
async fn grant(app: &TestApp, acme: &OrganizationId, role: &RoleId, user: &UserId, expires_at: &str) {
    app.execute(&format!(
        "INSERT INTO grants (id, organization_id, role_id, user_id, origin, expires_at, granted_by, created_at) \
         VALUES ('{}', '{acme}', '{role}', '{user}', 'direct', {expires_at}, 'test', '2026-11-22T12:00:00.000Z')",
        GrantId::new()
    ))
    .await;
}

/// "Editor: direct; Editor: Team > Division", as the reasons come.
async fn held(app: &TestApp, user: &UserId) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    let mut told = Vec::new();
    for held in roles::effective(&mut tx, user).await.unwrap() {
        for why in &held.via {
            let way = match &why.way {
                Way::Direct => "direct".to_string(),
                Way::Directory => "directory".to_string(),
                Way::Groups(path) => path.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join(" > "),
            };
            told.push(format!("{}: {way}", held.role.name));
        }
    }
    told
}

async fn keys_are_slugs_that_stay(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let first = create(app, &acme, "Editor!").await.unwrap();
    let second = create(app, &acme, "Editor?").await.unwrap();
    let refused = create(app, &acme, "EDITOR!").await;
    assert!(matches!(&refused, Err(Error::Invalid(problems)) if problems.of("name").is_some()), "{refused:?}");
    let both = RoleForm { permissions: "not one".into(), ..named("editor!") };
    let mut tx = app.db.write().await.unwrap();
    let Err(Error::Invalid(problems)) = roles::create(&mut tx, &ACTOR, &acme, &both).await else { panic!("taken") };
    assert!(problems.of("name").is_some() && problems.of("permissions").is_some(), "{problems}");
    drop(tx);
    let mut tx = app.db.write().await.unwrap();
    let author = RoleForm { description: "Writes.".into(), permissions: "posts:write".into(), ..named("Author") };
    roles::change(&mut tx, &ACTOR, &acme, &first, &author).await.unwrap();
    roles::change(&mut tx, &ACTOR, &acme, &first, &author).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = app.db.read().await.unwrap();
    let role = roles::find(&mut tx, &acme, &first).await.unwrap().unwrap();
    assert_eq!((role.name.as_str(), role.key.as_str()), ("Author", "editor"));
    assert_eq!(role.permissions, ["posts:write"]);
    assert_eq!(roles::find(&mut tx, &acme, &second).await.unwrap().unwrap().key, "editor-2");
    assert_eq!(app.kinds_since(0).await, ["role.created", "role.created", "role.updated"]);
    // Another organization's names are its own.
    let other = app.organization("Other").await;
    create(app, &other, "Author").await.unwrap();
}

async fn a_role_reaches_through_groups_within_groups(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (mia, ned) = (local(app, &acme, "Mia", Level::Member).await, local(app, &acme, "Ned", Level::Member).await);
    let (team, division) = (group(app, &acme, "Team").await, group(app, &acme, "Division").await);
    join(app, &team, "user", mia.as_str()).await;
    join(app, &division, "group", team.as_str()).await;
    // A circle, which SCIM refuses, must not hang the question.
    join(app, &team, "group", division.as_str()).await;
    let editor = create(app, &acme, "Editor").await.unwrap();
    attach(app, &acme, &editor, &division).await.unwrap();
    grant(app, &acme, &editor, &mia, "NULL").await;
    assert_eq!(held(app, &mia).await, ["Editor: direct", "Editor: Team > Division"]);
    assert_eq!(held(app, &ned).await, [] as [&str; 0]);
    let mut tx = app.db.read().await.unwrap();
    let counts = roles::counts(&mut tx, &[mia.clone(), ned.clone()]).await.unwrap();
    assert_eq!((counts.get(&mia), counts.get(&ned)), (Some(&1), None));
}

async fn grants_end_by_themselves(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let editor = create(app, &acme, "Editor").await.unwrap();
    grant(app, &acme, &editor, &mia, "'2026-11-22T13:00:00.000Z'").await;
    assert_eq!(held(app, &mia).await, ["Editor: direct"]);
    app.clock.advance(time::Duration::minutes(61));
    assert_eq!(held(app, &mia).await, [] as [&str; 0]);
}

async fn whoever_may_not_sign_in_holds_nothing_and_keeps_the_reasons(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (mia, ned) = (local(app, &acme, "Mia", Level::Member).await, local(app, &acme, "Ned", Level::Member).await);
    let team = group(app, &acme, "Team").await;
    join(app, &team, "user", mia.as_str()).await;
    join(app, &team, "user", ned.as_str()).await;
    let editor = create(app, &acme, "Editor").await.unwrap();
    attach(app, &acme, &editor, &team).await.unwrap();
    app.execute(&format!("UPDATE users SET idp_active = FALSE WHERE id = '{mia}'")).await;
    assert_eq!(held(app, &mia).await, [] as [&str; 0]);
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(roles::kept(&mut tx, &mia).await.unwrap().len(), 1);
    let holders = roles::holders(&mut tx, &editor, 1).await.unwrap();
    let names: Vec<_> = holders.people.iter().map(|holder| holder.name.as_str()).collect();
    assert_eq!((names, holders.active, holders.inactive), (vec!["Ned"], 1, 1));
    assert_eq!(holders.people[0].via.len(), 1);
    drop(tx);
    app.execute(&format!("UPDATE users SET idp_active = TRUE WHERE id = '{mia}'")).await;
    assert_eq!(held(app, &mia).await, ["Editor: Team"], "coming back restores");
}

async fn the_consequence_of_detaching_counts_other_reasons(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (mia, ned) = (local(app, &acme, "Mia", Level::Member).await, local(app, &acme, "Ned", Level::Member).await);
    let team = group(app, &acme, "Team").await;
    join(app, &team, "user", mia.as_str()).await;
    join(app, &team, "user", ned.as_str()).await;
    let editor = create(app, &acme, "Editor").await.unwrap();
    attach(app, &acme, &editor, &team).await.unwrap();
    grant(app, &acme, &editor, &mia, "NULL").await;
    let mut tx = app.db.read().await.unwrap();
    let attached = roles::groups_of_role(&mut tx, &editor).await.unwrap();
    let reach = roles::with_reach(&mut tx, attached).await.unwrap()[0].reach;
    assert_eq!((reach.people, reach.only_here), (2, 1));
    drop(tx);
    let again = attach(app, &acme, &editor, &team).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let mut tx = app.db.write().await.unwrap();
    roles::detach_from_group(&mut tx, &ACTOR, &acme, &editor, &team).await.unwrap();
    let gone = roles::detach_from_group(&mut tx, &ACTOR, &acme, &editor, &team).await;
    assert!(matches!(gone, Err(Error::Conflict(_))));
    tx.commit().await.unwrap();
    assert_eq!(held(app, &mia).await, ["Editor: direct"]);
    assert_eq!(held(app, &ned).await, [] as [&str; 0]);
    assert_eq!(app.kinds_since(1).await, ["group.role_attached", "group.role_detached"]);
}

async fn deleting_takes_the_grants_along(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let team = group(app, &acme, "Team").await;
    join(app, &team, "user", mia.as_str()).await;
    let editor = create(app, &acme, "Editor").await.unwrap();
    attach(app, &acme, &editor, &team).await.unwrap();
    let mut tx = app.db.write().await.unwrap();
    roles::delete(&mut tx, &ACTOR, &acme, &editor).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM grants").await, 0);
    let before = app.events().await.pop().unwrap().before.unwrap();
    assert_eq!((&before["people"], &before["groups"][0]), (&1.into(), &"Team".into()));
}

async fn other_organizations_are_not_found(app: &TestApp) {
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let adam = local(app, &acme, "Adam", Level::Admin).await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let (editor, foreign) = (create(app, &acme, "Editor").await.unwrap(), create(app, &other, "Editor").await.unwrap());
    let (team, far) = (group(app, &acme, "Team").await, group(app, &other, "Far").await);
    assert!(matches!(attach(app, &acme, &foreign, &team).await, Err(Error::NotFound("role"))));
    assert!(matches!(attach(app, &acme, &editor, &far).await, Err(Error::NotFound("group"))));
    let (admin, member) = (acting(app, &acme, &adam).await, acting(app, &acme, &mia).await);
    let mut tx = app.db.write().await.unwrap();
    assert!(matches!(roles::create(&mut tx, &member, &acme, &named("X")).await, Err(Error::Forbidden(_))));
    assert!(matches!(roles::create(&mut tx, &admin, &other, &named("X")).await, Err(Error::NotFound(_))));
    assert!(matches!(roles::delete(&mut tx, &admin, &acme, &foreign).await, Err(Error::NotFound("role"))));
}

on_both!(
    keys_are_slugs_that_stay,
    a_role_reaches_through_groups_within_groups,
    grants_end_by_themselves,
    whoever_may_not_sign_in_holds_nothing_and_keeps_the_reasons,
    the_consequence_of_detaching_counts_other_reasons,
    deleting_takes_the_grants_along,
    other_organizations_are_not_found,
);
