//! What is unique, within what, and how it is compared.

use muster::actor::{Actor, Level};
use muster::connections::{NewConnectionForm, add};
use muster::directory::users::local::{self, InvitationForm};
use muster::error::{Error, Result};
use muster::id::OrganizationId;
use serde_json::json;

use crate::routes::o::pages::olive;
use crate::support::browser::Browser;
use crate::support::{TestApp, on_both};

async fn invite(app: &TestApp, organization: &OrganizationId, email: &str) -> Result<()> {
    let form = InvitationForm { name: "Ada".into(), email: email.into(), level: Level::Member.as_str().into() };
    let mut tx = app.db.write().await.unwrap();
    local::invite(&mut tx, &Actor::CommandLine, organization, &form).await?;
    tx.commit().await
}

/// One directory, or the local people of an organization.
async fn a_user_name_is_unique_within_its_source(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (okta, entra) = (app.directory_of(&acme, "okta").await, app.directory_of(&acme, "entra").await);
    let other = app.directory("other").await;
    let name = "ada@acme.example";
    okta.user(name).await;
    okta.post("/Users", json!({ "userName": "ADA@acme.example" })).await.refused(409, "uniqueness");
    // Another directory, another organization's, and the people who are made here are other sources.
    entra.user(name).await;
    other.user(name).await;
    invite(app, &acme, "eve@acme.example").await.unwrap();
    invite(app, &other.organization, "eve@acme.example").await.unwrap();
    let refused = invite(app, &acme, "EVE@acme.example").await;
    assert!(matches!(&refused, Err(Error::Invalid(problems)) if problems.of("email").is_some()), "{refused:?}");
    invite(app, &other.organization, name).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 6);
}

/// PRECIS maps case and width; it refuses spaces and symbols, and then the composed form in lower case is compared.
async fn no_user_name_is_refused_for_its_characters(app: &TestApp) {
    let okta = app.directory("okta").await;
    for (name, same) in [
        ("ada", "ＡＤＡ"),
        ("Ada Lovelace", "ADA LOVELACE"),
        ("caf\u{e9} noir", "CAFE\u{301} NOIR"),
        ("🧪", "🧪"),
        ("a\u{200b}b", "A\u{200b}B"),
        ("<script>", "<SCRIPT>"),
        ("ÅNGSTRÖM", "ångström"),
        ("domain\\user", "DOMAIN\\USER"),
    ] {
        let id = okta.post("/Users", json!({ "userName": name })).await.expect(201).id();
        let taken = okta.post("/Users", json!({ "userName": same })).await.refused(409, "uniqueness");
        assert!(taken.contains(&id), "{name} is {same}: {taken}");
        assert_eq!(okta.get(&format!("/Users/{id}")).await.body["userName"], name, "as it was sent");
    }
    okta.user("Ada  Lovelace").await;
}

async fn an_e_mail_is_never_unique(app: &TestApp) {
    let okta = app.directory("okta").await;
    let emails = json!([{ "value": "team@acme.example", "primary": true }]);
    for name in ["ada", "eve", "joe"] {
        okta.post("/Users", json!({ "userName": name, "emails": emails })).await.expect(201);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email_key = 'team@acme.example'").await, 3);
    // It is compared folded.
    assert_eq!(okta.find("/Users", "emails eq \"TEAM@acme.example\"").await.total(), 3);
}

/// Compared in lower case, over all organizations; words with a meaning are kept free.
async fn a_directory_label_is_unique_in_the_installation(app: &TestApp) {
    let (acme, beta) = (app.organization("Acme").await, app.organization("Beta").await);
    let make = async |organization: &OrganizationId, name: &str, label: &str| {
        let form = NewConnectionForm { provider: "okta".into(), name: name.into(), label: label.into() };
        let mut tx = app.db.write().await.unwrap();
        add(&mut tx, &Actor::CommandLine, organization, &form).await?;
        tx.commit().await
    };
    make(&acme, "One", "acme-okta").await.unwrap();
    for taken in ["acme-okta", "ACME-Okta"] {
        let refused = make(&beta, "Two", taken).await;
        assert!(matches!(&refused, Err(Error::Invalid(problems)) if problems.of("label").is_some()), "{refused:?}");
    }
    for reserved in ["admin", "API", "bulk", "me", "schemas", "scim", "v1", "v2"] {
        let refused = make(&beta, "Two", reserved).await;
        assert!(matches!(&refused, Err(Error::Invalid(problems)) if problems.of("label").is_some()), "{refused:?}");
    }
    make(&beta, "Two", "beta-okta").await.unwrap();
}

async fn a_renamed_slug_redirects(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let other = app.organization("Other").await;
    app.execute("UPDATE organizations SET slug = 'apex' WHERE slug = 'acme'").await;
    app.execute("UPDATE organizations SET slug = 'another' WHERE slug = 'other'").await;
    for (slug, organization) in [("acme", &acme), ("other", &other)] {
        app.execute(&format!("INSERT INTO former_slugs (slug, organization_id) VALUES ('{slug}', '{organization}')"))
            .await;
    }
    let page = browser.get("/o/acme/users?q=x").await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (307, "/o/apex/users?q=x"));
    assert_eq!(browser.get("/o/acme").await.location(), "/o/apex");
    assert_eq!(browser.get("/o/apex").await.status, 200);
    assert_eq!(Browser::new(app).get("/sign-in/acme").await.location(), "/sign-in/apex");
    // Another organization's former name is as unknown as its present one.
    assert_eq!(browser.get("/o/other/users").await.status, 404);
}

on_both!(
    a_user_name_is_unique_within_its_source,
    no_user_name_is_refused_for_its_characters,
    an_e_mail_is_never_unique,
    a_directory_label_is_unique_in_the_installation,
    a_renamed_slug_redirects,
);
