//! `/o/{organization}/connections/{connection}/move`: people move to another connection (identity.md, "Uniqueness").

use muster::actor::Level;
use muster::directory::users::aliases::{self, SCHEMA};
use muster::id::{ConnectionId, UserId};
use serde_json::{Value, json};

use super::pages::{assert_says, olive};
use super::pending::connection;
use super::{acting, find, local, password};
use crate::support::browser::Browser;
use crate::support::{ScimClient, TestApp, on_both};

const BASE: &str = "/o/organization-of-okta";

struct Acme<'a> {
    okta: ScimClient,
    entra: ScimClient,
    browser: Browser<'a>,
    /// The page of the move from Okta.
    at: String,
    to: String,
}

async fn acme(app: &TestApp) -> Acme<'_> {
    let okta = app.directory("okta").await;
    let entra = app.directory_of(&okta.organization, "entra").await;
    let (_, browser) = olive(app, &okta.organization, &BASE[3..]).await;
    let at = format!("{BASE}/connections/{}/move", connection(app, &okta).await);
    let to = connection(app, &entra).await;
    Acme { okta, entra, browser, at, to }
}

impl Acme<'_> {
    async fn moves(&mut self) {
        let to = self.to.clone();
        let page = self.browser.post(&self.at, &[("to", &to)]).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, format!("{BASE}/connections/{to}")), "{}", page.body);
    }

    async fn sent(&self, directory: &ScimClient, body: Value) -> String {
        directory.post("/Users", body).await.expect(201).id()
    }
}

fn person(name: &str, external_id: &str, email: &str) -> Value {
    json!({ "userName": name, "externalId": external_id, "emails": [{ "value": email, "primary": true }] })
}

async fn a_move_is_previewed_by_number_and_name(app: &TestApp) {
    let mut acme = acme(app).await;
    acme.sent(&acme.okta, person("ada", "o1", "ada@example.com")).await;
    acme.sent(&acme.okta, person("bob", "o2", "bob@example.com")).await;
    acme.sent(&acme.okta, person("eve", "o3", "shared@example.com")).await;
    acme.sent(&acme.okta, person("joe", "o4", "shared@example.com")).await;
    acme.sent(&acme.entra, person("ADA", "e1", "other@example.com")).await;
    acme.sent(&acme.entra, person("somebody", "e2", "shared@example.com")).await;
    assert_says(&acme.browser.get(&acme.at).await, "See what would happen");
    let page = acme.browser.get(&format!("{}?to={}", acme.at, acme.to)).await;
    for said in [
        "1 person there already: one and the same from now on",
        "ada ada is ADA there",
        "1 person not there yet: they wait for it",
        "bob bob waits to be sent",
        "2 people stay where they are",
        "eve eve several people have this e-mail address",
        "Move 2 people",
    ] {
        assert_says(&page, said);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE moved_at IS NOT NULL").await, 0);
}

async fn who_was_sent_already_is_merged_under_the_old_id(app: &TestApp) {
    let mut acme = acme(app).await;
    let old = acme.sent(&acme.okta, person("ada", "o1", "ada@example.com")).await;
    let new = acme.sent(&acme.entra, person("ada", "e1", "ada@new.example")).await;
    let team = acme.entra.group("Pilots", &[&new]).await;
    let seen = app.events().await.len();
    acme.moves().await;
    let id = UserId::parse(&old).unwrap();
    let ada = find(app, &acme.okta.organization, &id).await;
    assert_eq!(ada.source.to_string(), format!("directory:{}", acme.entra.directory));
    assert_eq!((ada.external_id.as_deref(), ada.email.as_deref()), (Some("e1"), Some("ada@new.example")));
    assert_eq!(acme.entra.members(&team).await, std::slice::from_ref(&old), "the memberships from there");
    assert_eq!(acme.entra.find("/Users", "externalId eq \"e1\"").await.ids(), std::slice::from_ref(&old));
    assert_eq!(acme.entra.get("/Users").await.total(), 1);
    acme.entra.get(&format!("/Users/{new}")).await.refused(404, "");
    acme.okta.get(&format!("/Users/{old}")).await.refused(404, "");
    let events = app.events().await.split_off(seen);
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["group.member_removed", "group.member_added", "user.deleted", "user.moved", "connection.people_moved"]
    );
    assert_eq!(
        (events[2].subject_id.as_str(), &events[2].after.as_ref().unwrap()["merged_into"]),
        (new.as_str(), &json!(old))
    );
    assert_eq!(events[3].subject_id, old);
    assert_eq!(events[3].before.as_ref().unwrap()["source"], format!("directory:{}", acme.okta.directory));
    // And from there on they are an ordinary person of the new directory.
    acme.entra.put(&format!("/Users/{old}"), person("ada", "e1", "ada@newer.example")).await.expect(200);
}

async fn who_is_merged_is_called_elsewhere_as_before(app: &TestApp) {
    let mut acme = acme(app).await;
    let named = |external_id: &str, alias: &str| {
        let mut body = person("ada", external_id, "ada@example.com");
        body[SCHEMA] = json!({ "identityAliases": [alias] });
        body
    };
    let old = acme.sent(&acme.okta, named("o1", "unix,ada")).await;
    acme.sent(&acme.entra, named("e1", "rdp,alovelace")).await;
    acme.moves().await;
    let mut tx = app.db.read().await.unwrap();
    let aliases = aliases::of_user(&mut tx, &UserId::parse(&old).unwrap()).await.unwrap();
    let names: Vec<_> = aliases.iter().map(|one| format!("{},{}", one.set, one.alias)).collect();
    assert_eq!(names, ["rdp,alovelace", "unix,ada"]);
}

async fn an_address_matches_where_no_user_name_does(app: &TestApp) {
    let mut acme = acme(app).await;
    let old = acme.sent(&acme.okta, person("ada", "o1", "ada@example.com")).await;
    acme.sent(&acme.entra, person("alovelace", "e1", "ADA@example.com")).await;
    acme.moves().await;
    let ada = find(app, &acme.okta.organization, &UserId::parse(&old).unwrap()).await;
    assert_eq!((ada.user_name.as_str(), ada.external_id.as_deref()), ("alovelace", Some("e1")));
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE deleted_at IS NULL AND source <> 'local'").await, 1);
}

async fn who_is_not_there_yet_waits_and_is_linked_when_sent(app: &TestApp) {
    let mut acme = acme(app).await;
    let by_name = acme.sent(&acme.okta, person("ada", "o1", "ada@example.com")).await;
    let by_mail = acme.sent(&acme.okta, person("bob", "o2", "bob@example.com")).await;
    acme.moves().await;
    assert_eq!(acme.entra.get("/Users").await.total(), 2);
    let read = acme.entra.get(&format!("/Users/{by_name}")).await.expect(200);
    assert_eq!(read.body.get("externalId"), None, "the old one says nothing there");
    assert_eq!(acme.entra.find("/Users", "externalId eq \"o1\"").await.total(), 0);
    assert_eq!(acme.entra.find("/Users", "userName eq \"ada\"").await.ids(), std::slice::from_ref(&by_name));
    let linked = acme.sent(&acme.entra, person("ADA", "e1", "ada@new.example")).await;
    assert_eq!(linked, by_name, "201 and the same id, without asking");
    let linked = acme.sent(&acme.entra, person("robert", "e2", "BOB@example.com")).await;
    assert_eq!(linked, by_mail, "else the e-mail address");
    // Once linked, a create of the same is refused as ever.
    acme.entra.post("/Users", person("ada", "e9", "x@example.com")).await.refused(409, "uniqueness");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE moved_at IS NOT NULL").await, 0);
}

async fn what_is_ours_moves_along_and_what_the_old_provider_gave_goes(app: &TestApp) {
    let mut acme = acme(app).await;
    let (organization, okta) = (acme.okta.organization.clone(), acme.okta.directory.clone());
    let ada = acme.sent(&acme.okta, person("ada", "o1", "ada@example.com")).await;
    let team = acme.okta.group("Team", &[&ada]).await;
    acme.browser.post(&format!("{BASE}/roles/new"), &[("name", "Editor")]).await;
    for origin in ["direct".to_string(), format!("scim:{okta}")] {
        app.execute(&format!(
            "INSERT INTO grants (id, organization_id, role_id, user_id, origin, granted_by, created_at) \
             SELECT '{}', '{organization}', id, '{ada}', '{origin}', 'x', '2026-11-22T12:00:00.000Z' FROM roles",
            UserId::new()
        ))
        .await;
    }
    app.execute(&format!(
        "INSERT INTO identities (id, user_id, connection_id, issuer, subject, created_at) \
         SELECT '{}', '{ada}', connection_id, 'https://idp.example.com', 'o1', '2026-11-22T12:00:00.000Z' \
         FROM directories WHERE id = '{okta}'",
        UserId::new()
    ))
    .await;
    app.session(&ada).await;
    acme.moves().await;
    let grants =
        |origin: &str| format!("SELECT COUNT(*) FROM grants WHERE user_id = '{ada}' AND origin LIKE '{origin}%'");
    assert_eq!((app.count(&grants("direct")).await, app.count(&grants("scim")).await), (1, 0));
    assert_eq!(app.count("SELECT COUNT(*) FROM identities").await, 0, "links of the old connection");
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = '{ada}'")).await, 0);
    assert_eq!(
        acme.okta.members(&team).await,
        std::slice::from_ref(&ada),
        "groups do not move, and nobody falls out of one"
    );
    let kinds = app.kinds_since(0).await;
    assert!(kinds.contains(&"role.revoked".to_string()), "{kinds:?}");
    let moved = app.events().await.into_iter().find(|event| event.kind == "user.moved").unwrap();
    assert_eq!(moved.before.unwrap()["externalId"], "o1");
    assert_eq!(moved.after.unwrap()["sessions_ended"], json!(1));
}

async fn nobody_above_member_gets_a_link_that_only_scim_made(app: &TestApp) {
    let mut acme = acme(app).await;
    let old = acme.sent(&acme.okta, person("ada", "o1", "ada@example.com")).await;
    let new = acme.sent(&acme.entra, person("ada", "e1", "ada@example.com")).await;
    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{old}'")).await;
    app.execute(&format!(
        "INSERT INTO identities (id, user_id, connection_id, issuer, subject, created_at) \
         SELECT '{}', '{new}', connection_id, 'https://idp.example.com', 'e1', '2026-11-22T12:00:00.000Z' \
         FROM directories WHERE id = '{}'",
        UserId::new(),
        acme.entra.directory
    ))
    .await;
    acme.moves().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM identities").await, 0);
    let ada = find(app, &acme.okta.organization, &UserId::parse(&old).unwrap()).await;
    assert_eq!((ada.level, ada.external_id.as_deref()), (Level::Admin, Some("e1")));
}

async fn a_suspension_is_not_shaken_off_by_a_move(app: &TestApp) {
    let mut acme = acme(app).await;
    let old = acme.sent(&acme.okta, person("ada", "o1", "ada@example.com")).await;
    let new = acme.sent(&acme.entra, person("ada", "e1", "ada@example.com")).await;
    app.execute(&format!(
        "UPDATE users SET suspended_at = '2026-11-22T12:00:00.000Z', suspended_by = 'Zoe' WHERE id = '{new}'"
    ))
    .await;
    acme.moves().await;
    let ada = find(app, &acme.okta.organization, &UserId::parse(&old).unwrap()).await;
    assert_eq!(ada.suspension.expect("suspended").by, "Zoe");
    assert!(app.kinds_since(0).await.contains(&"user.suspended".to_string()));
}

async fn only_owners_move_people_and_only_where_scim_is_on(app: &TestApp) {
    use muster::directory::moving::move_people;
    use muster::error::Error;
    let mut acme = acme(app).await;
    acme.sent(&acme.okta, person("ada", "o1", "ada@example.com")).await;
    let organization = acme.okta.organization.clone();
    let adam = local(app, &organization, "Adam", Level::Admin).await;
    let from = ConnectionId::parse(&connection(app, &acme.okta).await).unwrap();
    let to = ConnectionId::parse(&acme.to).unwrap();
    let actor = acting(app, &organization, &adam).await;
    let mut tx = app.db.write().await.unwrap();
    let refused = move_people(&mut tx, &actor, &organization, &from, &to).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    drop(tx);
    let page = acme.browser.post(&acme.at, &[("to", from.as_str())]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Nobody moves to where they are.");
    app.execute(&format!("UPDATE directories SET state = 'off' WHERE connection_id = '{to}'")).await;
    let page = acme.browser.post(&acme.at, &[("to", to.as_str())]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "SCIM is off for Acme entra");
    let page = acme.browser.post(&acme.at, &[]).await;
    assert_says(&page, "Choose the connection that they move to.");
    // Another organization's connection does not exist.
    let other = app.directory("other").await;
    let foreign = connection(app, &other).await;
    assert_eq!(acme.browser.post(&acme.at, &[("to", &foreign)]).await.status, 404);
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE moved_at IS NOT NULL").await, 0);
}

async fn a_move_leaves_an_owner_who_can_sign_in(app: &TestApp) {
    use muster::directory::moving::move_people;
    let okta = app.directory("okta").await;
    let entra = app.directory_of(&okta.organization, "entra").await;
    let oscar = UserId::parse(&okta.user("oscar@example.com").await).unwrap();
    app.execute(&format!("UPDATE users SET level = 'owner' WHERE id = '{oscar}'")).await;
    let actor = acting(app, &okta.organization, &oscar).await;
    let from = ConnectionId::parse(&connection(app, &okta).await).unwrap();
    let to = ConnectionId::parse(&connection(app, &entra).await).unwrap();
    let mut tx = app.db.write().await.unwrap();
    let refused = move_people(&mut tx, &actor, &okta.organization, &from, &to).await.unwrap_err();
    assert!(refused.to_string().contains("no owner could sign in"), "{refused}");
    drop(tx);
    let olive = local(app, &okta.organization, "Olive", Level::Owner).await;
    password(app, &olive).await;
    let mut tx = app.db.write().await.unwrap();
    move_people(&mut tx, &actor, &okta.organization, &from, &to).await.unwrap();
}

on_both!(
    who_is_merged_is_called_elsewhere_as_before,
    a_move_is_previewed_by_number_and_name,
    who_was_sent_already_is_merged_under_the_old_id,
    an_address_matches_where_no_user_name_does,
    who_is_not_there_yet_waits_and_is_linked_when_sent,
    what_is_ours_moves_along_and_what_the_old_provider_gave_goes,
    nobody_above_member_gets_a_link_that_only_scim_made,
    a_suspension_is_not_shaken_off_by_a_move,
    only_owners_move_people_and_only_where_scim_is_on,
    a_move_leaves_an_owner_who_can_sign_in,
);
