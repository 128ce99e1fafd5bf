//! *Test sign-in*, and changing whom a connection trusts.

use muster::actor::Level;
use muster::sso::Provider;
use serde_json::json;
use time::Duration;

use crate::routes::o::pages::{assert_says, olive};
use crate::support::browser::{Browser, Page};
use crate::support::idp::{CLIENT_ID, Idp};
use crate::support::sign_in::{Connected, TENANT, connect, connect_to};
use crate::support::{TestApp, on_both};

async fn a_test_shows_each_claim_and_signs_nobody_in(app: &TestApp) {
    let idp = Idp::start(&app.clock).await;
    let template = format!("{}/{{tenantid}}/v2.0", idp.base);
    idp.metadata(move |metadata| metadata["issuer"] = json!(template));
    let organization = app.organization("Acme").await;
    let acme = connect_to(app, organization, "Acme Entra", Provider::Entra, idp, "scim").await;
    let issuer = format!("{}/{TENANT}/v2.0", acme.idp.base);
    acme.idp.change_token(move |token| token["claims"]["iss"] = json!(issuer));
    acme.push(app, "ada", "oid-of-ada", Level::Member).await;
    let (_, mut browser) = olive(app, &acme.organization, "acme").await;
    let start = format!("/auth/test/{}", acme.connection);
    assert_says(&browser.get(&format!("/o/acme/connections/{}/sign-in", acme.connection)).await, "Test sign-in");

    // A guest of the tenant: its oid and tid count, whatever the addresses say.
    acme.idp.person(json!({
        "sub": "pairwise", "oid": "oid-of-ada", "tid": TENANT, "preferred_username": "ada_home#EXT#@acme.example",
        "email": "ada@home.example",
    }));
    let before = browser.cookies.clone();
    let page = browser.get(&start).await;
    let page = browser.get(&acme.idp.authorize(&page.location())).await;
    assert_eq!((page.status.as_u16(), page.headers["cache-control"].to_str().unwrap()), (200, "no-store"));
    for said in ["This would sign in ADA", "oid-of-ada", "ada_home#EXT#@acme.example", "ada@home.example", TENANT] {
        assert_says(&page, said);
    }
    assert_eq!(browser.cookies, before, "the session is the same");
    assert_says(&browser.get("/me").await, "Olive Owner");
    assert_eq!(app.count("SELECT COUNT(*) FROM identities WHERE pinned_at IS NOT NULL").await, 0);

    acme.idp.person(json!({ "sub": "pairwise", "oid": "oid-of-nobody", "tid": TENANT }));
    let page = browser.get(&start).await;
    let page = browser.get(&acme.idp.authorize(&page.location())).await;
    assert_says(&page, "no person here has the externalId oid-of-nobody");
    // Everything is checked as in a sign-in.
    acme.idp.person(json!({ "sub": "pairwise", "oid": "oid-of-ada", "tid": "another" }));
    let page = browser.get(&start).await;
    let page = browser.get(&acme.idp.authorize(&page.location())).await;
    assert_says(&page, "sign_in_wrong_tenant");
}

async fn only_admins_test(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.push(app, "ada", "ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "ada" }));
    let start = format!("/auth/test/{}", acme.connection);
    assert!(Browser::new(app).get(&start).await.location().starts_with("/sign-in"));
    let mut ada = Browser::new(app);
    acme.sign_in(&mut ada).await;
    assert_eq!(ada.get(&start).await.status, 404);
    let other = app.organization("Other").await;
    let (_, mut stranger) = olive(app, &other, "other").await;
    assert_eq!(stranger.get(&start).await.status, 404);
    // Whoever has signed out meanwhile sees nobody's claims.
    let (_, mut olive) = olive(app, &acme.organization, "acme").await;
    let page = olive.get(&start).await;
    let back = acme.idp.authorize(&page.location());
    app.execute("UPDATE users SET level = 'member' WHERE display_name = 'Olive Owner'").await;
    assert_says(&olive.get(&back).await, "sign_in_test_ended");
}

async fn save(browser: &mut Browser<'_>, acme: &Connected, address: &str, client_id: &str) -> Page {
    let fields = [("address", address), ("client_id", client_id), ("client_secret", "")];
    browser.post(&format!("/o/acme/connections/{}/sign-in", acme.connection), &fields).await
}

async fn whom_a_connection_trusts_is_changed_by_an_owner_who_has_just_signed_in(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    let base = acme.idp.base.clone();
    let ada = acme.push(app, "ada", "ada", Level::Member).await;
    let grace = acme.push(app, "grace", "grace", Level::Admin).await;
    let signs_in = async |subject: &str| {
        acme.idp.person(json!({ "sub": subject }));
        acme.sign_in(&mut Browser::new(app)).await.location().starts_with(['/'])
            && app.events().await.pop().unwrap().kind == "sign_in.succeeded"
    };
    assert!(signs_in("ada").await && signs_in("grace").await);
    let (olive_id, mut browser) = olive(app, &acme.organization, "acme").await;

    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{olive_id}'")).await;
    assert_says(&save(&mut browser, &acme, &base, "another").await, "Only owners can do this.");
    // Nor by way of turning it off.
    browser.post(&format!("/o/acme/connections/{}/sign-in/off", acme.connection), &[]).await;
    assert_says(&save(&mut browser, &acme, &base, "another").await, "Only owners can do this.");
    app.execute(&format!("UPDATE users SET level = 'owner' WHERE id = '{olive_id}'")).await;

    app.clock.advance(Duration::minutes(11));
    let page = save(&mut browser, &acme, &base, "another").await;
    assert_eq!(page.status, 422);
    assert_says(&page, "sign out, sign in again, and save within 10 minutes");
    assert_eq!(
        save(&mut browser, &acme, &base, CLIENT_ID).await.status,
        303,
        "what changes nobody's identity may be saved"
    );

    let mut browser = Browser::new(app);
    browser.sign_in("acme", "olive@example.com", crate::routes::o::pages::PASSWORD).await;
    // Another provider altogether.
    let new = Idp::start(&app.clock).await;
    let through = format!("SELECT COUNT(*) FROM sessions WHERE connection_id = '{}'", acme.connection);
    app.session(ada.as_str()).await;
    app.execute(&format!("UPDATE sessions SET connection_id = '{}' WHERE user_id = '{ada}'", acme.connection)).await;
    assert_eq!(app.count(&through).await, 1);
    assert_eq!(save(&mut browser, &acme, &new.base, CLIENT_ID).await.status, 303);
    assert_eq!(app.count(&through).await, 0, "whoever came by the former provider is out");
    let acme = Connected { idp: new, ..acme };
    let signs_in = async |subject: &str| {
        acme.idp.person(json!({ "sub": subject }));
        acme.sign_in(&mut Browser::new(app)).await;
        app.events().await.pop().unwrap().kind == "sign_in.succeeded"
    };
    assert!(signs_in("ada").await, "members are linked anew by externalId");
    assert!(!signs_in("grace").await, "admins wait");
    let path = format!("/o/acme/users/{grace}");
    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{olive_id}'")).await;
    let page = browser.post(&format!("{path}/link"), &[("subject", "grace")]).await;
    assert_says(&page, "Only owners can do this.");
    app.execute(&format!("UPDATE users SET level = 'owner' WHERE id = '{olive_id}'")).await;
    assert_eq!(browser.post(&format!("{path}/link"), &[("subject", "grace")]).await.status, 303);
    assert!(signs_in("grace").await);

    // Back to the former provider: what was trusted once is not trusted again by itself.
    let links = "SELECT COUNT(*) FROM identities WHERE user_id = '";
    assert_eq!(app.count(&format!("{links}{ada}'")).await, 2);
    let fresh = save(&mut browser, &acme, &base, CLIENT_ID).await;
    assert_eq!(fresh.status, 303, "{}", fresh.body);
    let issuer = format!("' AND issuer = '{base}'");
    assert_eq!(app.count(&format!("{links}{grace}{issuer}")).await, 0);
    assert_eq!(app.count(&format!("{links}{ada}{issuer}")).await, 1);
}

on_both!(
    a_test_shows_each_claim_and_signs_nobody_in,
    only_admins_test,
    whom_a_connection_trusts_is_changed_by_an_owner_who_has_just_signed_in,
);
