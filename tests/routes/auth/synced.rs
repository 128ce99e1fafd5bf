//! Sync mode *at sign-in*: the first sign-in makes a person, later ones bring them up to date.

use muster::db::sql;
use muster::sso::Provider;
use serde_json::{Value, json};

use crate::routes::o::pages::{assert_says, olive};
use crate::support::browser::Browser;
use crate::support::idp::Idp;
use crate::support::sign_in::{Connected, connect, connect_to};
use crate::support::{TestApp, on_both};

async fn acme(app: &TestApp) -> Connected {
    let idp = Idp::start(&app.clock).await;
    let organization = app.organization("Acme").await;
    connect_to(app, organization, "Acme", Provider::Generic, idp, "on-sign-in").await
}

fn ada(claims: Value) -> Value {
    let mut ada = json!({ "sub": "s-1", "name": "Ada Byron", "email": "ada@example.com", "preferred_username": "ada" });
    ada.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    ada
}

async fn signs_in(app: &TestApp, acme: &Connected, person: Value) {
    acme.idp.person(person);
    let page = acme.sign_in(&mut Browser::new(app)).await;
    assert_eq!(page.location(), "/me", "{}", page.body);
}

/// The names of the groups that have a member by a sign-in.
async fn groups(app: &TestApp) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    let rows: Vec<(String,)> = sql("SELECT g.display_name FROM memberships m JOIN groups g ON g.id = m.group_id \
                                    WHERE m.source = g.source AND g.source LIKE 'sign-in:%' ORDER BY g.display_name")
    .all(&mut tx)
    .await
    .unwrap();
    rows.into_iter().map(|(name,)| name).collect()
}

async fn later_sign_ins_bring_name_and_address_up_to_date(app: &TestApp) {
    let acme = acme(app).await;
    signs_in(app, &acme, ada(json!({}))).await;
    let seen = app.events().await.len();
    signs_in(app, &acme, ada(json!({}))).await;
    assert!(!app.kinds_since(seen).await.contains(&"user.updated".to_string()), "nothing has changed");
    signs_in(app, &acme, ada(json!({ "name": "Ada Lovelace", "email": "lovelace@example.com" }))).await;
    let event = app.events().await.into_iter().rfind(|event| event.kind == "user.updated").unwrap();
    assert_eq!(event.before.unwrap()["displayName"], "Ada Byron");
    assert_eq!(event.after.unwrap()["displayName"], "Ada Lovelace");
    let query = "SELECT COUNT(*) FROM users WHERE display_name = 'Ada Lovelace' AND email = 'lovelace@example.com' \
                 AND user_name = 'ada'";
    assert_eq!(app.count(query).await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
}

async fn groups_follow_the_claim(app: &TestApp) {
    let acme = acme(app).await;
    signs_in(app, &acme, ada(json!({ "groups": ["Engineering", "Pilots", "Engineering"] }))).await;
    assert_eq!(groups(app).await, ["Engineering", "Pilots"]);
    let seen = app.events().await.len();
    signs_in(app, &acme, ada(json!({ "groups": ["Pilots", "Poets"] }))).await;
    assert_eq!(groups(app).await, ["Pilots", "Poets"]);
    let kinds = app.kinds_since(seen).await;
    for kind in ["group.created", "group.member_added", "group.member_removed"] {
        assert_eq!(kinds.iter().filter(|one| *one == kind).count(), 1, "{kind}: {kinds:?}");
    }
    // Somebody else in the same group, and a membership that an admin made.
    signs_in(app, &acme, json!({ "sub": "s-2", "name": "G", "email": "g@example.com", "groups": ["pilots"] })).await;
    assert_eq!(groups(app).await, ["Pilots", "Pilots", "Poets"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM groups").await, 3);
    // A claim that is missing says nothing; an empty list says: none.
    signs_in(app, &acme, ada(json!({}))).await;
    assert_eq!(groups(app).await, ["Pilots", "Pilots", "Poets"]);
    signs_in(app, &acme, ada(json!({ "groups": "no list" }))).await;
    assert_eq!(groups(app).await.len(), 3);
    signs_in(app, &acme, ada(json!({ "groups": [] }))).await;
    assert_eq!(groups(app).await, ["Pilots"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM groups").await, 3, "an empty group stays, with its roles");
}

async fn the_scope_for_groups_is_asked_for_where_there_is_one(app: &TestApp) {
    let idp = Idp::start(&app.clock).await;
    idp.metadata(|metadata| metadata["scopes_supported"] = json!(["openid", "groups"]));
    let organization = app.organization("Acme").await;
    let okta = connect_to(app, organization, "Acme", Provider::Okta, idp, "on-sign-in").await;
    let page = Browser::new(app).get(&format!("/auth/start/{}", okta.connection)).await;
    assert!(page.location().contains("scope=openid+profile+email+groups"), "{}", page.location());
}

async fn with_scim_a_refusal_stands_on_the_connections_page(app: &TestApp) {
    let acme = connect(app, Provider::Okta).await;
    acme.idp.person(json!({ "sub": "00u-unknown" }));
    let page = acme.sign_in(&mut Browser::new(app)).await;
    assert!(page.body.contains("sign_in_unknown_subject"), "{}", page.body);
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0, "SCIM alone makes people");
    let (_, mut browser) = olive(app, &acme.organization, "acme").await;
    let page = browser.get(&format!("/o/acme/connections/{}/sign-in", acme.connection)).await;
    assert_says(&page, "Refused at sign-in");
    assert_says(&page, "sign_in_unknown_subject");
    assert_says(&page, "expected externalId 00u-unknown");
}

on_both!(
    later_sign_ins_bring_name_and_address_up_to_date,
    groups_follow_the_claim,
    the_scope_for_groups_is_asked_for_where_there_is_one,
    with_scim_a_refusal_stands_on_the_connections_page,
);
