//! `POST /sign-in`: home realm discovery, from an e-mail address to where its people sign in.

use muster::id::OrganizationId;
use muster::sso::Provider;

use super::o::local;
use crate::support::browser::{Browser, Page};
use crate::support::idp::Idp;
use crate::support::sign_in::{Connected, connect, connect_to};
use crate::support::{TestApp, on_both};

/// Acme, which has proven example.com and has one connection, beside Beta.
async fn two(app: &TestApp) -> (Connected, OrganizationId) {
    let acme = connect(app, Provider::Okta).await;
    let beta = app.organization("Beta").await;
    app.verified_domain(&acme.organization, "example.com").await;
    (acme, beta)
}

async fn ask(app: &TestApp, email: &str) -> Page {
    let typed = [("email", email), ("return_to", "/o/acme/users?q=x")];
    Browser::new(app).post("/sign-in", &typed).await
}

/// What the page says, without what was typed.
fn shown(page: &Page, typed: &str) -> String {
    let shown = page.body.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a page");
    shown.replace(typed, "…")
}

async fn an_address_is_asked_for_where_there_are_several(app: &TestApp) {
    two(app).await;
    let mut browser = Browser::new(app);
    let page = browser.get("/sign-in?return_to=%2Fo%2Facme%2Fusers&login_hint=ada%40example.com").await;
    assert_eq!(page.status, 200);
    for there in ["name=\"email\"", "value=\"ada@example.com\"", "value=\"/o/acme/users\""] {
        assert!(page.body.contains(there), "{there}: {}", page.body);
    }
    assert!(!page.body.contains("name=\"organization\""), "{}", page.body);
    // The other way is a link, with the wish kept.
    let other = "/sign-in?by=organization&amp;return_to=%2Fo%2Facme%2Fusers";
    assert!(page.body.contains(other), "{}", page.body);
    let page = browser.get(&other.replace("&amp;", "&")).await;
    assert!(page.body.contains("name=\"organization\"") && page.body.contains("value=\"/o/acme/users\""));
    let page = browser.post("/sign-in", &[("organization", "acme"), ("return_to", "/o/acme/users")]).await;
    assert_eq!(page.location(), "/sign-in/acme?return_to=%2Fo%2Facme%2Fusers");
}

async fn a_proven_domain_with_one_connection_leads_to_its_provider(app: &TestApp) {
    let (acme, _) = two(app).await;
    let wanted =
        format!("/auth/start/{}?login_hint=Ada%40Example.com&return_to=%2Fo%2Facme%2Fusers%3Fq%3Dx", acme.connection);
    let page = ask(app, " Ada@Example.com ").await;
    assert_eq!((page.status.as_u16(), page.location()), (303, wanted));
    let page = Browser::new(app).get(&page.location()).await;
    assert!(page.location().starts_with(&acme.idp.base), "{}", page.location());
    assert!(page.location().contains("login_hint=Ada%40Example.com"), "{}", page.location());
    // An address elsewhere is not returned to.
    let typed = [("email", "ada@example.com"), ("return_to", "https://evil.example/")];
    let page = Browser::new(app).post("/sign-in", &typed).await;
    assert_eq!(page.location(), format!("/auth/start/{}?login_hint=ada%40example.com", acme.connection));
}

async fn with_several_connections_or_none_the_organization_offers_them(app: &TestApp) {
    let (acme, _) = two(app).await;
    let wanted = "/sign-in/acme?email=ada%40example.com&return_to=%2Fo%2Facme%2Fusers%3Fq%3Dx";
    let idp = Idp::start(&app.clock).await;
    connect_to(app, acme.organization.clone(), "Second", Provider::Generic, idp, "scim").await;
    let page = ask(app, "ada@example.com").await;
    assert_eq!(page.location(), wanted);
    let page = Browser::new(app).get(&page.location()).await;
    assert!(page.body.contains("Continue with Acme Okta") && page.body.contains("Continue with Second"));
    assert!(page.body.contains("login_hint=ada%40example.com") && page.body.contains("value=\"ada@example.com\""));
    app.execute("UPDATE connections SET sign_in = 'off'").await;
    assert_eq!(ask(app, "ada@example.com").await.location(), wanted);
}

async fn people_are_not_told_from_addresses_that_nobody_has(app: &TestApp) {
    let (acme, beta) = two(app).await;
    local(app, &acme.organization, "Ada", muster::actor::Level::Member).await;
    // Grace has an address in a domain that nobody has proven.
    local(app, &beta, "Grace", muster::actor::Level::Owner).await;
    app.execute(
        "UPDATE users SET email = 'grace@beta.example', email_key = 'grace@beta.example' WHERE user_name LIKE 'grace%'",
    )
    .await;
    let known = ask(app, "ada@example.com").await.location();
    assert_eq!(ask(app, "eve@example.com").await.location(), known.replace("ada%40", "eve%40"));
    let [grace, nobody] = ["grace@beta.example", "nobody@beta.example"];
    let (at_grace, at_nobody) = (ask(app, grace).await, ask(app, nobody).await);
    assert_eq!((at_grace.status.as_u16(), at_nobody.status.as_u16()), (422, 422));
    let (grace, nobody) = (shown(&at_grace, grace), shown(&at_nobody, nobody));
    assert_eq!(grace, nobody);
    assert!(grace.contains("name=\"organization\"") && grace.contains("does not say where you sign in"), "{grace}");
}

async fn only_proven_domains_lead_anywhere(app: &TestApp) {
    let (acme, beta) = two(app).await;
    app.domain(&beta, "beta.example").await;
    for email in ["b@beta.example", "b@sub.example.com", "b@ample.com"] {
        assert_eq!(ask(app, email).await.status, 422, "{email}");
    }
    for email in ["", "ada", "ada@", "ada@localhost"] {
        let page = ask(app, email).await;
        assert_eq!(page.status, 422, "{email}");
        assert!(page.body.contains("Enter your whole e-mail address"), "{}", page.body);
        assert!(page.body.contains("name=\"email\"") && !page.body.contains("name=\"organization\""));
    }
    app.lose_domain("example.com").await;
    assert_eq!(ask(app, "ada@example.com").await.status, 422);
    app.verified_domain(&acme.organization, "xn--bcher-kva.example").await;
    assert_eq!(ask(app, "ada@Bücher.example").await.status, 303);
}

on_both!(
    an_address_is_asked_for_where_there_are_several,
    a_proven_domain_with_one_connection_leads_to_its_provider,
    with_several_connections_or_none_the_organization_offers_them,
    people_are_not_told_from_addresses_that_nobody_has,
    only_proven_domains_lead_anywhere,
);
