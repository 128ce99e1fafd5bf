//! `/o/{organization}/connections/{connection}/tokens…`: tokens, client secrets and federation, as an admin handles them.

use axum::http::Method;
use muster::id::{ConnectionId, DirectoryId, OrganizationId, TokenId};
use muster::provisioning::oauth::client_id;
use muster::provisioning::tokens::{CLIENT_SECRET, Form, SCIM};
use time::Duration;

use super::connections::connection;
use super::pages::{PASSWORD, assert_says};
use crate::routes::scim::oauth::{Granted, ask};
use crate::support::browser::{Browser, Page};
use crate::support::{ScimClient, TestApp, on_both};

/// A connection with SCIM on, at Olive's browser; the directory's label is `acme`.
async fn scim<'a>(app: &'a TestApp, provider: &str) -> (Browser<'a>, String) {
    let (mut browser, at) = connection(app, provider, "acme").await;
    browser.post(&format!("{at}/sync"), &[("sync_mode", "scim")]).await;
    (browser, at)
}

/// The secret of that form that a page shows.
fn shown(page: &Page, form: Form) -> Option<String> {
    let words = page.body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.into_iter().find(|word| form.fits(word)).map(str::to_string)
}

/// Moves the clock; sessions do not last so long.
async fn wait(app: &TestApp, browser: &mut Browser<'_>, by: Duration) {
    app.clock.advance(by);
    let page = browser.sign_in("acme", "olive@example.com", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.body);
}

async fn make(browser: &mut Browser<'_>, at: &str, kind: &str, more: &[(&str, &str)]) -> Page {
    let id = TokenId::new().to_string();
    let mut fields = vec![("id", id.as_str()), ("kind", kind), ("name", "Okta, 2026")];
    fields.extend(more);
    browser.post(&format!("{at}/tokens"), &fields).await
}

/// The id of the only token that has not been replaced.
async fn newest(app: &TestApp) -> String {
    let mut tx = app.db.read().await.unwrap();
    let row: (String,) =
        muster::db::sql("SELECT id FROM directory_tokens ORDER BY id DESC").one(&mut tx).await.unwrap();
    row.0
}

async fn directory(app: &TestApp) -> DirectoryId {
    let mut tx = app.db.read().await.unwrap();
    muster::db::sql("SELECT id FROM directories").one::<(DirectoryId,)>(&mut tx).await.unwrap().0
}

/// The provider, with that token.
async fn provider(app: &TestApp, token: &str) -> ScimClient {
    app.client("acme", token, directory(app).await, OrganizationId::new())
}

async fn exchange(app: &TestApp, secret: &str) -> Granted {
    let id = client_id(&directory(app).await);
    let form = [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret)];
    ask(app, "acme", None, &form).await
}

async fn a_token_may_end_by_itself(app: &TestApp) {
    let (mut browser, at) = scim(app, "okta").await;
    let page = make(&mut browser, &at, "bearer", &[("expires", "date"), ("expires_on", "2026-11-23")]).await;
    let okta = provider(app, &shown(&page, SCIM).expect("the token is shown")).await;
    assert_says(&page, "in 1 day");
    okta.get("/Users").await.expect(200);
    wait(app, &mut browser, Duration::hours(36)).await;
    assert!(okta.get("/Users").await.refused(401, "").contains("expired"));
    assert_says(&browser.get(&format!("{at}/provisioning")).await, "Expired");
    for (expires, day, said) in [("date", "2026-11-22", "This day is over"), ("date", "soon", "such as 2027-12-31")] {
        let page = make(&mut browser, &at, "bearer", &[("expires", expires), ("expires_on", day)]).await;
        assert_eq!((page.status.as_u16(), shown(&page, SCIM)), (422, None));
        assert_says(&page, said);
        assert!(
            page.body.contains(&format!("value=\"{day}\"")) && page.body.contains("Okta, 2026"),
            "what was typed is kept"
        );
    }
    make(&mut browser, &at, "bearer", &[("expires", "1-year")]).await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM directory_tokens WHERE expires_at = '2027-11-24T00:00:00.000Z'").await,
        1
    );
}

async fn a_rotated_token_goes_on_for_the_overlap(app: &TestApp) {
    let (mut browser, at) = scim(app, "entra").await;
    let page = make(&mut browser, &at, "bearer", &[]).await;
    assert_says(&page, "Test Connection");
    let old = provider(app, &shown(&page, SCIM).unwrap()).await;
    let path = format!("{at}/tokens/{}/rotate", newest(app).await);
    let page = browser.get(&path).await;
    assert_says(&page, "Rotate “Okta, 2026”");
    assert!(page.body.contains("value=\"24h\" checked"), "{}", page.body);
    let seen = app.events().await.len();
    let id = TokenId::new().to_string();
    let form = [("id", id.as_str()), ("overlap", "24h"), ("expires", "90-days")];
    let page = browser.post(&path, &form).await;
    assert_eq!((page.status.as_u16(), &page.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    assert_says(&page, "in 1 day");
    let new = provider(app, &shown(&page, SCIM).expect("the new one is shown")).await;
    assert_eq!(app.kinds_since(seen).await, ["directory.token_created", "directory.token_rotated"]);
    for event in app.events().await {
        assert!(!format!("{event:?}").contains(&new.token), "no secrets in events");
    }
    // The same form again makes nothing.
    let again = browser.post(&path, &form).await;
    assert_eq!((again.status.as_u16(), shown(&again, SCIM)), (422, None));
    assert_says(&again, "This form was sent before");
    app.clock.advance(Duration::hours(23));
    old.get("/Users").await.expect(200);
    new.get("/Users").await.expect(200);
    wait(app, &mut browser, Duration::hours(1)).await;
    assert!(old.get("/Users").await.refused(401, "").contains("expired"));
    new.get("/Users").await.expect(200);
    // What has ended is not rotated.
    let page = browser.post(&path, &[("id", &TokenId::new().to_string()), ("overlap", "7d")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "It has ended already");
    // Without an overlap the old one ends now; and an overlap makes nothing live longer than it would have.
    let path = format!("{at}/tokens/{id}/rotate");
    let page = browser.post(&path, &[("id", &TokenId::new().to_string()), ("overlap", "now")]).await;
    assert!(new.get("/Users").await.refused(401, "").contains("revoked"));
    provider(app, &shown(&page, SCIM).unwrap()).await.get("/Users").await.expect(200);
    make(&mut browser, &at, "bearer", &[("expires", "date"), ("expires_on", "2026-11-23")]).await;
    let path = format!("{at}/tokens/{}/rotate", newest(app).await);
    browser.post(&path, &[("id", &TokenId::new().to_string()), ("overlap", "7d")]).await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM directory_tokens WHERE expires_at = '2026-11-24T00:00:00.000Z'").await,
        1
    );
}

async fn client_secrets_are_handled_beside_tokens(app: &TestApp) {
    let (mut browser, at) = scim(app, "entra").await;
    let here = format!("{at}/provisioning/oauth");
    let page = browser.get(&here).await;
    assert_says(&page, "https://muster.example.com/scim/v2/acme/oauth/token");
    assert_says(&page, &client_id(&directory(app).await));
    let seen = app.events().await.len();
    let page = make(&mut browser, &at, "client-secret", &[]).await;
    assert_eq!(&page.headers["cache-control"], "no-store");
    assert_says(&page, "Your new client secret");
    let first = shown(&page, CLIENT_SECRET).expect("the secret is shown");
    assert_eq!(shown(&browser.get(&here).await, CLIENT_SECRET), None);
    let by_first = provider(app, &exchange(app, &first).await.token()).await;
    let path = format!("{at}/tokens/{}", newest(app).await);
    let rotated =
        browser.post(&format!("{path}/rotate"), &[("id", &TokenId::new().to_string()), ("overlap", "1h")]).await;
    let second = shown(&rotated, CLIENT_SECRET).expect("the new secret is shown");
    let by_second = provider(app, &exchange(app, &second).await.token()).await;
    by_first.get("/Users").await.expect(200);
    // A secret that is revoked takes its access tokens along, and no others.
    let page = browser.post(&format!("{path}/revoke"), &[]).await;
    assert_eq!(page.location(), here);
    assert!(by_first.get("/Users").await.refused(401, "").contains("revoked"));
    by_second.get("/Users").await.expect(200);
    let kinds = ["created", "created", "rotated", "revoked"].map(|verb| format!("directory.client_secret_{verb}"));
    assert_eq!(app.kinds_since(seen).await, kinds);
    // Turning SCIM off takes all, and turning it on again brings none back.
    browser.post(&format!("{at}/sync"), &[("sync_mode", "none")]).await;
    assert_says(&browser.get(&here).await, "SCIM is off");
    by_second.get("/Users").await.refused(401, "");
    browser.post(&format!("{at}/sync"), &[("sync_mode", "scim")]).await;
    assert!(by_second.get("/Users").await.refused(401, "").contains("revoked"));
    assert!(exchange(app, &second).await.refused(401, "invalid_client").contains("revoked"));
}

async fn a_federation_is_saved_and_removed(app: &TestApp) {
    let (mut browser, at) = scim(app, "entra").await;
    let (tenant, application) = ("8F1F6B1C-0d43-4c1f-9a71-1f0a5b8f2c11", "2b7c2f3a-6f0e-4f1d-8c55-0a3c4de1f9b2");
    let fields = |subject: &'static str| {
        [("tenant_id", tenant), ("application_id", application), ("audience", "uri"), ("subject", subject)]
    };
    let wrong = [("tenant_id", "contoso.com"), ("application_id", ""), ("audience", ""), ("subject", " ")];
    let page = browser.post(&format!("{at}/federation"), &wrong).await;
    assert_eq!(page.status, 422);
    for said in ["Enter the Directory (tenant) ID", "Enter the Application (client) ID", "Enter the subject"] {
        assert_says(&page, said);
    }
    assert!(page.body.contains("contoso.com"), "what was typed is kept");
    let seen = app.events().await.len();
    for subject in ["one", "one", "two"] {
        assert_eq!(browser.post(&format!("{at}/federation"), &fields(subject)).await.status, 303);
    }
    assert_says(&browser.get(&format!("{at}/provisioning/oauth")).await, &format!("api://{application}"));
    let lower =
        "SELECT COUNT(*) FROM federations WHERE tenant_id = '8f1f6b1c-0d43-4c1f-9a71-1f0a5b8f2c11' AND subject = 'two'";
    assert_eq!(app.count(lower).await, 1);
    browser.post(&format!("{at}/federation/remove"), &[]).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM federations").await, 0);
    let kinds = ["saved", "saved", "removed"].map(|verb| format!("directory.federation_{verb}"));
    assert_eq!(app.kinds_since(seen).await, kinds);
    assert_eq!(browser.post(&format!("{at}/federation/remove"), &[]).await.status, 404);
}

async fn a_foreign_organization_reaches_none_of_it(app: &TestApp) {
    let (mut browser, at) = scim(app, "okta").await;
    make(&mut browser, &at, "bearer", &[]).await;
    let token = newest(app).await;
    let other = app.organization("Other").await;
    let (_, mut stranger) = super::pages::olive(app, &other, "other").await;
    let foreign = at.replace("/o/acme/", "/o/other/");
    let mine = format!("/o/other/connections/{}", ConnectionId::new());
    for base in [at.clone(), foreign, mine] {
        for path in ["/provisioning/oauth".to_string(), format!("/tokens/{token}/rotate")] {
            assert_eq!(stranger.get(&format!("{base}{path}")).await.status, 404, "{base}{path}");
        }
        for path in [format!("/tokens/{token}/rotate"), format!("/tokens/{token}/revoke"), "/federation".into()] {
            let form = [("id", "0192a000-0000-7000-8000-000000000009"), ("overlap", "now")];
            assert_eq!(stranger.post(&format!("{base}{path}"), &form).await.status, 404, "{base}{path}");
        }
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM directory_tokens WHERE revoked_at IS NULL").await, 1);
    assert_eq!(provider(app, "x").await.send(Method::GET, "/Users", None, &[]).await.status, 401);
}

on_both!(
    a_token_may_end_by_itself,
    a_rotated_token_goes_on_for_the_overlap,
    client_secrets_are_handled_beside_tokens,
    a_federation_is_saved_and_removed,
    a_foreign_organization_reaches_none_of_it,
);
