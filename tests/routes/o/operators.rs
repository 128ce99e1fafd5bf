//! Operators: admins in every organization, made in the home organization, at `/o` and `/o/{other}/…`.

use muster::actor::{Actor, Level};
use muster::directory::release::{People, release_person};
use muster::directory::users::local::reset_owner;
use muster::directory::users::{change_level, make_operator, unmake_operator};
use muster::error::Error;
use muster::id::{DirectoryId, OrganizationId, UserId};
use muster::sso::Provider;
use serde_json::json;

use super::pages::{PASSWORD, assert_says, olive};
use super::{acting, find, local, password};
use crate::routes::sessions::{browser, person};
use crate::support::browser::{Browser, Page};
use crate::support::idp::Idp;
use crate::support::sign_in::connect_to;
use crate::support::{TestApp, on_both};

/// Acme, the home organization, with Olive, its owner and operator, at her browser; and Beta, a customer.
async fn two(app: &TestApp) -> (OrganizationId, OrganizationId, UserId, Browser<'_>) {
    let (acme, beta) = (app.organization("Acme").await, app.organization("Beta").await);
    app.execute("UPDATE organizations SET home = TRUE WHERE slug = 'acme'").await;
    let (id, browser) = olive(app, &acme, "acme").await;
    app.execute(&format!("UPDATE users SET operator = TRUE WHERE id = '{id}'")).await;
    (acme, beta, id, browser)
}

async fn an_operator_acts_as_an_admin_in_every_organization(app: &TestApp) {
    let (_, beta, _, mut browser) = two(app).await;
    let mia = local(app, &beta, "Mia", Level::Member).await;
    assert_says(&browser.get("/o/beta").await, "Beta");
    assert_says(&browser.get("/o/beta/users").await, "Mia");
    let page = browser.post("/o/beta/roles/new", &[("name", "Editor")]).await;
    assert!(page.location().starts_with("/o/beta/roles/"), "{} {}", page.status, page.body);
    assert_eq!(browser.post(&format!("/o/beta/users/{mia}/suspend"), &[]).await.status, 303);
    assert_says(&browser.get(&format!("/o/beta/users/{mia}")).await, "Suspended by Olive Owner (operator)");
    // Testing a connection is an admin's, too.
    let idp = Idp::start(&app.clock).await;
    let theirs = connect_to(app, beta, "Beta Login", Provider::Generic, idp, "scim").await;
    let page = browser.get(&format!("/auth/test/{}", theirs.connection)).await;
    assert!(page.location().starts_with(&theirs.idp.base), "{} {}", page.status, page.body);
    // At home the operator is who she was.
    assert_eq!(browser.get("/o/acme").await.status, 200);
    assert_eq!(browser.get("/").await.location(), "/o/acme");
}

async fn each_act_of_an_operator_is_an_event_naming_them(app: &TestApp) {
    let (_, beta, olive, mut browser) = two(app).await;
    browser.post("/o/beta/roles/new", &[("name", "Editor")]).await;
    let named = format!(
        "SELECT COUNT(*) FROM events WHERE kind = 'role.created' AND organization_id = '{beta}' AND actor_kind = 'user' \
         AND actor_id = '{olive}' AND actor_name = 'Olive Owner (operator)'"
    );
    assert_eq!(app.count(&named).await, 1);
    // Beta's own people read it.
    person(app, &beta, "Bea", Level::Admin).await;
    let mut hers = Browser::new(app);
    assert_eq!(hers.sign_in("beta", "bea@example.com", PASSWORD).await.status, 303);
    assert_says(&hers.get("/o/beta/activity").await, "Olive Owner (operator) added Editor");
}

async fn an_operator_is_never_an_owner_elsewhere(app: &TestApp) {
    let (_, beta, _, mut browser) = two(app).await;
    let bea = local(app, &beta, "Bea", Level::Owner).await;
    let mia = local(app, &beta, "Mia", Level::Member).await;
    let page = browser.post(&format!("/o/beta/users/{mia}/level"), &[("level", "admin")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Only owners can do this.");
    assert!(!browser.get(&format!("/o/beta/users/{mia}")).await.body.contains(r#"name="level""#));
    assert_eq!(browser.post(&format!("/o/beta/users/{bea}/suspend"), &[]).await.status, 422);
    assert_eq!(browser.post(&format!("/o/beta/users/{bea}/password-link"), &[]).await.status, 403);
    let invitation = [("name", "Eve"), ("email", "eve@example.com"), ("level", "owner")];
    assert_eq!(browser.post("/o/beta/users/invite", &invitation).await.status, 422);
    assert_eq!(browser.post("/o/beta/settings/sign-in", &[("passwords", "owners")]).await.status, 422);
    assert_eq!(find(app, &beta, &mia).await.level, Level::Member);
    assert!(find(app, &beta, &bea).await.may_sign_in());
}

/// What a person sees of a page.
fn seen(page: &Page) -> &str {
    page.body.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a page")
}

async fn to_everybody_else_a_foreign_organization_is_like_none(app: &TestApp) {
    let (acme, beta, olive, mut browser) = two(app).await;
    for (who, change) in [
        ("an owner of the home organization", "UPDATE users SET operator = FALSE"),
        ("a member there", "UPDATE users SET operator = TRUE, level = 'member'"),
        ("an operator of an organization that is not home", "UPDATE organizations SET home = FALSE"),
    ] {
        app.execute(change).await;
        let (foreign, unknown) = (browser.get("/o/beta/users").await, browser.get("/o/gamma/users").await);
        assert_eq!(foreign.status, 404, "{who}");
        assert_eq!(seen(&foreign), seen(&unknown), "{who}");
        assert_eq!(browser.post("/o/beta/roles/new", &[("name", "Editor")]).await.status, 404, "{who}");
        assert_eq!(browser.get("/o").await.status, 404, "{who}");
        app.execute(&format!("UPDATE users SET level = 'owner' WHERE id = '{olive}'")).await;
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM roles").await, 0);
    assert!(!browser.get("/o/acme").await.body.contains("All organizations"));
    let mut nobody = Browser::new(app);
    assert_eq!(nobody.get("/o/beta").await.location(), "/sign-in?return_to=%2Fo%2Fbeta");
    assert_ne!(acme, beta);
}

async fn only_an_operator_who_is_a_home_owner_makes_operators(app: &TestApp) {
    let (acme, beta, olive, mut hers) = two(app).await;
    let adam = person(app, &acme, "Adam", Level::Admin).await;
    let oscar = person(app, &acme, "Oscar", Level::Owner).await;
    let make = format!("/o/acme/users/{adam}/operator");
    // An owner who is no operator.
    let mut his = browser(app, "Oscar").await;
    assert_says(
        &his.get(&format!("/o/acme/users/{adam}")).await,
        "Only an operator who is an owner here changes this.",
    );
    let page = his.post(&make, &[]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Only an operator who is an owner makes operators.");
    // An operator who is no owner.
    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{olive}'")).await;
    let page = hers.post(&make, &[]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Only owners can do this.");
    app.execute(&format!("UPDATE users SET level = 'owner' WHERE id = '{olive}'")).await;
    // Nobody of another organization, and there nobody becomes one.
    let bea = local(app, &beta, "Bea", Level::Owner).await;
    let theirs = acting(app, &beta, &bea).await;
    let mut tx = app.db.write().await.unwrap();
    assert!(matches!(make_operator(&mut tx, &theirs, &acme, &adam).await, Err(Error::NotFound(_))));
    assert!(matches!(make_operator(&mut tx, &theirs, &beta, &bea).await, Err(Error::NotFound(_))));
    assert!(matches!(make_operator(&mut tx, &Actor::CommandLine, &beta, &bea).await, Err(Error::NotFound(_))));
    drop(tx);
    assert_eq!(hers.post(&format!("/o/beta/users/{bea}/operator"), &[]).await.status, 422, "she is no owner there");
    assert!(!hers.get(&format!("/o/beta/users/{bea}")).await.body.contains("Make an operator"));
    // An operator who is an owner at home.
    let (seen, mut adams) = (app.events().await.len(), browser(app, "Adam").await);
    assert_says(&hers.get(&format!("/o/acme/users/{adam}")).await, "Make an operator");
    assert_eq!(hers.post(&make, &[]).await.status, 303);
    assert_says(&hers.get(&format!("/o/acme/users/{adam}")).await, "Adam is an operator now.");
    let event = app.events().await.into_iter().skip(seen).find(|event| event.kind == "user.operator_made").unwrap();
    assert_eq!((event.subject_id, event.before), (adam.to_string(), Some(json!({ "operator": false }))));
    assert_eq!(event.after.unwrap()["sessions_ended"], 1);
    assert_eq!(adams.get("/me").await.status, 303, "he signs in again, under a new id");
    let mut adams = browser(app, "Adam").await;
    assert_eq!(adams.get("/o/beta").await.status, 200);
    assert_eq!(adams.post(&format!("/o/acme/users/{oscar}/operator"), &[]).await.status, 422, "he is no owner");
    assert_eq!(hers.post(&make, &[]).await.status, 422, "once is enough");
    // And back.
    assert_eq!(hers.post(&format!("{make}/end"), &[]).await.status, 303);
    assert_eq!(app.events().await.pop().unwrap().kind, "user.operator_unmade");
    let mut adams = browser(app, "Adam").await;
    assert_eq!(adams.get("/o/beta").await.status, 404);
    assert_eq!(adams.get("/o/acme").await.status, 200);
    assert_eq!(hers.post(&format!("{make}/end"), &[]).await.status, 422);
}

async fn nobody_ceases_to_be_an_operator_by_themselves(app: &TestApp) {
    let (acme, _, olive, mut browser) = two(app).await;
    let page = browser.post(&format!("/o/acme/users/{olive}/operator/end"), &[]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Nobody ceases to be an operator by themselves.");
    assert!(find(app, &acme, &olive).await.operator, "so that one is always left who makes others");
}

async fn an_operator_is_an_admin_at_least(app: &TestApp) {
    let (acme, _, olive, mut browser) = two(app).await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let page = browser.post(&format!("/o/acme/users/{mia}/operator"), &[]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "make Mia an admin first");
    // Who becomes a member runs nothing any more.
    let actor = acting(app, &acme, &olive).await;
    let mut tx = app.db.write().await.unwrap();
    change_level(&mut tx, &actor, &acme, &mia, Level::Admin).await.unwrap();
    make_operator(&mut tx, &actor, &acme, &mia).await.unwrap();
    let demoted = change_level(&mut tx, &actor, &acme, &mia, Level::Member).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!demoted.operator && !find(app, &acme, &mia).await.operator);
    let kinds = app.kinds_since(1).await;
    assert_eq!(kinds, ["user.level_changed", "user.operator_made", "user.level_changed", "user.operator_unmade"]);
    let mut tx = app.db.write().await.unwrap();
    assert!(matches!(unmake_operator(&mut tx, &actor, &acme, &mia).await, Err(Error::Conflict(_))));
}

/// Whoever makes a link for somebody could use it: an admin of the home organization would be an admin of all.
async fn an_admin_makes_no_link_for_an_operator(app: &TestApp) {
    let (acme, _, _, mut browser) = two(app).await;
    let adam = local(app, &acme, "Adam", Level::Admin).await;
    password(app, &adam).await;
    app.execute(&format!("UPDATE users SET operator = TRUE WHERE id = '{adam}'")).await;
    app.execute("UPDATE users SET level = 'admin', operator = FALSE WHERE display_name = 'Olive Owner'").await;
    let path = format!("/o/acme/users/{adam}");
    assert!(!browser.get(&path).await.body.contains("password-link"));
    assert_eq!(browser.post(&format!("{path}/password-link"), &[]).await.status, 403);
    app.execute("UPDATE users SET level = 'owner' WHERE display_name = 'Olive Owner'").await;
    assert_eq!(browser.post(&format!("{path}/password-link"), &[]).await.status, 200);
}

async fn operators_alone_have_a_list_of_all_organizations(app: &TestApp) {
    let (_, _, _, mut browser) = two(app).await;
    assert!(browser.get("/o/acme").await.body.contains(r#"href="/o""#), "the rail leads there");
    assert!(browser.get("/o/beta").await.body.contains(r#"href="/o""#), "and back");
    let page = browser.get("/o").await;
    assert_says(&page, "Acme Home /o/acme");
    assert_says(&page, "Beta /o/beta");
    assert!(page.body.contains(r#"href="/o/beta""#), "{}", page.body);
    let found = browser.get("/o?q=BET").await;
    assert!(found.body.contains("/o/beta") && !found.body.contains("/o/acme"), "{}", found.body);
    assert_says(&browser.get("/o?q=nobody").await, "No organization fits");
    for n in 0..51 {
        app.organization(&format!("Customer {n:02}")).await;
    }
    assert_says(&browser.get("/o").await, "1–50 of 53");
    assert_says(&browser.get("/o?page=2").await, "Customer 50");
}

async fn a_former_address_leads_an_operator_on(app: &TestApp) {
    let (_, beta, _, mut browser) = two(app).await;
    app.execute("UPDATE organizations SET slug = 'better' WHERE slug = 'beta'").await;
    app.execute(&format!("INSERT INTO former_slugs (slug, organization_id) VALUES ('beta', '{beta}')")).await;
    assert_eq!(browser.get("/o/beta/users?q=x").await.location(), "/o/better/users?q=x");
    app.execute("UPDATE users SET operator = FALSE").await;
    assert_eq!(browser.get("/o/beta/users?q=x").await.status, 404);
}

async fn one_operator_who_makes_operators_is_always_left(app: &TestApp) {
    let (acme, _, olive, _) = two(app).await;
    let oscar = person(app, &acme, "Oscar", Level::Owner).await;
    let mut his = browser(app, "Oscar").await;
    let her = format!("/o/acme/users/{olive}");
    for (what, form) in
        [("level", [("level", "admin")]), ("suspend", [("reason", "")]), ("delete", [("name", "Olive Owner")])]
    {
        let page = his.post(&format!("{her}/{what}"), &form).await;
        assert_eq!(page.status, 422, "{what}: {}", page.body);
        assert_says(&page, "is the last owner who is an operator");
    }
    let refused = |error: Error| error.to_string().contains("is the last owner who is an operator");
    let mut tx = app.db.write().await.unwrap();
    assert!(unmake_operator(&mut tx, &Actor::CommandLine, &acme, &olive).await.is_err_and(refused));
    drop(tx);
    // Nor by releasing her, whom a provider left behind.
    app.execute(&format!("UPDATE users SET source = 'directory:{}' WHERE id = '{olive}'", DirectoryId::new())).await;
    let owner = acting(app, &acme, &oscar).await;
    for away in [People::Suspended, People::Deleted] {
        let mut tx = app.db.write().await.unwrap();
        assert!(release_person(&mut tx, &owner, &acme, &olive, away).await.is_err_and(refused));
    }
    let mut tx = app.db.write().await.unwrap();
    release_person(&mut tx, &owner, &acme, &olive, People::Local).await.unwrap();
    tx.commit().await.unwrap();
    // Where she is one, a reset makes nobody else one.
    let mut tx = app.db.write().await.unwrap();
    reset_owner(&mut tx, &Actor::CommandLine, "oscar@example.com", None, "x").await.unwrap();
    tx.commit().await.unwrap();
    assert!(!find(app, &acme, &oscar).await.operator);
    // Once there is another, she may go.
    app.execute(&format!("UPDATE users SET operator = TRUE WHERE id = '{oscar}'")).await;
    let mut tx = app.db.write().await.unwrap();
    change_level(&mut tx, &owner, &acme, &olive, Level::Member).await.unwrap();
    tx.commit().await.unwrap();
    // Where an identity provider took them all, whoever has the machine lets an owner in again, who makes operators.
    app.execute("UPDATE users SET operator = FALSE").await;
    let seen = app.events().await.len();
    let mut tx = app.db.write().await.unwrap();
    reset_owner(&mut tx, &Actor::CommandLine, "oscar@example.com", None, "x").await.unwrap();
    tx.commit().await.unwrap();
    assert!(find(app, &acme, &oscar).await.operator);
    assert!(app.kinds_since(seen).await.contains(&"user.operator_made".to_string()));
}

on_both!(
    one_operator_who_makes_operators_is_always_left,
    an_operator_acts_as_an_admin_in_every_organization,
    each_act_of_an_operator_is_an_event_naming_them,
    an_operator_is_never_an_owner_elsewhere,
    to_everybody_else_a_foreign_organization_is_like_none,
    only_an_operator_who_is_a_home_owner_makes_operators,
    nobody_ceases_to_be_an_operator_by_themselves,
    an_operator_is_an_admin_at_least,
    an_admin_makes_no_link_for_an_operator,
    operators_alone_have_a_list_of_all_organizations,
    a_former_address_leads_an_operator_on,
);
