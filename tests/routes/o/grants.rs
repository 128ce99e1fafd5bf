//! `/o/{organization}/users/{user}/grants`: roles given to one person, for good or until a moment.

use muster::access::grants::{self, Terms};
use muster::access::roles::{self, RoleForm};
use muster::actor::{Actor, Level};
use muster::directory::users::suspend;
use muster::error::{Error, Result};
use muster::id::{GrantId, OrganizationId, RoleId, UserId};
use muster::time::Timestamp;
use serde_json::json;
use time::Duration;

use super::pages::{assert_says, olive};
use super::{acting, group, join, local};
use crate::support::{TestApp, on_both};

pub async fn role(app: &TestApp, acme: &OrganizationId, name: &str) -> RoleId {
    let mut tx = app.db.write().await.unwrap();
    let form = RoleForm { name: name.into(), ..RoleForm::default() };
    let id = roles::create(&mut tx, &Actor::CommandLine, acme, &form).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Gives the role for so long; for good without.
async fn give(
    app: &TestApp,
    actor: &Actor,
    acme: &OrganizationId,
    user: &UserId,
    role: &RoleId,
    lasting: Option<Duration>,
) -> Result<GrantId> {
    let mut tx = app.db.write().await.unwrap();
    let terms = Terms { expires_at: lasting.map(|by| tx.now().plus(by)), reason: Some("On call".into()) };
    let grant = grants::give(&mut tx, actor, acme, user, role, &terms).await?;
    tx.commit().await?;
    Ok(grant.id)
}

pub async fn held(app: &TestApp, user: &UserId) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    roles::effective(&mut tx, user).await.unwrap().into_iter().map(|held| held.role.name).collect()
}

async fn a_role_is_given_until_a_moment_and_ends_to_the_second_without_a_job(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let editor = role(app, &acme, "Editor").await;
    give(app, &Actor::CommandLine, &acme, &mia, &editor, Some(Duration::hours(8))).await.unwrap();
    assert_eq!(held(app, &mia).await, ["Editor"]);
    app.clock.advance(Duration::hours(8) - Duration::seconds(1));
    assert_eq!(held(app, &mia).await, ["Editor"], "until the last second");
    app.clock.advance(Duration::seconds(1));
    assert_eq!(held(app, &mia).await, [] as [&str; 0], "and not in the next");
    assert_eq!(app.count("SELECT COUNT(*) FROM grants").await, 1, "no job has run");
    let mut tx = app.db.read().await.unwrap();
    assert!(roles::counts(&mut tx, std::slice::from_ref(&mia)).await.unwrap().is_empty());
    assert!(roles::snapshot(&mut tx, std::slice::from_ref(&mia)).await.unwrap().is_empty());
    assert_eq!(roles::holders(&mut tx, &editor, 1).await.unwrap().active, 0);
}

async fn the_job_records_each_end_once_and_removes_the_row(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let team = group(app, &acme, "Team").await;
    let (editor, viewer) = (role(app, &acme, "Editor").await, role(app, &acme, "Viewer").await);
    let grant = give(app, &Actor::CommandLine, &acme, &mia, &editor, Some(Duration::hours(1))).await.unwrap();
    give(app, &Actor::CommandLine, &acme, &mia, &viewer, None).await.unwrap();
    let mut tx = app.db.write().await.unwrap();
    let until = tx.now().plus(Duration::hours(2));
    roles::attach_until(&mut tx, &Actor::CommandLine, &acme, &viewer, &team, Some(&until)).await.unwrap();
    tx.commit().await.unwrap();
    let seen = app.events().await.len();
    assert_eq!(grants::sweep(&app.db).await.unwrap(), 0, "nothing has ended yet");
    app.clock.advance(Duration::hours(2));
    assert_eq!(grants::sweep(&app.db).await.unwrap(), 2, "the person's and the group's");
    assert_eq!(grants::sweep(&app.db).await.unwrap(), 0, "once");
    assert_eq!(app.kinds_since(seen).await, ["role.expired", "role.expired"]);
    let event = app.events().await.remove(seen);
    let before = event.before.unwrap();
    assert_eq!((before["grant_id"].as_str(), before["origin"].as_str()), (Some(grant.as_str()), Some("direct")));
    assert_eq!(before["role"], json!({ "id": editor, "key": "editor", "name": "Editor" }));
    assert_eq!((&before["expires_at"], &before["reason"]), (&json!("2026-11-22T13:00:00.000Z"), &json!("On call")));
    assert_eq!((event.subject_id.as_str(), event.after), (mia.as_str(), None));
    assert_eq!(app.count("SELECT COUNT(*) FROM events WHERE kind = 'role.expired' AND actor_kind = 'system'").await, 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM grants").await, 1, "what has no end stays");
}

async fn what_has_ended_unswept_is_in_nobodys_way(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let team = group(app, &acme, "Team").await;
    let editor = role(app, &acme, "Editor").await;
    give(app, &Actor::CommandLine, &acme, &mia, &editor, Some(Duration::hours(1))).await.unwrap();
    let again = give(app, &Actor::CommandLine, &acme, &mia, &editor, None).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "it lasts still");
    let attach = async |until: Option<Timestamp>| {
        let mut tx = app.db.write().await.unwrap();
        roles::attach_until(&mut tx, &Actor::CommandLine, &acme, &editor, &team, until.as_ref()).await.unwrap();
        tx.commit().await.unwrap();
    };
    attach(Some(app.clock.now().plus(Duration::hours(1)))).await;
    app.clock.advance(Duration::hours(1));
    give(app, &Actor::CommandLine, &acme, &mia, &editor, None).await.unwrap();
    attach(None).await;
    assert_eq!(held(app, &mia).await, ["Editor"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM events WHERE kind = 'role.expired'").await, 2);
}

async fn a_groups_role_can_have_an_end(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let team = group(app, &acme, "Team").await;
    join(app, &team, "user", mia.as_str()).await;
    let editor = role(app, &acme, "Editor").await;
    let at = format!("/o/acme/roles/{editor}");
    let fields = [("group_id", team.as_str()), ("until", "2026-11-22T11:00")];
    let page = browser.post(&format!("{at}/groups"), &fields).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "This moment has passed.");
    assert!(page.body.contains("2026-11-22T11:00"), "what was typed is kept");
    let fields = [("group_id", team.as_str()), ("until", "2026-11-22T18:00")];
    assert_eq!(browser.post(&format!("{at}/groups"), &fields).await.status, 303);
    assert_eq!(held(app, &mia).await, ["Editor"]);
    assert_says(&browser.get(&at).await, "Team , ends in 6 h");
    app.clock.advance(Duration::hours(6));
    assert_eq!(held(app, &mia).await, [] as [&str; 0]);
}

async fn a_grant_is_extended_and_ended(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let editor = role(app, &acme, "Editor").await;
    let actor = Actor::CommandLine;
    let id = give(app, &actor, &acme, &mia, &editor, Some(Duration::hours(8))).await.unwrap();
    let extend = async |lasting: Option<Duration>| {
        let mut tx = app.db.write().await.unwrap();
        let terms = Terms { expires_at: lasting.map(|by| tx.now().plus(by)), reason: None };
        let extended = grants::extend(&mut tx, &actor, &acme, &id, &terms).await?;
        tx.commit().await?;
        Ok::<_, Error>(extended)
    };
    let earlier = extend(Some(Duration::hours(1))).await;
    assert!(matches!(&earlier, Err(Error::Invalid(problems)) if problems.of("lasts").is_some()), "{earlier:?}");
    extend(Some(Duration::days(1))).await.unwrap();
    let event = app.events().await.pop().unwrap();
    assert_eq!(event.kind, "role.extended");
    assert_eq!(event.before.unwrap()["expires_at"], "2026-11-22T20:00:00.000Z");
    assert_eq!(event.after.unwrap()["expires_at"], "2026-11-23T12:00:00.000Z");
    app.clock.advance(Duration::hours(9));
    assert_eq!(held(app, &mia).await, ["Editor"]);
    let mut tx = app.db.write().await.unwrap();
    grants::end(&mut tx, &actor, &acme, &id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(held(app, &mia).await, [] as [&str; 0]);
    let event = app.events().await.pop().unwrap();
    assert_eq!((event.kind.as_str(), event.after), ("role.revoked", None));
    assert!(matches!(extend(None).await, Err(Error::NotFound(_))));
    // What has ended by itself is not brought back by an extension.
    let id = give(app, &actor, &acme, &mia, &editor, Some(Duration::hours(1))).await.unwrap();
    app.clock.advance(Duration::hours(1));
    let mut tx = app.db.write().await.unwrap();
    let late = grants::extend(&mut tx, &actor, &acme, &id, &Terms::default()).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    let late = grants::end(&mut tx, &actor, &acme, &id).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
}

async fn whoever_may_not_sign_in_is_given_a_role_and_does_not_hold_it(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let editor = role(app, &acme, "Editor").await;
    let mut tx = app.db.write().await.unwrap();
    suspend(&mut tx, &Actor::CommandLine, &acme, &mia, "").await.unwrap();
    tx.commit().await.unwrap();
    give(app, &Actor::CommandLine, &acme, &mia, &editor, None).await.unwrap();
    assert_eq!(held(app, &mia).await, [] as [&str; 0]);
    app.execute("UPDATE users SET suspended_at = NULL, suspended_by = NULL").await;
    assert_eq!(held(app, &mia).await, ["Editor"], "coming back restores");
}

async fn admins_give_roles_also_to_themselves_and_strangers_are_not_found(app: &TestApp) {
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let adam = local(app, &acme, "Adam", Level::Admin).await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let stranger = local(app, &other, "Stranger", Level::Member).await;
    let (editor, foreign) = (role(app, &acme, "Editor").await, role(app, &other, "Editor").await);
    let (admin, member) = (acting(app, &acme, &adam).await, acting(app, &acme, &mia).await);
    assert!(matches!(give(app, &member, &acme, &mia, &editor, None).await, Err(Error::Forbidden(_))));
    assert!(matches!(give(app, &admin, &acme, &stranger, &editor, None).await, Err(Error::NotFound("user"))));
    assert!(matches!(give(app, &admin, &acme, &mia, &foreign, None).await, Err(Error::NotFound("role"))));
    assert!(matches!(give(app, &admin, &other, &stranger, &foreign, None).await, Err(Error::NotFound(_))));
    give(app, &admin, &acme, &adam, &editor, None).await.unwrap();
    let by = "SELECT COUNT(*) FROM events WHERE kind = 'role.granted' AND actor_name = 'Adam'";
    assert_eq!(app.count(by).await, 1, "the event says who it was");
}

async fn giving_extending_and_ending_by_forms(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let editor = role(app, &acme, "Editor").await;
    let person = format!("/o/acme/users/{mia}");
    let at = format!("{person}/grants");
    assert_says(&browser.get(&at).await, "Give Mia a role");
    let long = "x".repeat(501);
    let typed = [("role_id", editor.as_str()), ("lasts", "until"), ("until", "2026-11-22T11:59"), ("why", &long)];
    let page = browser.post(&at, &typed).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "This moment has passed.");
    assert_says(&page, "At most 500 characters.");
    assert!(page.body.contains("2026-11-22T11:59") && page.body.contains(&long), "what was typed is kept");
    let typed =
        [("role_id", editor.as_str()), ("lasts", "until"), ("until", "2026-11-22T20:00"), ("why", "Weekend shift")];
    let page = browser.post(&at, &typed).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, person.clone()));
    let page = browser.get(&person).await;
    assert_says(&page, "Mia was given the role Editor, until 2026-11-22 20:00 UTC.");
    assert_says(&page, "given directly , ends in 8 h");
    assert_says(&page, "Weekend shift");
    assert_says(&browser.get(&format!("/o/acme/roles/{editor}")).await, "Weekend shift Olive Owner");
    let grant = page.body.split("/grants/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_string();
    let one = format!("{at}/{grant}");
    let page = browser.get(&one).await;
    assert_says(&page, "Editor for Mia");
    assert_says(&page, "Mia loses the role Editor at once.");
    let page = browser.post(&format!("{one}/extend"), &[("lasts", "hour")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "It lasts longer than that already.");
    let page = browser.post(&format!("{one}/extend"), &[("lasts", "day")]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, person.clone()));
    assert_says(&browser.get(&person).await, "Mia has the role Editor, until 2026-11-23 12:00 UTC.");
    let page = browser.post(&format!("{one}/end"), &[]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, person.clone()));
    assert_says(&browser.get(&person).await, "The grant of Editor to Mia is ended.");
    assert_eq!(browser.get(&one).await.status, 404);
    assert_eq!(browser.post(&format!("{one}/end"), &[]).await.status, 404);
    assert_says(
        &browser.get("/o/acme/activity").await,
        "Olive Owner gave Mia the role Editor until 2026-11-22 20:00 UTC",
    );
}

async fn what_ends_within_a_day_is_on_the_overview(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let (editor, viewer) = (role(app, &acme, "Editor").await, role(app, &acme, "Viewer").await);
    give(app, &Actor::CommandLine, &acme, &mia, &viewer, Some(Duration::minutes(24 * 60 + 30))).await.unwrap();
    assert!(!browser.get("/o/acme").await.body.contains("Expiring soon"));
    give(app, &Actor::CommandLine, &acme, &mia, &editor, Some(Duration::hours(3))).await.unwrap();
    let page = browser.get("/o/acme").await;
    assert_says(&page, "Expiring soon");
    assert_says(&page, "Mia : Editor , ends in 3 h");
    assert!(!page.body.contains("Viewer"), "a day and half an hour is not soon");
    app.clock.advance(Duration::minutes(59));
    assert_says(&browser.get("/o/acme").await, "Mia : Viewer , ends in 23 h");
}

async fn each_grant_is_shown_with_its_origin(app: &TestApp) {
    let okta = app.directory("okta").await;
    let acme = okta.organization.clone();
    let (_, mut browser) = olive(app, &acme, "organization-of-okta").await;
    let editor = role(app, &acme, "Editor").await;
    app.execute("UPDATE roles SET idp_assignable = TRUE").await;
    let roles = json!([{ "value": "Editor" }]);
    let mia = okta.post("/Users", json!({ "userName": "mia", "roles": roles })).await.expect(201).id();
    let team = okta.group("Team", &[&mia]).await;
    let mia = UserId::parse(&mia).unwrap();
    let base = "/o/organization-of-okta";
    browser.post(&format!("{base}/roles/{editor}/groups"), &[("group_id", &team)]).await;
    give(app, &Actor::CommandLine, &acme, &mia, &editor, Some(Duration::hours(3))).await.unwrap();
    let page = browser.get(&format!("{base}/users/{mia}")).await;
    for why in ["given directly , ends in 3 h", "sent by the identity provider", "through Team"] {
        assert_says(&page, why);
    }
    let origins = "SELECT COUNT(*) FROM grants WHERE origin = 'direct' OR origin = 'group' OR origin LIKE 'scim:%'";
    assert_eq!(app.count(origins).await, 3);
}

on_both!(
    a_role_is_given_until_a_moment_and_ends_to_the_second_without_a_job,
    the_job_records_each_end_once_and_removes_the_row,
    what_has_ended_unswept_is_in_nobodys_way,
    a_groups_role_can_have_an_end,
    a_grant_is_extended_and_ended,
    whoever_may_not_sign_in_is_given_a_role_and_does_not_hold_it,
    admins_give_roles_also_to_themselves_and_strangers_are_not_found,
    giving_extending_and_ending_by_forms,
    what_ends_within_a_day_is_on_the_overview,
    each_grant_is_shown_with_its_origin,
);
