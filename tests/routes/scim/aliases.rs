//! Identity aliases: by SCIM's extension, and by hand.

use muster::actor::{Actor, Level};
use muster::directory::users::aliases;
use muster::error::Error;
use muster::id::UserId;
use muster::provisioning::schemas::{Extends, add};
use serde_json::{Value, json};

use crate::routes::o::local;
use crate::routes::o::pages::{assert_says, olive};
use crate::support::browser::Browser;
use crate::support::{ScimClient, TestApp, on_both};

const URN: &str = "urn:muster:params:scim:schemas:extension:2.0:User";
const BASE: &str = "/o/organization-of-okta";

fn body(user_name: &str, entries: Value) -> Value {
    json!({ "userName": user_name, URN: { "identityAliases": entries } })
}

/// The user's aliases as "set,alias (origin)", sorted.
async fn aliases_of(app: &TestApp, user: &str) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    let found = aliases::of_user(&mut tx, &UserId::parse(user).unwrap()).await.unwrap();
    let told = |one: &aliases::Alias| match one.origin {
        aliases::Origin::Hand => format!("{},{} by hand", one.set, one.alias),
        aliases::Origin::Directory(_) => format!("{},{}", one.set, one.alias),
    };
    found.iter().map(told).collect()
}

async fn by_hand(browser: &mut Browser<'_>, user: &str, set: &str, alias: &str) -> u16 {
    let form = [("set", set), ("alias", alias)];
    browser.post(&format!("{BASE}/users/{user}/aliases"), &form).await.status.as_u16()
}

async fn aliases_come_by_the_extension_and_follow_every_change(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.post("/Users", body("ada", json!(["rdp,alice-admin", "ldap,uid=ada,ou=people"]))).await.expect(201);
    assert_eq!(ada.body[URN]["identityAliases"], json!(["rdp,alice-admin", "ldap,uid=ada,ou=people"]));
    assert!(ada.body["schemas"].as_array().unwrap().contains(&json!(URN)));
    let id = ada.id();
    assert_eq!(aliases_of(app, &id).await, ["ldap,uid=ada,ou=people", "rdp,alice-admin"], "the first comma divides");
    let added: Vec<_> = app.events().await.into_iter().filter(|event| event.kind == "user.alias_added").collect();
    assert_eq!(added.len(), 2);
    let origin = format!("scim:{}", okta.directory);
    let told = json!({ "alias": { "set": "rdp", "alias": "alice-admin", "origin": origin } });
    assert_eq!((&added[0].before, added[0].after.as_ref()), (&None, Some(&told)));

    let path = format!("/Users/{id}");
    for (operations, wanted) in [
        // Entra's way, and Okta's.
        (
            json!([{ "op": "Add", "path": format!("{URN}:identityAliases"), "value": ["vpn,ada"] }]),
            vec!["ldap,uid=ada,ou=people", "rdp,alice-admin", "vpn,ada"],
        ),
        (json!([{ "op": "replace", "value": { URN: { "identityAliases": ["vpn,ada"] } } }]), vec!["vpn,ada"]),
        (json!([{ "op": "replace", "path": "title", "value": "Countess" }]), vec!["vpn,ada"]),
        (json!([{ "op": "replace", "path": format!("{URN}:identityAliases"), "value": [] }]), vec![]),
        (json!([{ "op": "add", "path": format!("{URN}:identityAliases"), "value": "rdp,ada" }]), vec!["rdp,ada"]),
        (json!([{ "op": "remove", "path": format!("{URN}:identityAliases") }]), vec![]),
    ] {
        okta.patch(&path, operations.clone()).await.expect(200);
        assert_eq!(aliases_of(app, &id).await, wanted, "{operations}");
    }
    okta.put(&path, body("ada", json!(["rdp,a", "rdp,a", "rdp,b"]))).await.expect(200);
    assert_eq!(aliases_of(app, &id).await, ["rdp,a", "rdp,b"]);
    let removed = json!({ "alias": { "set": "rdp", "alias": "b", "origin": origin } });
    okta.put(&path, body("ada", json!(["rdp,a"]))).await.expect(200);
    let event = app.events().await.into_iter().rfind(|event| event.kind == "user.alias_removed").unwrap();
    assert_eq!((event.before, event.after), (Some(removed), None));
    okta.put(&path, json!({ "userName": "ada" })).await.expect(200);
    assert_eq!(aliases_of(app, &id).await, [] as [&str; 0], "what is left out of a PUT is cleared");
}

async fn a_malformed_entry_is_named_and_nothing_is_applied(app: &TestApp) {
    let okta = app.directory("okta").await;
    let id = okta.post("/Users", body("ada", json!(["rdp,ada"]))).await.expect(201).id();
    let seen = app.events().await.len();
    for malformed in ["no-comma", ",alias", "set,", ",", " ,alias"] {
        let entries = json!(["vpn,good", malformed]);
        let detail = okta.post("/Users", body("eve", entries.clone())).await.refused(400, "invalidValue");
        assert!(detail.contains(malformed), "{detail}");
        okta.put(&format!("/Users/{id}"), body("renamed", entries.clone())).await.refused(400, "invalidValue");
        let operations = json!([
            { "op": "replace", "path": "title", "value": "Countess" },
            { "op": "add", "path": format!("{URN}:identityAliases"), "value": entries }
        ]);
        okta.patch(&format!("/Users/{id}"), operations).await.refused(400, "invalidValue");
    }
    okta.post("/Users", body("eve", json!([1]))).await.refused(400, "invalidValue");
    okta.post("/Users", body("eve", json!([{ "value": "a,b" }]))).await.refused(400, "invalidValue");
    let shown = okta.get(&format!("/Users/{id}")).await.body;
    assert_eq!((&shown["userName"], shown.get("title")), (&json!("ada"), None));
    assert_eq!(aliases_of(app, &id).await, ["rdp,ada"]);
    assert_eq!((app.events().await.len(), okta.get("/Users").await.total()), (seen, 1));
}

async fn an_alias_belongs_to_one_user_of_its_set_and_organization_compared_exactly(app: &TestApp) {
    let okta = app.directory("okta").await;
    let entra = app.directory_of(&okta.organization, "entra").await;
    let foreign = app.directory("foreign").await;
    let ada = okta.post("/Users", body("ada", json!(["rdp,admin"]))).await.expect(201).id();
    for other in [&okta, &entra] {
        let detail = other.post("/Users", body("eve", json!(["rdp,admin"]))).await.refused(409, "uniqueness");
        assert!(detail.contains("rdp,admin"), "{detail}");
        assert!(!detail.contains(&ada) && !detail.contains("\"ada\""), "the alias is named, not the user: {detail}");
    }
    // Another set, another spelling, another organization.
    okta.post("/Users", body("bob", json!(["vpn,admin", "rdp,Admin", "RDP,admin"]))).await.expect(201);
    foreign.post("/Users", body("ada", json!(["rdp,admin"]))).await.expect(201);
    // Deactivation keeps it, deletion frees it.
    okta.patch(&format!("/Users/{ada}"), json!([{ "op": "replace", "path": "active", "value": false }]))
        .await
        .expect(200);
    entra.post("/Users", body("eve", json!(["rdp,admin"]))).await.refused(409, "uniqueness");
    okta.delete(&format!("/Users/{ada}")).await.expect(204);
    let deleted = app.events().await.pop().unwrap();
    assert_eq!(deleted.before.unwrap()["aliases"], json!(["rdp,admin"]));
    entra.post("/Users", body("eve", json!(["rdp,admin"]))).await.expect(201);
}

async fn aliases_set_by_hand_stay_ours(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    let id = okta.user("ada").await;
    let path = format!("{BASE}/users/{id}");
    assert_eq!(by_hand(&mut browser, &id, "rdp", "ada").await, 303);
    let told = json!({ "alias": { "set": "rdp", "alias": "ada", "origin": "hand" } });
    let event = app.events().await.pop().unwrap();
    assert_eq!((event.kind.as_str(), event.after), ("user.alias_added", Some(told)));
    for (set, alias) in [("", "x"), ("a,b", "x"), ("rdp", " "), ("rdp", "ada"), ("rdp", "a\nb")] {
        assert_eq!(by_hand(&mut browser, &id, set, alias).await, 422, "{set} {alias}");
    }
    // The provider says the same: the row stays ours, and stays when the provider takes its own away.
    okta.put(&format!("/Users/{id}"), body("ada", json!(["rdp,ada", "vpn,ada"]))).await.expect(200);
    assert_eq!(aliases_of(app, &id).await, ["rdp,ada by hand", "vpn,ada"]);
    let page = browser.get(&path).await;
    assert_says(&page, "set here");
    assert_says(&page, "Acme okta, by SCIM");
    okta.put(&format!("/Users/{id}"), json!({ "userName": "ada" })).await.expect(200);
    assert_eq!(aliases_of(app, &id).await, ["rdp,ada by hand"]);
    // What the provider sends is read-only here, on the server too.
    okta.put(&format!("/Users/{id}"), body("ada", json!(["vpn,ada"]))).await.expect(200);
    let (ours, theirs) = {
        let mut tx = app.db.read().await.unwrap();
        let found = aliases::of_user(&mut tx, &UserId::parse(&id).unwrap()).await.unwrap();
        (found[0].id.clone(), found[1].id.clone())
    };
    assert_eq!(browser.post(&format!("{path}/aliases/{theirs}/remove"), &[]).await.status, 403);
    assert_eq!(browser.post(&format!("{path}/aliases/{ours}/remove"), &[]).await.status, 303);
    assert_eq!(app.events().await.pop().unwrap().kind, "user.alias_removed");
    assert_eq!(aliases_of(app, &id).await, ["vpn,ada"]);
    // Somebody else's is taken, and here it is said whose.
    let eve = okta.user("eve").await;
    let page = browser.post(&format!("{BASE}/users/{eve}/aliases"), &[("set", "vpn"), ("alias", "ada")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "This alias belongs to ada.");
    let member = Actor::Person {
        user: UserId::parse(&eve).unwrap(),
        organization: okta.organization.clone(),
        level: Level::Member,
        name: "Eve".into(),
    };
    let form = aliases::AliasForm { set: "vpn".into(), alias: "eve".into() };
    let mut tx = app.db.write().await.unwrap();
    let refused = aliases::add(&mut tx, &member, &okta.organization, &UserId::parse(&eve).unwrap(), &form).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
}

async fn the_search_box_finds_aliases(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    okta.post("/Users", body("ada", json!(["rdp,Alice-Admin"]))).await.expect(201);
    let mia = local(app, &okta.organization, "Mia", Level::Member).await;
    by_hand(&mut browser, mia.as_str(), "vpn", "100%_m").await;
    for (q, found, other) in [("alice-ADMIN", "ada", "Mia"), ("e-adm", "ada", "Mia"), ("100%25_", "Mia", "ada")] {
        let page = browser.get(&format!("{BASE}/users?q={q}")).await;
        assert_says(&page, found);
        assert!(!page.body.contains(&format!(">{other}<")), "{q}: {}", page.body);
    }
    assert_says(&browser.get(&format!("{BASE}/users?q=nobody-is-called-so")).await, "Nobody fits");
}

async fn the_extension_is_discovered_and_filtered_by(app: &TestApp) {
    let okta = app.directory("okta").await;
    let schema = okta.get(&format!("/Schemas/{URN}")).await.expect(200).body;
    let attribute = &schema["attributes"][0];
    assert_eq!((&attribute["name"], &attribute["type"]), (&json!("identityAliases"), &json!("string")));
    assert_eq!((&attribute["multiValued"], &attribute["caseExact"]), (&json!(true), &json!(true)));
    let user = okta.get("/ResourceTypes/User").await.expect(200).body;
    assert!(user["schemaExtensions"].as_array().unwrap().contains(&json!({ "schema": URN, "required": false })));
    assert!(!okta.get("/ResourceTypes/Group").await.expect(200).body.to_string().contains(URN));
    let ada = okta.post("/Users", body("ada", json!(["rdp,ada", "vpn,ada"]))).await.expect(201).id();
    okta.user("eve").await;
    for (filter, total) in [
        (format!("{URN}:identityAliases eq \"rdp,ada\""), 1),
        ("identityAliases eq \"rdp,Ada\"".to_string(), 0),
        ("identityAliases sw \"vpn,\"".to_string(), 1),
        ("identityAliases pr".to_string(), 1),
    ] {
        assert_eq!(okta.find("/Users", &filter).await.expect(200).total(), total, "{filter}");
    }
    let only = okta.get(&format!("/Users/{ada}?attributes={URN}:identityAliases")).await.expect(200).body;
    assert!(only.get("userName").is_none() && only[URN]["identityAliases"].is_array(), "{only}");
}

fn settings(urn: &str) -> [(&str, &str); 3] {
    [("restore_leavers", "on"), ("most_members_shown", "1000"), ("alias_schema", urn)]
}

async fn settings_path(app: &TestApp, okta: &ScimClient) -> String {
    let mut tx = app.db.read().await.unwrap();
    let query = muster::db::sql("SELECT connection_id FROM directories WHERE id = $1").bind(&okta.directory);
    let (connection,): (String,) = query.one(&mut tx).await.unwrap();
    format!("{BASE}/connections/{connection}/settings")
}

async fn the_urn_is_a_connections_choice_and_what_was_sent_is_kept(app: &TestApp) {
    const MOVED: &str = "urn:example:params:scim:schemas:extension:2.0:User";
    let okta = app.directory("okta").await;
    let other = app.directory_of(&okta.organization, "entra").await;
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    let ada = okta.post("/Users", body("ada", json!(["rdp,ada"]))).await.expect(201).id();
    let path = settings_path(app, &okta).await;
    assert_says(&browser.get(&path).await, "Schema of identity aliases");
    let page = browser.post(&path, &settings(MOVED)).await;
    assert_eq!(page.status, 303, "{}", page.body);
    let shown = okta.get(&format!("/Users/{ada}")).await.expect(200);
    assert_eq!((&shown.body[MOVED]["identityAliases"], shown.body.get(URN)), (&json!(["rdp,ada"]), None));
    assert!(shown.body["schemas"].as_array().unwrap().contains(&json!(MOVED)) && shown.etag() == "W/\"2\"");
    assert_eq!(
        okta.find("/Users", "identityAliases eq \"rdp,ada\"").await.expect(200).ids(),
        std::slice::from_ref(&ada)
    );
    okta.get(&format!("/Schemas/{MOVED}")).await.expect(200);
    okta.get(&format!("/Schemas/{URN}")).await.refused(404, "");
    other.get(&format!("/Schemas/{URN}")).await.expect(200);
    // A change of something else leaves the aliases; the new URN replaces them; the former one says nothing any more.
    okta.patch(&format!("/Users/{ada}"), json!([{ "op": "replace", "path": "title", "value": "C" }])).await.expect(200);
    assert_eq!(aliases_of(app, &ada).await, ["rdp,ada"]);
    let moved = json!({ "userName": "ada", MOVED: { "identityAliases": ["rdp,moved"] } });
    okta.put(&format!("/Users/{ada}"), moved).await.expect(200);
    assert_eq!(aliases_of(app, &ada).await, ["rdp,moved"]);
    okta.put(&format!("/Users/{ada}"), body("ada", json!(["rdp,former"]))).await.expect(200);
    assert_eq!(aliases_of(app, &ada).await, [] as [&str; 0]);
    // An empty field means Muster's own again.
    browser.post(&path, &settings("")).await;
    okta.get(&format!("/Schemas/{URN}")).await.expect(200);
}

async fn a_urn_is_neither_a_standards_nor_another_schemas(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    let path = settings_path(app, &okta).await;
    let badge = json!({ "id": "urn:example:Badge", "attributes": [{ "name": "number" }] });
    let mut tx = app.db.write().await.unwrap();
    add(&mut tx, &Actor::CommandLine, &okta.organization, badge, Extends::User).await.unwrap();
    tx.commit().await.unwrap();
    for urn in [
        "identityAliases",
        "urn:x",
        "urn:example: x",
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "URN:EXAMPLE:badge",
    ] {
        let page = browser.post(&path, &settings(urn)).await;
        assert_eq!(page.status, 422, "{urn}: {}", page.body);
    }
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM directories WHERE alias_schema = '{URN}'")).await, 1);
    // And the other way round: a schema of one's own does not take the aliases' URN.
    browser.post(&path, &settings("urn:example:moved")).await;
    let mut tx = app.db.write().await.unwrap();
    for urn in ["urn:example:MOVED", URN, "urn:muster:params:scim:anything"] {
        let document = json!({ "id": urn, "attributes": [{ "name": "number" }] });
        let added = add(&mut tx, &Actor::CommandLine, &okta.organization, document, Extends::User).await;
        assert!(matches!(added, Err(Error::Invalid(_))), "{urn}");
    }
    drop(tx);
    // Beside an extension of one's own, aliases are there too.
    let both = json!({ "userName": "ada", "urn:example:Badge": { "number": "7" }, "urn:example:moved": { "identityAliases": ["rdp,ada"] } });
    let ada = okta.post("/Users", both).await.expect(201);
    assert_eq!(ada.body["urn:example:Badge"]["number"], json!("7"));
    assert_eq!(aliases_of(app, &ada.id()).await, ["rdp,ada"]);
}

on_both!(
    aliases_come_by_the_extension_and_follow_every_change,
    a_malformed_entry_is_named_and_nothing_is_applied,
    an_alias_belongs_to_one_user_of_its_set_and_organization_compared_exactly,
    aliases_set_by_hand_stay_ours,
    the_search_box_finds_aliases,
    the_extension_is_discovered_and_filtered_by,
    the_urn_is_a_connections_choice_and_what_was_sent_is_kept,
    a_urn_is_neither_a_standards_nor_another_schemas,
);
