//! Local sign-in behind the password: codes, recovery codes, and one's own password at `/me`.

use muster::actor::Level;
use muster::id::{OrganizationId, UserId};
use muster::sessions::{password, recovery};
use secrecy::SecretString;
use time::Duration;

use super::o::local;
use super::o::pages::{PASSWORD, assert_says, olive};
use crate::support::browser::{Browser, Page};
use crate::support::sign_in::{APP, app_secret, code, code_of};
use crate::support::{TestApp, on_both};

const EMAIL: &str = "olive@example.com";
const NEW: &str = "tundra-violin-ketchup-94";

/// Olive's password was typed in this browser.
async fn half_way(app: &TestApp) -> Browser<'_> {
    let mut browser = Browser::new(app);
    let page = browser.post("/sign-in/acme", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/sign-in/acme/code"));
    browser
}

async fn send(browser: &mut Browser<'_>, code: &str) -> Page {
    browser.post("/sign-in/acme/code", &[("code", code)]).await
}

async fn forget_steps(app: &TestApp) {
    app.execute("UPDATE second_factors SET last_step = 0").await;
}

async fn a_password_alone_signs_nobody_in(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    let seen = app.events().await.len();
    let mut browser = half_way(app).await;
    assert_eq!(browser.get("/me").await.status, 303);
    assert_eq!(browser.get("/o/acme").await.location(), "/sign-in?return_to=%2Fo%2Facme");
    assert_eq!(app.kinds_since(seen).await, [] as [&str; 0]);
    assert_says(&browser.get("/sign-in/acme/code").await, "Enter a code");
    // A mark that nobody has been given opens nothing.
    assert_eq!(Browser::new(app).get("/sign-in/acme/code").await.location(), "/sign-in/acme");
    assert_eq!(send(&mut Browser::new(app), &code(app)).await.location(), "/sign-in/acme");
}

async fn the_id_changes_at_each_step(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    forget_steps(app).await;
    let mut browser = half_way(app).await;
    let before = browser.cookies.clone();
    send(&mut browser, &code(app)).await;
    assert_ne!(browser.cookies, before);
    assert_eq!(browser.get("/me").await.status, 200);
    browser.cookies = before;
    assert_eq!(browser.get("/me").await.status, 303);
}

async fn a_wrong_code_is_refused_and_written_down(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    let seen = app.events().await.len();
    let mut browser = half_way(app).await;
    for wrong in ["000000", "", "AAAA-BBBB-CCCC-DDDD"] {
        let page = send(&mut browser, wrong).await;
        assert_eq!(page.status, 422);
        assert_says(&page, "This code is not good.");
    }
    assert_eq!(app.kinds_since(seen).await, ["sign_in.refused"; 3]);
    assert!(app.events().await.pop().unwrap().after.unwrap().to_string().contains("sign_in_wrong_code"));
}

async fn a_code_is_good_once(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    forget_steps(app).await;
    let used = code(app);
    let (mut one, mut other) = (half_way(app).await, half_way(app).await);
    assert_eq!(send(&mut one, &used).await.status, 303);
    assert_eq!(send(&mut other, &used).await.status, 422);
    app.clock.advance(Duration::seconds(30));
    assert_eq!(send(&mut other, &used).await.status, 422, "nor a step later, where it would be in time");
    assert_eq!(send(&mut other, &code(app)).await.status, 303);
}

async fn a_clock_may_be_one_step_away_and_no_more(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    let old = code(app);
    let mut browser = half_way(app).await;
    forget_steps(app).await;
    app.clock.advance(Duration::seconds(60));
    assert_eq!(send(&mut browser, &old).await.status, 422);
    let old = code(app);
    app.clock.advance(Duration::seconds(30));
    assert_eq!(send(&mut browser, &old).await.status, 303);
}

async fn the_second_step_must_come_within_ten_minutes(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    let mut browser = half_way(app).await;
    app.clock.advance(Duration::minutes(10));
    let page = send(&mut browser, &code(app)).await;
    assert_eq!(page.location(), "/sign-in/acme");
    assert_says(&browser.get("/sign-in/acme").await, "That took longer than ten minutes");
}

async fn suspended_between_the_steps_nobody_comes_in(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    forget_steps(app).await;
    let mut browser = half_way(app).await;
    app.execute("UPDATE users SET suspended_at = '2026-11-22T12:00:00.000Z', suspended_by = 'Grace'").await;
    let page = send(&mut browser, &code(app)).await;
    assert_eq!(page.status, 403);
    assert_says(&page, "sign_in_suspended");
}

async fn a_recovery_code_stands_in_once(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (id, _) = olive(app, &acme, "acme").await;
    let codes = recovery::generate();
    let mut tx = app.db.write().await.unwrap();
    recovery::store(&mut tx, &id, &codes).await.unwrap();
    tx.commit().await.unwrap();
    let seen = app.events().await.len();
    let mut browser = half_way(app).await;
    assert_eq!(send(&mut browser, &codes[3].to_lowercase().replace('-', " ")).await.location(), "/o/acme");
    assert_eq!(app.kinds_since(seen).await, ["recovery_code.used", "sign_in.succeeded"]);
    assert_eq!(app.events().await[seen].after, Some(serde_json::json!({ "left": 9 })));
    assert_says(&browser.get("/o/acme").await, "9 recovery codes are left.");
    let page = browser.get("/me").await;
    assert_says(&page, "Recovery codes left 9");
    // Used up; and for the password it does not stand in.
    assert_eq!(send(&mut half_way(app).await, &codes[3]).await.status, 422);
    let page = Browser::new(app).post("/sign-in/acme", &[("email", EMAIL), ("password", &codes[4])]).await;
    assert_eq!(page.status, 422);
}

async fn new_recovery_codes_are_shown_once_to_who_knows_the_password(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let page = browser.post("/me/recovery-codes", &[("current", "wrong")]).await;
    assert_eq!(page.status, 422);
    assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 0);
    let page = browser.post("/me/recovery-codes", &[("current", PASSWORD)]).await;
    assert_eq!((page.status.as_u16(), &page.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    assert_says(&page, "Store these recovery codes");
    let shown = |page: &Page| page.body.split(['<', '>', '\n']).find(|text| is_code(text)).map(str::to_string);
    let first = shown(&page).expect("the codes are shown");
    let page = browser.post("/me/recovery-codes", &[("current", PASSWORD)]).await;
    let second = shown(&page).expect("the codes are shown");
    assert_eq!(shown(&browser.get("/me/recovery-codes").await), None);
    assert_eq!(send(&mut half_way(app).await, &first).await.status, 422, "earlier ones stopped working");
    assert_eq!(send(&mut half_way(app).await, &second).await.status, 303);
}

fn is_code(text: &str) -> bool {
    text.len() == 19 && text.split('-').count() == 4 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

async fn another_app_takes_the_place_of_the_first_once_it_is_confirmed(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    assert_eq!(browser.post("/me/authenticator", &[("current", "wrong")]).await.status, 422);
    let page = browser.post("/me/authenticator", &[("current", PASSWORD)]).await;
    assert_eq!(page.location(), "/sign-in/acme/authenticator");
    let secret = app_secret(&browser.get("/sign-in/acme/authenticator").await);
    assert_ne!(secret.replace(' ', ""), APP);
    // Until then the first goes on.
    forget_steps(app).await;
    assert_eq!(send(&mut half_way(app).await, &code(app)).await.status, 303);
    let page = browser.post("/sign-in/acme/authenticator", &[("code", &code_of(&secret, app))]).await;
    assert_eq!(page.status, 200, "she had no recovery codes: {}", page.body);
    app.clock.advance(Duration::seconds(30));
    assert_eq!(send(&mut half_way(app).await, &code(app)).await.status, 422);
    assert_eq!(send(&mut half_way(app).await, &code_of(&secret, app)).await.status, 303);
}

async fn a_changed_password_ends_the_other_sessions(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mut other = Browser::new(app);
    other.sign_in("acme", EMAIL, PASSWORD).await;
    assert_eq!(other.get("/me").await.status, 200);
    let at = "/me/password";
    let page = browser.post(at, &[("current", "wrong"), ("password", NEW)]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "This is not your present password.");
    assert_eq!(browser.post(at, &[("current", PASSWORD), ("password", "Olive Owner")]).await.status, 422);
    let page = browser.post(at, &[("current", PASSWORD), ("password", NEW)]).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/me"));
    assert_says(&browser.get("/me").await, "The password is changed. Ended elsewhere: 1 session.");
    assert_eq!(other.get("/me").await.status, 303);
    assert_eq!(Browser::new(app).sign_in("acme", EMAIL, PASSWORD).await.status, 422);
    assert_eq!(Browser::new(app).sign_in("acme", EMAIL, NEW).await.location(), "/o/acme");
}

async fn people_without_a_password_have_nothing_to_change(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (id, mut browser) = olive(app, &acme, "acme").await;
    app.execute(&format!("DELETE FROM passwords WHERE user_id = '{id}'")).await;
    for path in ["/me/password", "/me/recovery-codes", "/me/authenticator"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
        assert_eq!(browser.post(path, &[("current", PASSWORD), ("password", NEW)]).await.status, 404, "{path}");
    }
    assert!(!browser.get("/me").await.body.contains("/me/password"));
}

/// Counted, not timed: whoever is named, however the attempt ends, it costs one verification.
async fn every_attempt_costs_one_verification(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    local(app, &acme, "Max", Level::Member).await;
    let suspended = with_password(app, &acme, "Sam").await;
    app.execute(&format!("UPDATE users SET suspended_at = '2026', suspended_by = 'x' WHERE id = '{suspended}'")).await;
    for (email, password) in [
        (EMAIL, PASSWORD),
        (EMAIL, "wrong"),
        (EMAIL, ""),
        ("nobody@example.com", PASSWORD),
        ("nobody@example.com", ""),
        ("", ""),
        ("max@example.com", PASSWORD),
        ("sam@example.com", PASSWORD),
    ] {
        let before = app.app.passwords.verifications();
        let page = Browser::new(app).post("/sign-in/acme", &[("email", email), ("password", password)]).await;
        assert_eq!(app.app.passwords.verifications() - before, 1, "{email:?} {password:?} {}", page.status);
    }
}

async fn with_password(app: &TestApp, acme: &OrganizationId, name: &str) -> UserId {
    let id = local(app, acme, name, Level::Member).await;
    let hash = password::hash(SecretString::from(PASSWORD)).await.unwrap();
    let mut tx = app.db.write().await.unwrap();
    password::store(&mut tx, &id, &hash).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn members_need_no_second_step(app: &TestApp) {
    let acme = app.organization("Acme").await;
    with_password(app, &acme, "Mia").await;
    let mut browser = Browser::new(app);
    let page = browser.post("/sign-in/acme", &[("email", "mia@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(page.location(), "/me");
    assert_says(&browser.get("/me").await, "Set up an authenticator app");
    // Promoted, they need one.
    app.execute("UPDATE users SET level = 'admin'").await;
    let page = Browser::new(app).post("/sign-in/acme", &[("email", "mia@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(page.location(), "/sign-in/acme/authenticator");
}

async fn where_somebody_wanted_to_go_survives_the_second_step(app: &TestApp) {
    let acme = app.organization("Acme").await;
    olive(app, &acme, "acme").await;
    forget_steps(app).await;
    let mut browser = Browser::new(app);
    let typed = [("email", EMAIL), ("password", PASSWORD), ("return_to", "/o/acme/users?q=a")];
    browser.post("/sign-in/acme", &typed).await;
    assert_eq!(send(&mut browser, &code(app)).await.location(), "/o/acme/users?q=a");
}

on_both!(
    a_password_alone_signs_nobody_in,
    the_id_changes_at_each_step,
    a_wrong_code_is_refused_and_written_down,
    a_code_is_good_once,
    a_clock_may_be_one_step_away_and_no_more,
    the_second_step_must_come_within_ten_minutes,
    suspended_between_the_steps_nobody_comes_in,
    a_recovery_code_stands_in_once,
    new_recovery_codes_are_shown_once_to_who_knows_the_password,
    another_app_takes_the_place_of_the_first_once_it_is_confirmed,
    a_changed_password_ends_the_other_sessions,
    people_without_a_password_have_nothing_to_change,
    every_attempt_costs_one_verification,
    members_need_no_second_step,
    where_somebody_wanted_to_go_survives_the_second_step,
);
