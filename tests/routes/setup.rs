//! First run: once, with the printed code.

use muster::organizations::setup;

use crate::support::browser::{Browser, Page};
use crate::support::sign_in::{app_secret, code_of};
use crate::support::{TestApp, on_both};

const PASSWORD: &str = "tundra-violin-ketchup-94";

async fn code(app: &TestApp) -> String {
    let mut tx = app.db.write().await.unwrap();
    let code = setup::issue_code(&mut tx).await.unwrap().expect("set-up is open");
    tx.commit().await.unwrap();
    code
}

async fn set_up(browser: &mut Browser<'_>, code: &str, email: &str, password: &str) -> Page {
    let fields = [("code", code), ("organization", "Acme"), ("owner_email", email), ("password", password)];
    browser.post("/setup", &fields).await
}

async fn set_up_makes_the_organization_and_its_owner_once(app: &TestApp) {
    let mut browser = Browser::new(app);
    assert_eq!(browser.get("/").await.location(), "/setup");
    let code = code(app).await;

    let page = set_up(&mut browser, &code, "ada@example.com", PASSWORD).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.body.contains("Store these recovery codes"));
    assert!(!page.body.contains(PASSWORD));
    assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 10);
    assert_eq!(app.kinds_since(0).await, ["organization.created", "user.created"]);

    // Closed for good: the same code makes nothing more.
    assert_eq!(browser.get("/setup").await.location(), "/sign-in");
    assert_eq!(set_up(&mut browser, &code, "eve@example.com", PASSWORD).await.status, 403);
    assert_eq!(app.count("SELECT COUNT(*) FROM organizations").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);

    // The owner gets in, and "/" leads to the dashboard.
    // The first time, an authenticator app is set up; the recovery codes are there already.
    let page = browser.post("/sign-in/acme", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(page.location(), "/sign-in/acme/authenticator");
    assert_eq!(browser.get("/").await.location(), "/sign-in", "nobody is signed in by a password alone");
    let page = browser.get("/sign-in/acme/authenticator").await;
    let code = code_of(&app_secret(&page), app);
    let page = browser.post("/sign-in/acme/authenticator", &[("code", &code)]).await;
    assert_eq!(page.location(), "/o/acme", "{}", page.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes WHERE used_at IS NULL").await, 10);
    assert_eq!(browser.get("/").await.location(), "/o/acme");
}

async fn without_the_printed_code_nothing_is_made(app: &TestApp) {
    let mut browser = Browser::new(app);
    let old = code(app).await;
    let new = code(app).await;
    for wrong in ["", "AAAA-BBBB-CCCC", &old] {
        let page = set_up(&mut browser, wrong, "ada@example.com", PASSWORD).await;
        assert_eq!(page.status, 422, "{wrong}");
        assert!(page.body.contains("not the code that the terminal printed last"));
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM organizations").await, 0);
    assert_eq!(set_up(&mut browser, &new.to_lowercase(), "ada@example.com", PASSWORD).await.status, 200);
}

async fn a_wrong_form_keeps_what_was_typed_but_no_secret(app: &TestApp) {
    let mut browser = Browser::new(app);
    let code = code(app).await;
    let page = set_up(&mut browser, &code, "ada at example", "password1").await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("ada at example"));
    assert!(page.body.contains("Enter an e-mail address") && page.body.contains("Too easy to guess"));
    assert!(!page.body.contains("password1") && !page.body.contains(&code), "secrets are never filled in again");
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
}

on_both!(
    set_up_makes_the_organization_and_its_owner_once,
    without_the_printed_code_nothing_is_made,
    a_wrong_form_keeps_what_was_typed_but_no_secret,
);
