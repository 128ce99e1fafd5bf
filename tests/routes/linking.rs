//! Linking by e-mail at sign-in: each condition by its name.

use muster::actor::Level;
use muster::id::OrganizationId;
use muster::sso::Provider;
use serde_json::{Value, json};

use super::o::local;
use crate::support::browser::{Browser, Page};
use crate::support::idp::Idp;
use crate::support::sign_in::{Connected, TENANT, connect_to};
use crate::support::{TestApp, on_both};

/// An organization that has proven example.com, with its provider; Ada is a local member, and sits at the browser.
async fn acme(app: &TestApp, name: &str, provider: Provider) -> Connected {
    let organization = app.organization(name).await;
    app.verified_domain(&organization, "example.com").await;
    at_provider(app, organization, provider).await
}

async fn at_provider(app: &TestApp, organization: OrganizationId, provider: Provider) -> Connected {
    let idp = Idp::start(&app.clock).await;
    if provider == Provider::Entra {
        let template = format!("{}/{{tenantid}}/v2.0", idp.base);
        idp.metadata(move |metadata| metadata["issuer"] = json!(template));
    }
    local(app, &organization, "Ada", Level::Member).await;
    let acme = connect_to(app, organization, "The provider", provider, idp, "scim").await;
    if provider == Provider::Entra {
        let issuer = format!("{}/{TENANT}/v2.0", acme.idp.base);
        acme.idp.change_token(move |token| token["claims"]["iss"] = json!(issuer));
    }
    acme.idp.person(ada());
    acme
}

fn ada() -> Value {
    json!({ "sub": "s-1", "oid": "s-1", "tid": TENANT, "email": "Ada@Example.com", "email_verified": true })
}

/// Ada with one claim changed; null leaves it out.
fn ada_but(claim: &str, value: Value) -> Value {
    let mut ada = ada();
    ada[claim] = value;
    ada.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    ada
}

async fn assert_unknown(app: &TestApp, page: &Page, condition: &str) {
    assert_eq!(page.status, 403, "{condition}: {} {}", page.location(), page.body);
    assert!(page.body.contains("sign_in_unknown_subject"), "{condition}: {}", page.body);
    let event = app.events().await.pop().unwrap();
    assert_eq!(event.after.unwrap()["Expected externalId"], "s-1", "{condition}");
    assert_eq!(app.count("SELECT COUNT(*) FROM identities WHERE subject = 's-1'").await, 0, "{condition}");
}

async fn a_member_is_linked_once_by_a_verified_address(app: &TestApp) {
    let acme = acme(app, "Acme", Provider::Okta).await;
    let seen = app.events().await.len();
    let mut browser = Browser::new(app);
    let page = acme.sign_in(&mut browser).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/me"), "{}", page.body);
    assert!(browser.get("/me").await.body.contains("Ada"));
    assert_eq!(app.kinds_since(seen).await, ["identity.linked_by_email", "sign_in.succeeded"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM identities WHERE pinned_at IS NOT NULL").await, 1);
    let linked = app.events().await.remove(seen).after.unwrap();
    assert_eq!((linked["subject"].as_str(), linked["email"].as_str()), (Some("s-1"), Some("Ada@Example.com")));

    // From now on the subject counts, whatever becomes of the address.
    acme.idp.person(json!({ "sub": "s-1", "email": "ada@elsewhere.example" }));
    assert_eq!(acme.sign_in(&mut Browser::new(app)).await.location(), "/me");
    // Whoever gets the address next is not Ada.
    acme.idp.person(ada_but("sub", json!("s-2")));
    let page = acme.sign_in(&mut Browser::new(app)).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("sign_in_unknown_subject") && page.body.contains("s-2"), "{}", page.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM identities").await, 1);
}

async fn without_any_one_condition_nobody_is_linked(app: &TestApp) {
    // What the provider says.
    for (condition, person) in [
        ("the address is not verified", ada_but("email_verified", json!(false))),
        ("nothing says that the address is verified", ada_but("email_verified", Value::Null)),
        ("there is no address", ada_but("email", Value::Null)),
        ("nobody has the address", ada_but("email", json!("eve@example.com"))),
    ] {
        let acme = fresh(app).await;
        acme.idp.person(person);
        assert_unknown(app, &acme.sign_in(&mut Browser::new(app)).await, condition).await;
    }
    // Ada has the address, and its domain is not proven.
    for (condition, email) in
        [("the domain is another", "ada@elsewhere.example"), ("the domain is a subdomain", "ada@sub.example.com")]
    {
        let acme = fresh(app).await;
        app.execute(&format!("UPDATE users SET email = '{email}', email_key = '{email}'")).await;
        acme.idp.person(ada_but("email", json!(email)));
        assert_unknown(app, &acme.sign_in(&mut Browser::new(app)).await, condition).await;
    }
    // What is known here.
    for (condition, change) in [
        ("the person is an admin", "UPDATE users SET level = 'admin'"),
        ("the person is an owner", "UPDATE users SET level = 'owner'"),
        ("the person was deleted", "UPDATE users SET deleted_at = '2026-11-22T12:00:00.000Z'"),
        ("the domain waits for its record", "UPDATE domains SET state = 'pending'"),
        ("the domain was lost", "UPDATE domains SET state = 'lost'"),
        ("the domain was removed", "DELETE FROM domains"),
    ] {
        let acme = fresh(app).await;
        app.execute(change).await;
        assert_unknown(app, &acme.sign_in(&mut Browser::new(app)).await, condition).await;
    }
}

/// Everything from before is gone; the organization's name is not used twice.
async fn fresh(app: &TestApp) -> Connected {
    app.execute("DELETE FROM domains").await;
    app.execute("DELETE FROM identities").await;
    app.execute("DELETE FROM users").await;
    let nth = app.count("SELECT COUNT(*) FROM organizations").await;
    acme(app, &format!("Acme {nth}"), Provider::Okta).await
}

async fn two_people_with_the_address_are_nobody(app: &TestApp) {
    let acme = acme(app, "Acme", Provider::Okta).await;
    // Also when only one of the two could be linked.
    for level in ["member", "owner"] {
        app.execute("DELETE FROM users WHERE user_name LIKE 'grace%'").await;
        local(app, &acme.organization, "Grace", Level::Member).await;
        app.execute(&format!(
            "UPDATE users SET email = 'ada@example.com', email_key = 'ada@example.com', level = '{level}' \
             WHERE user_name LIKE 'grace%'"
        ))
        .await;
        assert_unknown(app, &acme.sign_in(&mut Browser::new(app)).await, level).await;
    }
}

async fn whoever_has_a_link_gets_no_second_one(app: &TestApp) {
    let acme = acme(app, "Acme", Provider::Okta).await;
    app.execute("DELETE FROM users").await;
    // The directory said another subject; it was not used yet.
    acme.push(app, "ada", "00u-ada", Level::Member).await;
    assert_unknown(app, &acme.sign_in(&mut Browser::new(app)).await, "linked by externalId").await;
}

async fn another_organizations_domain_links_nobody(app: &TestApp) {
    let holder = app.organization("Holder").await;
    app.verified_domain(&holder, "example.com").await;
    let organization = app.organization("Acme").await;
    let acme = at_provider(app, organization, Provider::Okta).await;
    app.domain(&acme.organization, "example.com").await;
    assert_unknown(app, &acme.sign_in(&mut Browser::new(app)).await, "held by another").await;
    // Nor does somebody of the holder's sign in by a provider of another organization.
    app.execute("DELETE FROM users").await;
    local(app, &holder, "Ada", Level::Member).await;
    assert_unknown(app, &acme.sign_in(&mut Browser::new(app)).await, "a person of another").await;
}

async fn entra_never_links_by_address(app: &TestApp) {
    let acme = acme(app, "Acme", Provider::Entra).await;
    assert_unknown(app, &acme.sign_in(&mut Browser::new(app)).await, "Entra").await;
}

async fn whoever_may_not_sign_in_is_told_so_and_not_linked(app: &TestApp) {
    let acme = acme(app, "Acme", Provider::Okta).await;
    app.execute("UPDATE users SET suspended_at = '2026-11-22T12:00:00.000Z', suspended_by = 'Grace'").await;
    let page = acme.sign_in(&mut Browser::new(app)).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("sign_in_suspended") && page.body.contains("Grace"), "{}", page.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM identities").await, 0);
    // Also where unknown people are made: a new account would be a way around the suspension.
    app.execute("UPDATE connections SET sync_mode = 'on-sign-in'").await;
    acme.idp.userinfo(ada());
    let page = acme.sign_in(&mut Browser::new(app)).await;
    assert!(page.body.contains("sign_in_suspended"), "{}", page.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
}

async fn links_outlive_the_domain_and_new_ones_are_not_made(app: &TestApp) {
    let acme = acme(app, "Acme", Provider::Okta).await;
    assert_eq!(acme.sign_in(&mut Browser::new(app)).await.location(), "/me");
    local(app, &acme.organization, "Grace", Level::Member).await;
    app.lose_domain("example.com").await;
    assert_eq!(acme.sign_in(&mut Browser::new(app)).await.location(), "/me");
    let grace = json!({ "sub": "s-2", "email": "grace@example.com", "email_verified": true });
    acme.idp.person(grace);
    let page = acme.sign_in(&mut Browser::new(app)).await;
    assert!(page.body.contains("sign_in_unknown_subject"), "{}", page.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM identities").await, 1);
}

on_both!(
    a_member_is_linked_once_by_a_verified_address,
    without_any_one_condition_nobody_is_linked,
    two_people_with_the_address_are_nobody,
    whoever_has_a_link_gets_no_second_one,
    another_organizations_domain_links_nobody,
    entra_never_links_by_address,
    whoever_may_not_sign_in_is_told_so_and_not_linked,
    links_outlive_the_domain_and_new_ones_are_not_made,
);
