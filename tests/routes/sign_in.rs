//! `/sign-in`, `/sign-out` and `/me`: passwords, sessions, and one's own account.

use muster::actor::Level;
use muster::db::sql;
use muster::directory::Source;
use muster::directory::users::{self, NewUser};
use muster::id::{OrganizationId, UserId};
use muster::sessions::{password, recovery};
use muster::sso::Provider;
use secrecy::SecretString;
use serde_json::Map;

use crate::support::browser::Browser;
use crate::support::sign_in::{connect, enrol};
use crate::support::{TestApp, on_both};

const PASSWORD: &str = "correct horse battery staple";

/// A local owner with a password.
async fn owner(app: &TestApp, organization: &OrganizationId, email: &str) -> UserId {
    let hash = password::hash(SecretString::from(PASSWORD)).await.unwrap();
    let new = NewUser {
        organization_id: organization.clone(),
        source: Source::Local,
        user_name: email.into(),
        external_id: None,
        display_name: Some("Olive Owner".into()),
        given_name: None,
        family_name: None,
        email: Some(email.into()),
        level: Level::Owner,
        operator: true,
        idp_active: true,
        document: Map::new(),
    };
    let mut tx = app.db.write().await.unwrap();
    let id = users::insert(&mut tx, &new).await.unwrap();
    password::store(&mut tx, &id, &hash).await.unwrap();
    recovery::store(&mut tx, &id, &recovery::generate()).await.unwrap();
    tx.commit().await.unwrap();
    enrol(app, organization, &id).await;
    id
}

async fn an_owner_signs_in_with_a_password_and_out_again(app: &TestApp) {
    let acme = app.organization("Acme").await;
    owner(app, &acme, "olive@example.com").await;
    let mut browser = Browser::new(app);
    let page = browser.sign_in("acme", " Olive@Example.com ", PASSWORD).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/o/acme"), "{}", page.body);
    assert_eq!(browser.get("/me").await.status, 200);
    assert_eq!(browser.get("/sign-in/acme").await.location(), "/o/acme");
    let page = browser.post("/sign-out", &[]).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/sign-in/acme"));
    let page = browser.get("/sign-in/acme").await;
    assert!(page.body.contains("You are signed out."), "{}", page.body);
    assert_eq!(browser.get("/me").await.status, 303);
    assert_eq!(app.kinds_since(0).await, ["sign_in.succeeded"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 10);
}

async fn a_wrong_name_and_a_wrong_password_look_the_same(app: &TestApp) {
    let acme = app.organization("Acme").await;
    owner(app, &acme, "olive@example.com").await;
    let mut bodies = Vec::new();
    for typed in [
        [("email", "olive@example.com"), ("password", "wrong")],
        [("email", "nobody@example.com"), ("password", PASSWORD)],
    ] {
        let mut browser = Browser::new(app);
        let page = browser.post("/sign-in/acme", &typed).await;
        assert_eq!(page.status, 422);
        assert!(page.body.contains(typed[0].1), "what was typed is kept: {}", page.body);
        assert!(!page.body.contains(PASSWORD));
        let main = page.body.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a page");
        bodies.push(main.replace(typed[0].1, "…"));
        assert!(browser.cookies.is_empty(), "nothing is kept for a stranger");
    }
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(app.kinds_since(0).await, ["sign_in.refused", "sign_in.refused"]);
    let said = app.events().await.pop().unwrap().after.unwrap().to_string();
    assert!(said.contains("sign_in_wrong_password") && !said.contains("nobody"), "{said}");
}

async fn a_suspended_owner_is_told_so_after_the_right_password_only(app: &TestApp) {
    let acme = app.organization("Acme").await;
    owner(app, &acme, "olive@example.com").await;
    app.execute("UPDATE users SET suspended_at = '2026-11-22T12:00:00.000Z', suspended_by = 'Grace'").await;
    let mut browser = Browser::new(app);
    let page = browser.post("/sign-in/acme", &[("email", "olive@example.com"), ("password", "wrong")]).await;
    assert!(!page.body.contains("Grace"), "{}", page.body);
    let page = browser.post("/sign-in/acme", &[("email", "olive@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("sign_in_suspended") && page.body.contains("Grace"), "{}", page.body);
}

async fn the_only_organization_is_not_asked_for(app: &TestApp) {
    let mut browser = Browser::new(app);
    assert_eq!(browser.get("/sign-in").await.location(), "/setup");
    connect(app, Provider::Okta).await;
    let page = browser.get("/sign-in?return_to=%2Fo%2Facme%2Fusers").await;
    assert_eq!(page.location(), "/sign-in/acme?return_to=%2Fo%2Facme%2Fusers");
    let page = browser.get(&page.location()).await;
    assert!(page.body.contains("Continue with Acme Okta"), "{}", page.body);
    assert!(page.body.contains("return_to=%2Fo%2Facme%2Fusers"), "{}", page.body);
    assert_eq!(browser.get("/sign-in/nobody").await.status, 404);

    app.organization("Beta Works").await;
    assert!(browser.get("/sign-in?by=organization").await.body.contains("Organization"));
    for (typed, location) in [
        ("beta-works", "/sign-in/beta-works?email=b%40example.com"),
        (" Beta works ", "/sign-in/beta-works?email=b%40example.com"),
    ] {
        let page = browser.post("/sign-in", &[("email", "b@example.com"), ("organization", typed)]).await;
        assert_eq!(page.location(), location);
    }
    let page = browser.post("/sign-in", &[("email", "b@example.com"), ("organization", "Gamma")]).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("Gamma") && page.body.contains("b@example.com"), "{}", page.body);
}

async fn a_password_opens_its_own_organization_only(app: &TestApp) {
    let acme = app.organization("Acme").await;
    app.organization("Beta").await;
    owner(app, &acme, "olive@example.com").await;
    let mut browser = Browser::new(app);
    let typed = [("email", "olive@example.com"), ("password", PASSWORD)];
    assert_eq!(browser.post("/sign-in/beta", &typed).await.status, 422);
    assert_eq!(browser.post("/sign-in/acme", &typed).await.status, 303);
}

async fn an_idle_session_ends_and_a_used_one_does_not(app: &TestApp) {
    let acme = app.organization("Acme").await;
    owner(app, &acme, "olive@example.com").await;
    app.execute("UPDATE users SET level = 'member'").await;
    let mut browser = Browser::new(app);
    browser.sign_in("acme", "olive@example.com", PASSWORD).await;
    for _ in 0..3 {
        app.clock.advance(time::Duration::hours(7));
        assert_eq!(browser.get("/me").await.status, 200);
        // "Last seen" is written beside the request.
        let now = app.clock.now();
        let seen = format!("SELECT COUNT(*) FROM sessions WHERE last_seen_at = '{now}'");
        for _ in 0..100 {
            if app.count(&seen).await == 1 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(app.count(&seen).await, 1);
    }
    app.clock.advance(time::Duration::hours(9));
    assert_eq!(browser.get("/me").await.status, 303);
}

async fn an_account_shows_groups_and_why_a_role_is_held(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let olive = owner(app, &acme, "olive@example.com").await;
    let mut tx = app.db.write().await.unwrap();
    // Inner is within Outer, and Outer within Inner: a circle must end.
    for (id, name) in [("g1", "Inner"), ("g2", "Outer"), ("g3", "Foreign")] {
        sql("INSERT INTO groups (id, organization_id, source, display_name, display_name_key, document, version, created_at, updated_at) \
             VALUES ($1, $2, 'local', $3, $3, '{}', 1, '', '')")
        .bind(id).bind(&acme).bind(name).run(&mut tx).await.unwrap();
    }
    for (group, member, kind) in [("g1", olive.as_str(), "user"), ("g2", "g1", "group"), ("g1", "g2", "group")] {
        sql("INSERT INTO memberships (group_id, member_id, member_kind, source, created_at) VALUES ($1, $2, $3, 'local', '')")
            .bind(group).bind(member).bind(kind).run(&mut tx).await.unwrap();
    }
    for (id, user, group, end) in [
        ("Reader", None, Some("g2"), None),
        ("Writer", Some(olive.as_str()), None, Some("2027-01-01T00:00:00.000Z")),
        ("Expired", Some(olive.as_str()), None, Some("2026-01-01T00:00:00.000Z")),
        ("Hidden", None, Some("g3"), None),
    ] {
        sql("INSERT INTO roles (id, organization_id, name, name_key, key, description, permissions, created_at, updated_at) \
             VALUES ($1, $2, $1, $1, $1, '', '[]', '', '')")
        .bind(id).bind(&acme).run(&mut tx).await.unwrap();
        sql("INSERT INTO grants (id, organization_id, role_id, user_id, group_id, origin, expires_at, granted_by, created_at) \
             VALUES ($1, $2, $1, $3, $4, 'direct', $5, '', '')")
        .bind(id).bind(&acme).bind(user).bind(group).bind(end).run(&mut tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut browser = Browser::new(app);
    browser.sign_in("acme", "olive@example.com", PASSWORD).await;
    let me = browser.get("/me").await.body;
    for shown in [
        "Inner",
        "Outer",
        "Reader",
        "Through Inner, which is in Outer",
        "Writer",
        "Given to you",
        "This browser",
        "Password",
    ] {
        assert!(me.contains(shown), "{shown}: {me}");
    }
    for hidden in ["Foreign", "Expired", "Hidden"] {
        assert!(!me.contains(hidden), "{hidden}: {me}");
    }
}

on_both!(
    an_owner_signs_in_with_a_password_and_out_again,
    a_wrong_name_and_a_wrong_password_look_the_same,
    a_suspended_owner_is_told_so_after_the_right_password_only,
    the_only_organization_is_not_asked_for,
    a_password_opens_its_own_organization_only,
    an_idle_session_ends_and_a_used_one_does_not,
    an_account_shows_groups_and_why_a_role_is_held,
);
