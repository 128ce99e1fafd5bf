//! `/o/{organization}/users/invite`, `…/password-link` and `/link`: how local people get a password.

use muster::actor::Actor;
use muster::actor::Level;
use muster::directory::users::local::reset_owner;
use muster::directory::users::suspend;
use muster::id::{OrganizationId, UserId};
use muster::sessions::local::links;
use time::Duration;

use super::pages::{assert_says, olive};
use super::{acting, find, local, password};
use crate::support::browser::{Browser, Page};
use crate::support::sign_in::{app_secret, code_of};
use crate::support::{TestApp, on_both};

const NEW: &str = "tundra-violin-ketchup-94";

/// The path of the link that the page shows.
pub fn link(page: &Page) -> String {
    assert_eq!((page.status.as_u16(), &page.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    let address =
        page.body.split(['<', '>']).find(|text| text.contains("/link?secret=")).expect("the page shows a link");
    address.strip_prefix(crate::support::PUBLIC_URL).expect("it is ours").to_string()
}

async fn invite(browser: &mut Browser<'_>, name: &str, level: &str) -> Page {
    let email = format!("{}@example.com", name.to_lowercase());
    browser.post("/o/acme/users/invite", &[("name", name), ("email", &email), ("level", level)]).await
}

async fn id_of(app: &TestApp, acme: &OrganizationId, name: &str) -> UserId {
    let mut tx = app.db.read().await.unwrap();
    let row: (UserId,) = muster::db::sql("SELECT id FROM users WHERE organization_id = $1 AND display_name = $2")
        .bind(acme)
        .bind(name)
        .one(&mut tx)
        .await
        .unwrap();
    row.0
}

async fn an_invited_member_chooses_a_password_and_is_in(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let seen = app.events().await.len();
    let page = invite(&mut browser, "Mia", "member").await;
    assert_says(&page, "Mia is invited");
    let link = link(&page);
    assert_eq!(app.kinds_since(seen).await, ["user.created", "invitation.created"]);
    let secret = link.split('=').nth(1).unwrap();
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM single_use_links WHERE hash = '{secret}'")).await, 0);
    for event in app.events().await {
        assert!(!format!("{event:?}").contains(secret), "no secrets in events");
    }

    // Out of the address at once, and nothing is used up by looking.
    let mut hers = Browser::new(app);
    for _ in 0..2 {
        let page = hers.get(&link).await;
        assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/sign-in/acme/password"));
    }
    let page = hers.get("/sign-in/acme/password").await;
    assert_says(&page, "Acme invited you, Mia.");
    assert!(!page.body.contains(secret));
    assert_eq!(hers.get("/me").await.status, 303, "a link alone signs nobody in");
    let page = hers.post("/sign-in/acme/password", &[("password", "mia@example.com")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Too easy to guess");
    let page = hers.post("/sign-in/acme/password", &[("password", NEW)]).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/me"), "{}", page.body);
    assert_eq!(hers.get("/me").await.status, 200);

    // Once.
    assert_eq!(Browser::new(app).get(&link).await.status, 410);
    assert_eq!(hers.post("/sign-in/acme/password", &[("password", NEW)]).await.status, 410);
    let page = Browser::new(app).post("/sign-in/acme", &[("email", "mia@example.com"), ("password", NEW)]).await;
    assert_eq!(page.location(), "/me");
    // The same form again makes nobody.
    let page = invite(&mut browser, "Mia", "member").await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Somebody here signs in with this address already.");
}

async fn an_invited_admin_sets_an_app_up_and_gets_recovery_codes(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let link = link(&invite(&mut browser, "Ada", "admin").await);
    let mut hers = Browser::new(app);
    hers.get(&link).await;
    let page = hers.post("/sign-in/acme/password", &[("password", NEW)]).await;
    assert_eq!(page.location(), "/sign-in/acme/authenticator");
    assert_eq!(hers.get("/me").await.status, 303, "not before the second step");
    let page = hers.get("/sign-in/acme/authenticator").await;
    assert!(page.body.contains("<svg") && page.body.contains("QR code"), "{}", page.body);
    let secret = app_secret(&page);
    assert_eq!(app_secret(&hers.post("/sign-in/acme/authenticator", &[("code", "000000")]).await), secret);
    let code = code_of(&secret, app);
    let page = hers.post("/sign-in/acme/authenticator", &[("code", &code)]).await;
    assert_says(&page, "Store these recovery codes");
    assert_eq!((page.status.as_u16(), &page.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    assert_eq!(hers.get("/o/acme").await.status, 200);
    let ada = id_of(app, &acme, "Ada").await;
    let kept = app.count("SELECT COUNT(*) FROM second_factors").await;
    assert_eq!(kept, 2);
    let plain = secret.replace(' ', "");
    assert_eq!(
        app.count(&format!("SELECT COUNT(*) FROM second_factors WHERE secret_sealed LIKE '%{plain}%'")).await,
        0
    );
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM recovery_codes WHERE user_id = '{ada}'")).await, 10);
}

async fn only_owners_invite_admins_and_owners(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (olive, mut browser) = olive(app, &acme, "acme").await;
    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{olive}'")).await;
    assert!(!browser.get("/o/acme/users/invite").await.body.contains("type=\"radio\""));
    for level in ["admin", "owner"] {
        let page = invite(&mut browser, "Eve", level).await;
        assert_eq!(page.status, 422);
        assert_says(&page, "Only owners can do this.");
    }
    let page = browser.post("/o/acme/users/invite", &[("name", " "), ("email", "eve"), ("level", "member")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Enter an e-mail address");
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    link(&invite(&mut browser, "Mia", "member").await);
}

async fn an_invitation_is_good_for_seven_days_and_a_newer_one_replaces_it(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let first = link(&invite(&mut browser, "Mia", "member").await);
    let mut opened = Browser::new(app);
    opened.get(&first).await;
    let mia = id_of(app, &acme, "Mia").await;
    let page = browser.post(&format!("/o/acme/users/{mia}/password-link"), &[]).await;
    assert_says(&page, "seven days");
    let second = link(&page);
    assert_eq!(Browser::new(app).get(&first).await.status, 410);
    assert_eq!(
        opened.post("/sign-in/acme/password", &[("password", NEW)]).await.status,
        410,
        "not where it was opened either"
    );
    app.clock.advance(Duration::days(7) - Duration::seconds(1));
    assert_eq!(Browser::new(app).get(&second).await.status, 303);
    app.clock.advance(Duration::seconds(1));
    assert_eq!(Browser::new(app).get(&second).await.status, 410);
    assert_eq!(Browser::new(app).get("/link?secret=").await.status, 410);
}

async fn a_lost_password_is_a_link_for_24_hours_that_ends_sessions(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    password(app, &mia).await;
    app.session(mia.as_str()).await;
    assert_says(&browser.get(&format!("/o/acme/users/{mia}")).await, "Make a password link");
    let page = browser.post(&format!("/o/acme/users/{mia}/password-link"), &[]).await;
    assert_says(&page, "24 hours");
    let link = link(&page);
    let mut hers = Browser::new(app);
    hers.get(&link).await;
    app.clock.advance(Duration::minutes(50));
    let page = hers.post("/sign-in/acme/password", &[("password", NEW)]).await;
    assert_eq!(page.location(), "/me", "{}", page.body);
    let changed = app.events().await.into_iter().find(|event| event.kind == "password.changed").unwrap().after.unwrap();
    assert_eq!((&changed["by"], &changed["sessions_ended"]), (&"lost-password".into(), &1.into()), "{changed}");
}

async fn an_admin_makes_no_link_for_an_owner(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (olive, mut browser) = olive(app, &acme, "acme").await;
    let oscar = local(app, &acme, "Oscar", Level::Owner).await;
    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{olive}'")).await;
    assert!(!browser.get(&format!("/o/acme/users/{oscar}")).await.body.contains("password-link"));
    assert_eq!(browser.post(&format!("/o/acme/users/{oscar}/password-link"), &[]).await.status, 403);
    assert_eq!(app.count("SELECT COUNT(*) FROM single_use_links").await, 0);
    app.execute(&format!("UPDATE users SET level = 'owner' WHERE id = '{olive}'")).await;
    link(&browser.post(&format!("/o/acme/users/{oscar}/password-link"), &[]).await);
}

async fn promotion_kills_the_link_that_an_admin_made(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let link = link(&invite(&mut browser, "Mia", "member").await);
    let mia = id_of(app, &acme, "Mia").await;
    browser.post(&format!("/o/acme/users/{mia}/level"), &[("level", "owner")]).await;
    assert_eq!(find(app, &acme, &mia).await.level, Level::Owner);
    assert_eq!(Browser::new(app).get(&link).await.status, 410);
}

async fn losing_access_revokes_links_for_and_by_the_person(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let oscar = local(app, &acme, "Oscar", Level::Owner).await;
    password(app, &oscar).await;
    let of_mia = link(&invite(&mut browser, "Mia", "member").await);
    let of_max = link(&invite(&mut browser, "Max", "member").await);
    let actor = acting(app, &acme, &oscar).await;
    let suspended = async |actor: &Actor, name: &str| {
        let id = id_of(app, &acme, name).await;
        let mut tx = app.db.write().await.unwrap();
        suspend(&mut tx, actor, &acme, &id, "").await.unwrap();
        tx.commit().await.unwrap();
    };
    suspended(&actor, "Mia").await;
    assert_eq!(Browser::new(app).get(&of_mia).await.status, 410, "for the person");
    assert_eq!(Browser::new(app).get(&of_max).await.status, 303);
    suspended(&actor, "Olive Owner").await;
    assert_eq!(Browser::new(app).get(&of_max).await.status, 410, "made by the person");
}

async fn people_of_an_identity_provider_get_no_link(app: &TestApp) {
    let scim = app.directory("acme-okta").await;
    let (_, mut browser) = olive(app, &scim.organization, "organization-of-acme-okta").await;
    let mia = scim.user("mia@example.com").await;
    let path = format!("/o/organization-of-acme-okta/users/{mia}");
    assert!(!browser.get(&path).await.body.contains("password-link"));
    assert_eq!(browser.post(&format!("{path}/password-link"), &[]).await.status, 409);
}

/// `muster owner reset`
async fn a_reset_lets_the_owner_in_again_and_nobody_else(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (id, mut browser) = olive(app, &acme, "acme").await;
    app.execute("UPDATE users SET suspended_at = '2026-11-22T12:00:00.000Z', suspended_by = 'Eve'").await;
    let seen = app.events().await.len();
    let mut tx = app.db.write().await.unwrap();
    for (email, slug) in [("nobody@example.com", None), ("olive@example.com", Some("other"))] {
        let refused = reset_owner(&mut tx, &Actor::CommandLine, email, slug, "x").await;
        assert!(refused.is_err_and(|error| error.to_string().contains("There is no local owner")));
    }
    let reset = reset_owner(&mut tx, &Actor::CommandLine, "Olive@Example.com", None, "x").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((reset.user.id, reset.ended.sessions), (id.clone(), 1));
    assert_eq!(
        app.kinds_since(seen).await,
        ["user.suspension_lifted", "second_factor.removed", "password_link.created"]
    );
    assert_eq!(browser.get("/me").await.status, 303);
    let address = links::address("", &reset.secret);
    browser.get(&address).await;
    let page = browser.post("/sign-in/acme/password", &[("password", NEW)]).await;
    assert_eq!(page.location(), "/sign-in/acme/authenticator");
    let code = code_of(&app_secret(&browser.get("/sign-in/acme/authenticator").await), app);
    let page = browser.post("/sign-in/acme/authenticator", &[("code", &code)]).await;
    assert_says(&page, "Store these recovery codes");
    assert_eq!(browser.get("/o/acme").await.status, 200);
}

async fn an_address_that_owns_several_organizations_is_asked_which(app: &TestApp) {
    let (acme, beta) = (app.organization("Acme").await, app.organization("Beta").await);
    for organization in [&acme, &beta] {
        local(app, organization, "Olive", Level::Owner).await;
    }
    let mut tx = app.db.write().await.unwrap();
    let refused = reset_owner(&mut tx, &Actor::CommandLine, "olive@example.com", None, "x").await;
    assert!(refused.is_err_and(|error| error.to_string().contains("acme, beta")));
    let reset = reset_owner(&mut tx, &Actor::CommandLine, "olive@example.com", Some("beta"), "x").await.unwrap();
    assert_eq!(reset.organization.id, beta);
}

on_both!(
    a_reset_lets_the_owner_in_again_and_nobody_else,
    an_address_that_owns_several_organizations_is_asked_which,
    an_invited_member_chooses_a_password_and_is_in,
    an_invited_admin_sets_an_app_up_and_gets_recovery_codes,
    only_owners_invite_admins_and_owners,
    an_invitation_is_good_for_seven_days_and_a_newer_one_replaces_it,
    a_lost_password_is_a_link_for_24_hours_that_ends_sessions,
    an_admin_makes_no_link_for_an_owner,
    promotion_kills_the_link_that_an_admin_made,
    losing_access_revokes_links_for_and_by_the_person,
    people_of_an_identity_provider_get_no_link,
);
