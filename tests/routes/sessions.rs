//! How long sessions last, where they are listed, and what ends them.

use std::sync::Arc;

use muster::actor::{Actor, Level};
use muster::db::sql;
use muster::directory::users;
use muster::error::Error;
use muster::id::{OrganizationId, UserId};
use muster::sessions::{self, Device, How, Store, password};
use muster::sso::Provider;
use secrecy::SecretString;
use serde_json::json;
use time::Duration;
use tower_sessions::Session;

use super::o::local;
use crate::support::browser::{Browser, Page};
use crate::support::sign_in::{connect, enrol};
use crate::support::{TestApp, on_both};

const PASSWORD: &str = "correct horse battery staple";
const COOKIE: &str = "__Host-muster";

/// Somebody of the organization with a password.
pub async fn person(app: &TestApp, acme: &OrganizationId, name: &str, level: Level) -> UserId {
    let id = local(app, acme, name, level).await;
    let hash = password::hash(SecretString::from(PASSWORD)).await.unwrap();
    let mut tx = app.db.write().await.unwrap();
    password::store(&mut tx, &id, &hash).await.unwrap();
    tx.commit().await.unwrap();
    if level > Level::Member {
        enrol(app, acme, &id).await;
    }
    id
}

/// A browser in which they are signed in.
pub async fn browser<'a>(app: &'a TestApp, name: &str) -> Browser<'a> {
    let mut browser = Browser::new(app);
    let email = format!("{}@example.com", name.to_lowercase());
    let page = browser.sign_in("acme", &email, PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.body);
    browser
}

/// Opens a page; where that is allowed, waits until "last seen" is written, which happens beside the request.
async fn visit(app: &TestApp, browser: &mut Browser<'_>) -> u16 {
    let status = browser.get("/me").await.status.as_u16();
    if status == 200 {
        let seen = format!("SELECT COUNT(*) FROM sessions WHERE last_seen_at = '{}'", app.clock.now());
        for _ in 0..200 {
            if app.count(&seen).await > 0 {
                return status;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the session was not marked as seen");
    }
    status
}

/// Where the browser ends up from here, and what it shows.
async fn land(browser: &mut Browser<'_>, path: &str) -> (String, Page) {
    let mut at = path.to_string();
    for _ in 0..5 {
        let page = browser.get(&at).await;
        if !page.status.is_redirection() {
            return (at, page);
        }
        at = page.location();
    }
    panic!("redirected in circles from {path}");
}

/// The name of the person's newest session.
async fn session_of(app: &TestApp, user: &UserId) -> String {
    let mut tx = app.db.read().await.unwrap();
    let row = sql("SELECT id FROM sessions WHERE user_id = $1 ORDER BY id DESC LIMIT 1").bind(user);
    row.one::<(String,)>(&mut tx).await.unwrap().0
}

async fn members_stay_for_8_idle_hours_and_24_in_all(app: &TestApp) {
    let acme = app.organization("Acme").await;
    person(app, &acme, "Mia", Level::Member).await;
    let mut idle = browser(app, "Mia").await;
    let mut busy = browser(app, "Mia").await;
    for _ in 0..3 {
        app.clock.advance(Duration::minutes(7 * 60 + 50));
        assert_eq!(visit(app, &mut busy).await, 200);
    }
    assert_eq!(visit(app, &mut idle).await, 303, "nobody used it for a day");
    app.clock.advance(Duration::minutes(31));
    assert_eq!(visit(app, &mut busy).await, 303, "24 hours are over, however busy it was");

    let mut idle = browser(app, "Mia").await;
    app.clock.advance(Duration::minutes(8 * 60));
    assert_eq!(visit(app, &mut idle).await, 303);
}

async fn admins_and_owners_stay_for_1_idle_hour_and_12_in_all(app: &TestApp) {
    let acme = app.organization("Acme").await;
    person(app, &acme, "Adam", Level::Admin).await;
    person(app, &acme, "Olive", Level::Owner).await;
    for name in ["Adam", "Olive"] {
        let mut idle = browser(app, name).await;
        app.clock.advance(Duration::minutes(60));
        assert_eq!(visit(app, &mut idle).await, 303);
        let mut busy = browser(app, name).await;
        for _ in 0..14 {
            app.clock.advance(Duration::minutes(50));
            assert_eq!(visit(app, &mut busy).await, 200);
        }
        app.clock.advance(Duration::minutes(21));
        assert_eq!(visit(app, &mut busy).await, 303);
    }
}

async fn an_owner_sets_other_lifetimes_and_they_hold_at_once(app: &TestApp) {
    let acme = app.organization("Acme").await;
    person(app, &acme, "Olive", Level::Owner).await;
    person(app, &acme, "Mia", Level::Member).await;
    let mut mia = browser(app, "Mia").await;
    app.clock.advance(Duration::minutes(40));
    let mut olive = browser(app, "Olive").await;
    let path = "/o/acme/settings/sessions";
    let page = olive.get(path).await;
    for shown in ["480", "24", "60", "12"] {
        assert!(page.body.contains(&format!("value=\"{shown}\"")), "{shown}: {}", page.body);
    }
    let seen = app.events().await.len();
    let form = [
        ("member_idle_minutes", "30"),
        ("member_absolute_hours", "10"),
        ("admin_idle_minutes", "15"),
        ("admin_absolute_hours", "8"),
    ];
    assert_eq!(olive.post(path, &form).await.location(), path);
    olive.post(path, &form).await;
    let events = app.events().await.split_off(seen);
    assert_eq!(events.len(), 1, "the same again is no event");
    assert_eq!(events[0].kind, "organization.session_lifetimes_changed");
    assert_eq!(events[0].before.as_ref().unwrap()["members"], json!({ "idle_minutes": 480, "absolute_minutes": 1440 }));
    assert_eq!(events[0].after.as_ref().unwrap()["admins"], json!({ "idle_minutes": 15, "absolute_minutes": 480 }));
    assert_eq!(mia.get("/me").await.status, 303, "idle for 40 minutes, and 30 are allowed now");
    app.clock.advance(Duration::minutes(15));
    assert_eq!(olive.get("/me").await.status, 303);
}

async fn lifetimes_have_bounds_and_are_for_owners(app: &TestApp) {
    let acme = app.organization("Acme").await;
    person(app, &acme, "Olive", Level::Owner).await;
    person(app, &acme, "Adam", Level::Admin).await;
    let mut olive = browser(app, "Olive").await;
    let path = "/o/acme/settings/sessions";
    let form = |values: [&'static str; 4]| {
        let names = ["member_idle_minutes", "member_absolute_hours", "admin_idle_minutes", "admin_absolute_hours"];
        names.into_iter().zip(values).collect::<Vec<_>>()
    };
    for (values, said) in [
        (["4", "24", "60", "12"], "minutes from 5 to 10080"),
        (["480", "721", "60", "12"], "hours from 1 to 720"),
        (["480", "24", "481", "12"], "minutes from 5 to 480"),
        (["480", "24", "60", "25"], "hours from 1 to 24"),
        (["480", "24", "an hour", "12"], "minutes from 5 to 480"),
        (["480", "2", "60", "12"], "longer than a session lasts in all"),
    ] {
        let page = olive.post(path, &form(values)).await;
        assert_eq!(page.status, 422);
        assert!(page.body.contains(said), "{said}: {}", page.body);
        assert!(page.body.contains(&format!("value=\"{}\"", values[2])), "what was typed stays");
    }
    let mut adam = browser(app, "Adam").await;
    assert!(adam.get(path).await.body.contains("Only owners change"));
    let page = adam.post(path, &form(["30", "24", "60", "12"])).await;
    assert_eq!(page.status, 403);
    assert_eq!(app.count("SELECT COUNT(*) FROM organizations WHERE member_idle_minutes = 480").await, 1);
}

async fn a_change_of_level_ends_the_sessions_and_the_next_has_another_id(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = person(app, &acme, "Mia", Level::Member).await;
    let mut window = browser(app, "Mia").await;
    let before = window.cookies[COOKIE].clone();
    let mut tx = app.db.write().await.unwrap();
    users::change_level(&mut tx, &Actor::CommandLine, &acme, &mia, Level::Admin).await.unwrap();
    tx.commit().await.unwrap();
    let after = app.events().await.into_iter().find(|event| event.kind == "user.level_changed").unwrap().after.unwrap();
    assert_eq!(after["sessions_ended"], 1);
    let (at, page) = land(&mut window, "/me").await;
    assert_eq!(at, "/sign-in/acme?return_to=%2Fme");
    assert!(page.body.contains("You were signed out"), "{}", page.body);
    let mut window = browser(app, "Mia").await;
    assert_ne!(window.cookies[COOKIE], before);
    // The limits are those of the present level.
    app.clock.advance(Duration::minutes(61));
    assert_eq!(visit(app, &mut window).await, 303);
}

async fn what_has_ended_by_itself_is_removed(app: &TestApp) {
    let acme = app.organization("Acme").await;
    person(app, &acme, "Mia", Level::Member).await;
    person(app, &acme, "Adam", Level::Admin).await;
    browser(app, "Mia").await;
    browser(app, "Adam").await;
    app.clock.advance(Duration::minutes(61));
    sessions::clean(&app.db).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1, "the admin's is over, the member's is not");
    app.clock.advance(Duration::hours(8));
    sessions::clean(&app.db).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
}

async fn a_person_sees_their_sessions_and_ends_one_or_all_others(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = person(app, &acme, "Mia", Level::Member).await;
    person(app, &acme, "Max", Level::Member).await;
    let mut max = browser(app, "Max").await;
    let mut here = browser(app, "Mia").await;
    let mut there = browser(app, "Mia").await;
    let other = session_of(app, &mia).await;
    browser(app, "Mia").await;
    let page = here.get("/me").await;
    assert_eq!(page.body.matches("Firefox on Linux").count(), 3);
    assert_eq!(page.body.matches("This browser").count(), 1);
    assert!(page.body.contains("192.0.2.1") && page.body.contains("Password"), "{}", page.body);
    let mut tx = app.db.read().await.unwrap();
    for (hash,) in sql("SELECT id_hash FROM sessions").all::<(String,)>(&mut tx).await.unwrap() {
        assert!(!page.body.contains(&hash), "neither the id nor its hash is shown");
    }
    drop(tx);
    assert!(!page.body.contains(&here.cookies[COOKIE]));

    let end = format!("/me/sessions/{other}/end");
    assert_eq!(max.post(&end, &[]).await.status, 404, "somebody else's");
    assert_eq!(there.get("/me").await.status, 200);
    assert_eq!(here.post(&end, &[]).await.location(), "/me");
    assert_eq!(there.get("/me").await.status, 303);
    assert_eq!(here.post(&end, &[]).await.status, 404, "once is enough");
    let event = app.events().await.pop().unwrap();
    assert_eq!((event.kind.as_str(), event.subject_id.as_str()), ("session.ended", mia.as_str()));
    assert_eq!(event.before.unwrap()["device"], "Firefox on Linux");

    assert_eq!(here.post("/me/sessions/end-others", &[]).await.location(), "/me");
    let people = "SELECT COUNT(*) FROM sessions WHERE user_id IS NOT NULL";
    assert_eq!(app.count(people).await, 2, "this one, and Max's");
    assert!(here.get("/me").await.body.contains("1 session"), "it is said how many");
    assert_eq!(app.events().await.pop().unwrap().kind, "session.all_ended");
}

async fn admins_end_sessions_of_their_own_people_only(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    person(app, &acme, "Adam", Level::Admin).await;
    let mia = person(app, &acme, "Mia", Level::Member).await;
    let olive = person(app, &acme, "Olive", Level::Owner).await;
    let stranger = local(app, &other, "Stranger", Level::Member).await;
    app.session(stranger.as_str()).await;
    let mut mias = browser(app, "Mia").await;
    browser(app, "Mia").await;
    let mut olives = browser(app, "Olive").await;
    let mut adam = browser(app, "Adam").await;
    let users = "/o/acme/users";
    let page = adam.get(&format!("{users}/{mia}")).await;
    assert_eq!(page.body.matches("Firefox on Linux").count(), 2, "{}", page.body);
    assert!(page.body.contains("192.0.2.1"));

    let (mias_one, strangers) = (session_of(app, &mia).await, session_of(app, &stranger).await);
    for (path, status) in [
        (format!("{users}/{stranger}/sessions/{strangers}/end"), 404),
        (format!("{users}/{stranger}/sessions/end-all"), 404),
        (format!("{users}/{mia}/sessions/{strangers}/end"), 404),
        (format!("/o/other/users/{stranger}/sessions/end-all"), 404),
        (format!("{users}/{olive}/sessions/end-all"), 403),
        (format!("{users}/{mia}/sessions/{mias_one}/end"), 303),
        (format!("{users}/{mia}/sessions/end-all"), 303),
    ] {
        assert_eq!(adam.post(&path, &[]).await.status, status, "{path}");
    }
    assert_eq!(mias.post(&format!("{users}/{olive}/sessions/end-all"), &[]).await.status, 303, "signed out");
    assert_eq!(mias.get("/me").await.status, 303);
    assert_eq!(olives.get("/me").await.status, 200);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE user_id IS NOT NULL").await, 3);
    let after = app.events().await.pop().unwrap().after.unwrap();
    assert_eq!((&after["sessions_ended"], &after["cli_tokens_ended"]), (&json!(1), &json!(0)));
}

async fn a_suspension_ends_everything_in_its_own_transaction_and_says_how_long_it_took(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let mia = person(app, &acme, "Mia", Level::Member).await;
    let mut window = browser(app, "Mia").await;
    app.session(mia.as_str()).await;
    let mut tx = app.db.write().await.unwrap();
    users::suspend(&mut tx, &Actor::CommandLine, &acme, &mia, "").await.unwrap();
    drop(tx);
    assert_eq!(window.get("/me").await.status, 200, "undone together");

    let mut tx = app.db.write().await.unwrap();
    app.clock.advance(Duration::milliseconds(7));
    let ended = users::suspend(&mut tx, &Actor::CommandLine, &acme, &mia, "").await.unwrap().ended;
    tx.commit().await.unwrap();
    assert_eq!((ended.sessions, ended.cli_tokens), (2, 0));
    let after = app.events().await.pop().unwrap().after.unwrap();
    assert_eq!((&after["sessions_ended"], &after["took_ms"]), (&json!(2), &json!(7)));
    let (at, page) = land(&mut window, "/me").await;
    assert_eq!(at, "/sign-in/acme?return_to=%2Fme");
    assert!(page.body.contains("was suspended by the command line"), "{}", page.body);
}

async fn turning_a_connection_off_ends_what_came_through_it(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "00u-ada", Level::Member).await;
    person(app, &acme.organization, "Olive", Level::Owner).await;
    acme.idp.person(json!({ "sub": "00u-ada" }));
    let mut ada = Browser::new(app);
    acme.sign_in(&mut ada).await;
    assert!(ada.get("/me").await.body.contains("Acme Okta"));
    let mut olive = browser(app, "Olive").await;
    olive.post(&format!("/o/acme/connections/{}/sign-in/off", acme.connection), &[]).await;
    assert_eq!(ada.get("/me").await.status, 303);
    assert_eq!(olive.get("/me").await.status, 200);
    let after = app.events().await.pop().unwrap().after.unwrap();
    assert_eq!((&after["sign_in"], &after["sessions_ended"]), (&json!("off"), &json!(1)));
    assert!(after["took_ms"].is_i64());
}

async fn another_subject_ends_the_sessions_of_the_former_one(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let ada = acme.push(app, "ada", "first", Level::Member).await;
    acme.idp.person(json!({ "sub": "first" }));
    let mut window = Browser::new(app);
    acme.sign_in(&mut window).await;
    let mut tx = app.db.write().await.unwrap();
    muster::sso::links::follow_external_id(&mut tx, &ada, &acme.connection, Some("second")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(window.get("/me").await.status, 200, "it only waits");
    person(app, &acme.organization, "Olive", Level::Owner).await;
    let mut olive = browser(app, "Olive").await;
    olive.post(&format!("/o/acme/users/{ada}/link"), &[("subject", "second")]).await;
    assert_eq!(window.get("/me").await.status, 303);
    let event = app.events().await.into_iter().find(|event| event.kind == "identity.confirmed").unwrap();
    assert_eq!(event.after.unwrap()["sessions_ended"], 1);
}

async fn a_sign_in_under_way_does_not_finish_after_the_access_is_gone(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let ada = acme.push(app, "ada", "00u-ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "00u-ada" }));
    let mut window = Browser::new(app);
    let back = acme.leave(&mut window).await;
    let mut tx = app.db.write().await.unwrap();
    let still_active = users::find(&mut tx, &acme.organization, &ada).await.unwrap().unwrap();
    users::suspend(&mut tx, &Actor::CommandLine, &acme.organization, &ada, "").await.unwrap();
    tx.commit().await.unwrap();
    let page = window.get(&back).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("sign_in_suspended"), "{}", page.body);

    // The same in the moment between the decision and the session's row.
    let session = Session::new(None, Arc::new(Store::new(app.db.clone())), None);
    let device = Device { address: None, user_agent: None };
    let tx = app.db.write().await.unwrap();
    let refused = sessions::sign_in(&session, tx, &still_active, &How::Password, device).await;
    assert!(matches!(&refused, Err(Error::Forbidden(text)) if text.contains("taken away")), "{refused:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE user_id IS NOT NULL").await, 0);
}

async fn a_deactivation_by_scim_is_seen_at_the_next_click_and_told(app: &TestApp) {
    let okta = app.directory("acme-okta").await;
    let slug = "organization-of-acme-okta";
    let ada = UserId::parse(&okta.user("ada@example.com").await).unwrap();
    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{ada}'")).await;
    let user = users::find(&mut app.db.read().await.unwrap(), &okta.organization, &ada).await.unwrap().unwrap();
    // Signed in beforehand, and the cookie in a browser.
    let session = Session::new(None, Arc::new(Store::new(app.db.clone())), None);
    let device = Device { address: None, user_agent: None };
    let tx = app.db.write().await.unwrap();
    sessions::sign_in(&session, tx, &user, &How::Password, device).await.unwrap();
    let mut window = Browser::new(app);
    window.cookies.insert(COOKIE.into(), session.id().unwrap().to_string());
    assert_eq!(window.get(&format!("/o/{slug}")).await.status, 200);

    let inactive = json!([{ "op": "replace", "path": "active", "value": false }]);
    okta.patch(&format!("/Users/{ada}"), inactive).await.expect(200);
    // An open page asks by itself first: it is told in a word, and keeps its cookie for the page that it loads then.
    let poll = window.poll(&format!("/o/{slug}/users")).await;
    assert_eq!((poll.status.as_u16(), poll.body.as_str()), (401, "signed out\n"));
    let (at, page) = land(&mut window, &format!("/o/{slug}/users")).await;
    assert!(at.starts_with("/sign-in"), "{at}");
    assert!(page.body.contains("was deactivated by the identity provider"), "{}", page.body);
    let (_, page) = land(&mut window, "/me").await;
    assert!(!page.body.contains("was deactivated"), "told once");
}

on_both!(
    members_stay_for_8_idle_hours_and_24_in_all,
    admins_and_owners_stay_for_1_idle_hour_and_12_in_all,
    an_owner_sets_other_lifetimes_and_they_hold_at_once,
    lifetimes_have_bounds_and_are_for_owners,
    a_change_of_level_ends_the_sessions_and_the_next_has_another_id,
    what_has_ended_by_itself_is_removed,
    a_person_sees_their_sessions_and_ends_one_or_all_others,
    admins_end_sessions_of_their_own_people_only,
    a_suspension_ends_everything_in_its_own_transaction_and_says_how_long_it_took,
    turning_a_connection_off_ends_what_came_through_it,
    another_subject_ends_the_sessions_of_the_former_one,
    a_sign_in_under_way_does_not_finish_after_the_access_is_gone,
    a_deactivation_by_scim_is_seen_at_the_next_click_and_told,
);
