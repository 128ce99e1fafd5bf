//! `/o/{organization}/connections/…`: connecting a provider, in the order in which an admin does it.

use crate::support::browser::{Browser, Page};
use crate::support::idp::{CLIENT_ID, CLIENT_SECRET, Idp};
use crate::support::{TestApp, on_both};

use super::pages::{assert_says, olive};

/// Olive at her browser, and a connection of hers: its page's address.
pub async fn connection<'a>(app: &'a TestApp, provider: &str, label: &str) -> (Browser<'a>, String) {
    let organization = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &organization, "acme").await;
    let fields = [("provider", provider), ("name", "Acme Login"), ("label", label)];
    let page = browser.post("/o/acme/connections/new", &fields).await;
    let at = page.location().strip_suffix("/sign-in").expect("the next step is sign-in").to_string();
    (browser, at)
}

async fn configure(browser: &mut Browser<'_>, at: &str, address: &str, secret: &str) -> Page {
    let fields = [("address", address), ("client_id", CLIENT_ID), ("client_secret", secret)];
    browser.post(&format!("{at}/sign-in"), &fields).await
}

async fn a_good_discovery_turns_sign_in_on(app: &TestApp) {
    let idp = Idp::start(&app.clock).await;
    let (mut browser, at) = connection(app, "generic", "").await;
    let page = browser.get(&format!("{at}/sign-in")).await;
    let id = at.rsplit('/').next().unwrap();
    assert_says(&page, &format!("https://muster.example.com/auth/openid/callback/{id}"));

    assert_eq!(configure(&mut browser, &at, &idp.base, CLIENT_SECRET).await.location(), format!("{at}/provisioning"));
    let page = browser.get(&format!("{at}/sign-in")).await;
    assert_says(&page, "Sign-in on");
    assert_says(&page, &format!("Issuer {}", idp.base));
    assert!(!page.body.contains(CLIENT_SECRET));
    assert_eq!(
        app.count("SELECT COUNT(*) FROM connections WHERE client_secret_sealed LIKE '%muster-secret%'").await,
        0
    );
    assert!(app.kinds_since(0).await.contains(&"connection.sign_in_changed".to_string()));
}

async fn a_failed_discovery_saves_a_draft_that_can_be_taken_up_again(app: &TestApp) {
    let idp = Idp::start(&app.clock).await;
    let (mut browser, at) = connection(app, "okta", "").await;
    configure(&mut browser, &at, "http://127.0.0.1:9", CLIENT_SECRET).await;
    let page = browser.get(&format!("{at}/sign-in")).await;
    assert_says(&page, "Sign-in is a draft");
    assert!(page.body.contains("http://127.0.0.1:9"), "what was typed is kept");

    // A draft is no sign-in that could be turned off: it is put away and taken up again.
    assert_says(&page, "Put the draft away");
    browser.post(&format!("{at}/sign-in/off"), &[]).await;
    let page = browser.get(&format!("{at}/sign-in")).await;
    assert_says(&page, "The draft is put away.");
    assert_says(&page, "Sign-in off");

    // The secret is stored: it need not be typed again.
    assert_eq!(configure(&mut browser, &at, &idp.base, "").await.location(), format!("{at}/provisioning"));
    // And a half in use is not taken down by a mistake.
    let page = configure(&mut browser, &at, "http://127.0.0.1:9", "").await;
    assert_eq!(page.status, 422);
    assert_says(&page, "goes on with its former settings");
    assert_says(&page, "Turn sign-in off");
    assert_says(&browser.get(&format!("{at}/sign-in")).await, "Sign-in on");
}

async fn provider_and_name_are_enough_for_scim(app: &TestApp) {
    let (mut browser, at) = connection(app, "entra", "acme-entra").await;
    assert_eq!(browser.post(&format!("{at}/sync"), &[("sync_mode", "scim")]).await.status, 303);
    let page = browser.get(&format!("{at}/provisioning")).await;
    assert_says(&page, "https://muster.example.com/scim/v2/acme-entra?aadOptscim062020");
}

/// The token that a page shows.
fn token(page: &Page) -> Option<String> {
    let start = page.body.find("mst_scim_")?;
    let token: String = page.body[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    muster::provisioning::tokens::SCIM.fits(&token).then_some(token)
}

async fn a_token_is_shown_once_and_a_form_sent_twice_makes_one(app: &TestApp) {
    let (mut browser, at) = connection(app, "okta", "acme-okta").await;
    browser.post(&format!("{at}/sync"), &[("sync_mode", "scim")]).await;
    let form = [("id", "0192a000-0000-7000-8000-000000000001"), ("name", "Okta")];
    let page = browser.post(&format!("{at}/tokens"), &form).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(token(&page).is_some());

    let again = browser.post(&format!("{at}/tokens"), &form).await;
    assert_eq!(again.status, 422);
    assert_says(&again, "This form was sent before");
    assert_eq!(token(&again), None);
    assert_eq!(token(&browser.get(&format!("{at}/provisioning")).await), None);
    assert_eq!(app.count("SELECT COUNT(*) FROM directory_tokens").await, 1);

    // Turning SCIM off revokes it.
    browser.post(&format!("{at}/sync"), &[("sync_mode", "none")]).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM directory_tokens WHERE revoked_at IS NULL").await, 0);
}

async fn names_and_labels_are_taken_once(app: &TestApp) {
    let (mut browser, _) = connection(app, "okta", "acme-okta").await;
    let fields = [("provider", "okta"), ("name", "ACME login"), ("label", "other")];
    let page = browser.post("/o/acme/connections/new", &fields).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Another connection has this name already");
    let fields = [("provider", ""), ("name", "Acme Login"), ("label", "acme_login")];
    let page = browser.post("/o/acme/connections/new", &fields).await;
    assert_says(&page, "Choose Okta, Microsoft Entra ID or another provider.");
    assert_says(&page, "Another connection has this name already");
    assert_says(&page, "Okta refuses base URLs with an underscore");
    assert!(page.body.contains(r#"aria-describedby="field-provider-error""#), "{}", page.body);
    let fields = [("provider", "okta"), ("name", "Other"), ("label", "Acme-Okta")];
    let page = browser.post("/o/acme/connections/new", &fields).await;
    assert_says(&page, "This label is in use");
    assert_eq!(app.count("SELECT COUNT(*) FROM connections").await, 1);
}

async fn another_organizations_connection_is_not_found(app: &TestApp) {
    let (_, at) = connection(app, "okta", "acme-okta").await;
    let other = app.organization("Other").await;
    let (_, mut stranger) = olive(app, &other, "other").await;
    let foreign = at.replace("/o/acme/", "/o/other/");
    for path in [at.clone(), foreign.clone(), format!("{foreign}/sign-in"), format!("{foreign}/provisioning")] {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
    }
    let form = [("id", "0192a000-0000-7000-8000-000000000002"), ("name", "x")];
    assert_eq!(stranger.post(&format!("{foreign}/tokens"), &form).await.status, 404);
    assert_eq!(app.count("SELECT COUNT(*) FROM directory_tokens").await, 0);
}

on_both!(
    a_good_discovery_turns_sign_in_on,
    a_failed_discovery_saves_a_draft_that_can_be_taken_up_again,
    provider_and_name_are_enough_for_scim,
    a_token_is_shown_once_and_a_form_sent_twice_makes_one,
    names_and_labels_are_taken_once,
    another_organizations_connection_is_not_found,
);
