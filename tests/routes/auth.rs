//! `/auth/…`: signing in through an identity provider.

mod caches;
mod clients;
mod hostile;
mod logout;
mod synced;
mod trying;

use muster::actor::Level;
use muster::db::sql;
use muster::sso::{Provider, links};
use serde_json::{Value, json};

use crate::support::browser::{Browser, Page};
use crate::support::idp::Idp;
use crate::support::sign_in::{Connected, TENANT, connect, connect_to};
use crate::support::{TestApp, on_both};

/// The refusal's page and event carry this code, and nobody is signed in.
async fn assert_refused(app: &TestApp, browser: &mut Browser<'_>, page: &Page, code: &str) {
    assert!(page.body.contains(code), "{code} expected: {} {} {}", page.status, page.location(), page.body);
    let event = app.events().await.pop().expect("an event");
    assert_eq!((event.kind.as_str(), event.after.unwrap()["code"].as_str()), ("sign_in.refused", Some(code)));
    let me = browser.get("/me").await;
    assert_eq!((me.status.as_u16(), me.location().as_str()), (303, "/sign-in?return_to=%2Fme"));
}

async fn members_land_on_their_account_and_admins_on_the_dashboard(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "00u-ada", Level::Member).await;
    acme.push(app, "grace", "00u-grace", Level::Admin).await;
    for (subject, landing) in [("00u-ada", "/me"), ("00u-grace", "/o/acme")] {
        let mut browser = Browser::new(app);
        acme.idp.person(json!({ "sub": subject }));
        let page = acme.sign_in(&mut browser).await;
        assert_eq!((page.status.as_u16(), page.location().as_str()), (303, landing), "{}", page.body);
        let me = browser.get("/me").await;
        assert_eq!(me.status, 200, "{}", me.body);
        assert!(me.body.contains("Firefox on Linux") && me.body.contains("192.0.2.1"), "{}", me.body);
    }
    let kinds = app.kinds_since(0).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "sign_in.succeeded").count(), 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE last_sign_in_at IS NOT NULL").await, 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM identities WHERE pinned_at IS NOT NULL").await, 2);
}

async fn the_session_gets_a_new_id_and_the_cookie_its_marks(app: &TestApp) {
    let acme = connect(app, Provider::Generic).await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));
    let mut browser = Browser::new(app);
    let back = acme.leave(&mut browser).await;
    let before = browser.cookies["__Host-muster"].clone();
    let page = browser.get(&back).await;
    assert_ne!(browser.cookies["__Host-muster"], before);
    let cookie = page.headers["set-cookie"].to_str().unwrap().to_string();
    for mark in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(mark), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    // Neither the new id nor the old one stands in the database.
    let rows = app.count("SELECT COUNT(*) FROM sessions").await;
    assert_eq!(rows, 1);
    browser.cookies.insert("__Host-muster".into(), before);
    assert_eq!(browser.get("/me").await.status, 303);
}

async fn a_wish_is_kept_and_a_foreign_one_is_not(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "ada", Level::Admin).await;
    acme.idp.person(json!({ "sub": "ada" }));
    for (wish, landing) in [
        ("return_to=%2Fo%2Facme%2Fusers%3Fq%3Dx", "/o/acme/users?q=x"),
        ("return_to=%2F%2Fevil.example", "/o/acme"),
        ("return_to=https%3A%2F%2Fevil.example", "/o/acme"),
    ] {
        let mut browser = Browser::new(app);
        let page = browser.get(&format!("/auth/start/{}?{wish}&login_hint=ada%40example.com", acme.connection)).await;
        assert!(page.location().contains("login_hint=ada%40example.com"), "{}", page.location());
        let back = acme.idp.authorize(&page.location());
        assert_eq!(browser.get(&back).await.location(), landing);
    }
}

async fn a_tile_of_the_provider_begins_a_sign_in(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));
    let initiate = format!("/auth/initiate/{}", acme.connection);
    let mut browser = Browser::new(app);
    let target = "target_link_uri=https%3A%2F%2Fmuster.example.com%2Fme%3Ffrom%3Dtile";
    let page = browser.get(&format!("{initiate}?iss={}&{target}", acme.idp.base)).await;
    let back = acme.idp.authorize(&page.location());
    assert_eq!(browser.get(&back).await.location(), "/me?from=tile");
    let mut browser = Browser::new(app);
    let page =
        browser.get(&format!("{initiate}?target_link_uri=https%3A%2F%2Fmuster.example.com.evil.example%2F")).await;
    let back = acme.idp.authorize(&page.location());
    assert_eq!(browser.get(&back).await.location(), "/me");
    let mut browser = Browser::new(app);
    let page = browser.get(&format!("{initiate}?iss=https%3A%2F%2Fevil.example")).await;
    assert_refused(app, &mut browser, &page, "sign_in_wrong_issuer").await;
}

async fn a_state_is_good_once_and_in_its_own_browser(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));

    let mut browser = Browser::new(app);
    let back = acme.leave(&mut browser).await;
    let mut other = Browser::new(app);
    let page = other.get(&back).await;
    assert_refused(app, &mut other, &page, "sign_in_state_unknown").await;

    assert_eq!(browser.get(&back).await.location(), "/me");
    // In the browser of the sign-in, the session is another one now: the old answer means nothing to it.
    let page = browser.get(&back).await;
    assert!(page.body.contains("sign_in_state_unknown"), "{}", page.body);

    let mut browser = Browser::new(app);
    let back = acme.leave(&mut browser).await;
    acme.idp.change_answer(|answer| answer["id_token"] = Value::Null);
    let page = browser.get(&back).await;
    assert_refused(app, &mut browser, &page, "sign_in_id_token_missing").await;
    acme.idp.behave();
    let page = browser.get(&back).await;
    assert_refused(app, &mut browser, &page, "sign_in_state_unknown").await;

    let mut browser = Browser::new(app);
    let back = acme.leave(&mut browser).await;
    app.clock.advance(time::Duration::minutes(16));
    let page = browser.get(&back).await;
    assert_refused(app, &mut browser, &page, "sign_in_state_unknown").await;
}

async fn an_answer_belongs_to_the_connection_that_asked(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let idp = Idp::start(&app.clock).await;
    let other = connect_to(app, acme.organization.clone(), "Other", Provider::Generic, idp, "scim").await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));
    let mut browser = Browser::new(app);
    let back = acme.leave(&mut browser).await;
    let crossed = back.replace(acme.connection.as_str(), other.connection.as_str());
    let page = browser.get(&crossed).await;
    assert_refused(app, &mut browser, &page, "sign_in_wrong_connection").await;
}

async fn a_provider_that_names_itself_must_do_so_each_time(app: &TestApp) {
    let idp = Idp::start(&app.clock).await;
    idp.metadata(|metadata| metadata["authorization_response_iss_parameter_supported"] = json!(true));
    let organization = app.organization("Acme").await;
    let acme = connect_to(app, organization, "Acme", Provider::Generic, idp, "scim").await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));
    for (iss, expected) in [
        (None, Some("sign_in_issuer_missing")),
        (Some("https://evil.example".to_string()), Some("sign_in_wrong_issuer")),
        (Some(acme.idp.base.clone()), None),
    ] {
        let mut browser = Browser::new(app);
        let back = acme.leave(&mut browser).await;
        let iss = iss.map(|iss| format!("&iss={iss}")).unwrap_or_default();
        let page = browser.get(&format!("{back}{iss}")).await;
        match expected {
            Some(code) => assert_refused(app, &mut browser, &page, code).await,
            None => assert_eq!(page.location(), "/me"),
        }
    }
}

async fn what_the_provider_says_is_passed_on(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let mut browser = Browser::new(app);
    let back = acme.leave(&mut browser).await;
    let state = back.split("state=").nth(1).unwrap();
    let path = back.split('?').next().unwrap();
    let said = "error_description=User+is+not+assigned+%3Cscript%3E";
    let page = browser.get(&format!("{path}?state={state}&error=access_denied&{said}")).await;
    assert!(page.body.contains("User is not assigned &lt;script&gt;"), "{}", page.body);
    assert_refused(app, &mut browser, &page, "sign_in_provider_error").await;
}

async fn an_expired_client_secret_is_named(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "ada", Level::Member).await;
    let mut tx = app.db.write().await.unwrap();
    sql("UPDATE connections SET client_id = 'another'").run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = Browser::new(app);
    let page = acme.sign_in(&mut browser).await;
    assert!(page.body.contains("client secret") && page.body.contains("invalid_client"), "{}", page.body);
    assert_refused(app, &mut browser, &page, "sign_in_token_refused").await;
}

async fn a_subject_without_a_link_is_refused_and_shown(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "00u-ada", Level::Member).await;
    // The same address, verified even: nobody is linked by it.
    acme.idp.person(json!({ "sub": "00u-else", "email": "ada@example.com", "email_verified": true }));
    let mut browser = Browser::new(app);
    let page = acme.sign_in(&mut browser).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("00u-else"), "{}", page.body);
    assert_refused(app, &mut browser, &page, "sign_in_unknown_subject").await;
    let event = app.events().await.pop().unwrap();
    assert_eq!(event.after.unwrap()["Expected externalId"], "00u-else");
}

async fn whoever_may_not_sign_in_is_told_whom_to_ask(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));
    app.execute("UPDATE users SET idp_active = FALSE").await;
    let mut browser = Browser::new(app);
    let page = acme.sign_in(&mut browser).await;
    assert!(page.body.contains("deactivated by Acme Okta"), "{}", page.body);
    assert_refused(app, &mut browser, &page, "sign_in_deactivated").await;
    app.execute(
        "UPDATE users SET idp_active = TRUE, suspended_at = '2026-11-22T12:00:00.000Z', suspended_by = 'Grace'",
    )
    .await;
    let mut browser = Browser::new(app);
    let page = acme.sign_in(&mut browser).await;
    assert!(page.body.contains("Ask Grace"), "{}", page.body);
    assert_refused(app, &mut browser, &page, "sign_in_suspended").await;
    assert_eq!(app.count("SELECT COUNT(*) FROM identities WHERE pinned_at IS NOT NULL").await, 0);
}

async fn a_deactivation_ends_what_is_open(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let ada = acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));
    let mut browser = Browser::new(app);
    acme.sign_in(&mut browser).await;
    assert_eq!(browser.get("/me").await.status, 200);
    // Even where the rows of sessions were forgotten, every request asks again.
    app.execute("UPDATE users SET idp_active = FALSE").await;
    assert_eq!(browser.get("/me").await.status, 303);
    app.execute("UPDATE users SET idp_active = TRUE").await;
    assert_eq!(browser.get("/me").await.status, 303, "the session does not come back");

    let mut browser = Browser::new(app);
    acme.sign_in(&mut browser).await;
    let mut tx = app.db.write().await.unwrap();
    assert_eq!(muster::sessions::revoke_all(&mut tx, &ada).await.unwrap().sessions, 1);
    tx.commit().await.unwrap();
    assert_eq!(browser.get("/me").await.status, 303);
}

async fn a_connection_that_is_off_lets_nobody_in(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));
    let mut browser = Browser::new(app);
    let back = acme.leave(&mut browser).await;
    app.execute("UPDATE connections SET sign_in = 'off'").await;
    let page = browser.get(&back).await;
    assert_refused(app, &mut browser, &page, "sign_in_off").await;
    let page = browser.get(&format!("/auth/start/{}", acme.connection)).await;
    assert_refused(app, &mut browser, &page, "sign_in_off").await;
    for path in ["/auth/start/nonsense", "/auth/openid/callback/018f0000-0000-7000-8000-000000000000?code=x"] {
        assert_eq!(browser.get(path).await.status, 404);
    }
}

async fn entra_counts_by_oid_within_its_tenant(app: &TestApp) {
    let idp = Idp::start(&app.clock).await;
    let template = format!("{}/{{tenantid}}/v2.0", idp.base);
    idp.metadata(move |metadata| metadata["issuer"] = json!(template));
    let organization = app.organization("Acme").await;
    let acme = connect_to(app, organization, "Acme Entra", Provider::Entra, idp, "scim").await;
    acme.push(app, "ada", "oid-of-ada", Level::Member).await;
    let issuer = format!("{}/{TENANT}/v2.0", acme.idp.base);
    acme.idp.change_token(move |token| token["claims"]["iss"] = json!(issuer));
    for (person, expected) in [
        (json!({ "sub": "pairwise", "oid": "oid-of-ada", "tid": TENANT }), None),
        (json!({ "sub": "oid-of-ada", "oid": "another", "tid": TENANT }), Some("sign_in_unknown_subject")),
        (json!({ "sub": "pairwise", "oid": "oid-of-ada", "tid": "another" }), Some("sign_in_wrong_tenant")),
        (json!({ "sub": "pairwise", "oid": "oid-of-ada" }), Some("sign_in_wrong_tenant")),
        (json!({ "sub": "oid-of-ada", "tid": TENANT }), Some("sign_in_subject_missing")),
    ] {
        acme.idp.person(person);
        let mut browser = Browser::new(app);
        let page = acme.sign_in(&mut browser).await;
        match expected {
            Some(code) => assert_refused(app, &mut browser, &page, code).await,
            None => assert_eq!(page.location(), "/me", "{}", page.body),
        }
    }
}

async fn the_first_sign_in_makes_people_where_that_is_chosen(app: &TestApp) {
    let idp = Idp::start(&app.clock).await;
    let organization = app.organization("Acme").await;
    let acme = connect_to(app, organization, "Acme", Provider::Generic, idp, "on-sign-in").await;
    acme.idp.person(json!({ "sub": "s-1", "preferred_username": "ada" }));
    acme.idp.userinfo(json!({ "sub": "s-1", "name": "Ada Lovelace", "email": "ada@example.com" }));
    let mut browser = Browser::new(app);
    assert_eq!(acme.sign_in(&mut browser).await.location(), "/me");
    let me = browser.get("/me").await;
    assert!(me.body.contains("Ada Lovelace") && me.body.contains("ada@example.com"), "{}", me.body);
    acme.sign_in(&mut Browser::new(app)).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1, "the second time it is the same person");
    // Somebody else of the same name is somebody else.
    acme.idp.person(json!({ "sub": "s-2", "preferred_username": "ADA", "name": "Other", "email": "o@example.com" }));
    assert_eq!(acme.sign_in(&mut Browser::new(app)).await.location(), "/me");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE user_name IN ('ada', 's-2')").await, 2);
    // A profile of somebody else is not taken.
    acme.idp.person(json!({ "sub": "s-3" }));
    let mut browser = Browser::new(app);
    let page = acme.sign_in(&mut browser).await;
    assert_refused(app, &mut browser, &page, "sign_in_userinfo_subject").await;
}

async fn a_link_follows_until_it_is_pinned(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let ada = acme.push(app, "ada", "first", Level::Member).await;
    let follow = async |external_id: Option<&str>| {
        let mut tx = app.db.write().await.unwrap();
        links::follow_external_id(&mut tx, &ada, &acme.connection, external_id).await.unwrap();
        tx.commit().await.unwrap();
    };
    let signs_in = async |acme: &Connected, subject: &str| {
        acme.idp.person(json!({ "sub": subject }));
        acme.sign_in(&mut Browser::new(app)).await.location() == "/me"
    };
    follow(Some("second")).await;
    assert!(!signs_in(&acme, "first").await);
    assert!(signs_in(&acme, "second").await);
    // Pinned by that: from here on it waits.
    follow(Some("third")).await;
    assert!(!signs_in(&acme, "third").await);
    assert!(signs_in(&acme, "second").await);
    let mut tx = app.db.write().await.unwrap();
    let waiting = links::waiting(&mut tx, &ada).await.unwrap().expect("one waits");
    assert_eq!((waiting.present.as_deref(), waiting.subject.as_str()), (Some("second"), "third"));
    links::confirm(&mut tx, &muster::actor::Actor::CommandLine, &ada, "third").await.unwrap();
    tx.commit().await.unwrap();
    assert!(signs_in(&acme, "third").await);
    assert!(!signs_in(&acme, "second").await);
}

async fn people_pushed_before_discovery_are_linked_after_it(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let mut tx = app.db.write().await.unwrap();
    let kept = sql("SELECT metadata FROM connections").one::<(String,)>(&mut tx).await.unwrap().0;
    sql("UPDATE connections SET metadata = NULL").run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    acme.push(app, "ada", "ada", Level::Member).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM identities").await, 0);
    let mut tx = app.db.write().await.unwrap();
    sql("UPDATE connections SET metadata = $1").bind(kept).run(&mut tx).await.unwrap();
    links::relink_connection(&mut tx, &acme.connection).await.unwrap();
    links::relink_connection(&mut tx, &acme.connection).await.unwrap();
    tx.commit().await.unwrap();
    acme.idp.person(json!({ "sub": "ada" }));
    assert_eq!(acme.sign_in(&mut Browser::new(app)).await.location(), "/me");
}

on_both!(
    members_land_on_their_account_and_admins_on_the_dashboard,
    the_session_gets_a_new_id_and_the_cookie_its_marks,
    a_wish_is_kept_and_a_foreign_one_is_not,
    a_tile_of_the_provider_begins_a_sign_in,
    a_state_is_good_once_and_in_its_own_browser,
    an_answer_belongs_to_the_connection_that_asked,
    a_provider_that_names_itself_must_do_so_each_time,
    what_the_provider_says_is_passed_on,
    an_expired_client_secret_is_named,
    a_subject_without_a_link_is_refused_and_shown,
    whoever_may_not_sign_in_is_told_whom_to_ask,
    a_deactivation_ends_what_is_open,
    a_connection_that_is_off_lets_nobody_in,
    entra_counts_by_oid_within_its_tenant,
    the_first_sign_in_makes_people_where_that_is_chosen,
    a_link_follows_until_it_is_pinned,
    people_pushed_before_discovery_are_linked_after_it,
);
