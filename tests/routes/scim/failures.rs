//! What other services shipped and their users ran into, over HTTP. The failures that one function of the protocol decides have their
//! tests in `crates/scim/tests/requirements/failures.rs`; those of concurrency in `concurrency.rs`, of leavers in `leavers.rs`.

use axum::http::Method;
use muster::actor::Level;
use serde_json::{Value, json};

use crate::routes::o::local;
use crate::support::{Engine, TestApp, on_both};

/// goauthentik#25686, agent-bom#3533, langwatch#7136: 200, and nobody or everybody was removed.
async fn a_removal_removes_whom_it_names(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (ada, eve, bob) = (okta.user("ada").await, okta.user("eve").await, okta.user("bob").await);
    let group = okta.group("Team", &[&ada, &eve, &bob]).await;
    let path = format!("/Groups/{group}");
    let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{ada}\"]") }]);
    okta.patch(&path, remove).await.expect(200);
    let mut rest = vec![bob.clone(), eve.clone()];
    rest.sort();
    assert_eq!(okta.members(&group).await, rest);
    okta.patch(&path, json!([{ "op": "replace", "value": { "displayName": "Renamed" } }])).await.expect(200);
    okta.patch(&path, json!([{ "op": "Add", "path": "members", "value": [] }])).await.expect(200);
    okta.patch(&path, json!([{ "op": "Remove", "path": "members", "value": [] }])).await.expect(200);
    assert_eq!(okta.members(&group).await, rest, "a PATCH that names nobody changes nobody");
    okta.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": ada }] }])).await.expect(200);
    assert_eq!(okta.members(&group).await.len(), 3, "an addition replaces nobody");
}

/// rancher#52996, ssoready#155, FusionAuth#3311: leavers stayed active, or could not come back.
async fn a_leaver_leaves_and_can_return(app: &TestApp) {
    let okta = app.directory("okta").await;
    let path = format!("/Users/{}", okta.user("ada").await);
    for (value, active) in
        [(json!("False"), false), (json!("True"), true), (json!(false), false), (json!("true"), true)]
    {
        let answer =
            okta.patch(&path, json!([{ "op": "Replace", "path": "active", "value": value }])).await.expect(200);
        assert_eq!(answer.body["active"], active);
        let stored = if active { "TRUE" } else { "FALSE" };
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM users WHERE idp_active = {stored}")).await, 1);
    }
}

/// ory/polis#3136, lightdash#15035, kortix-ai#4244: custom Okta apps know PUT only.
async fn a_put_of_a_group_by_itself_is_no_conflict_and_keeps_members(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.user("ada").await;
    let group = okta.group("Team", &[]).await;
    let path = format!("/Groups/{group}");
    let mut whole = okta.get(&path).await.expect(200).body;
    okta.put(&path, whole.clone()).await.expect(200);
    whole["members"] = json!([{ "value": ada, "display": "ada" }]);
    okta.put(&path, whole).await.expect(200);
    assert_eq!(okta.members(&group).await, [ada]);
}

/// bitwarden#4034, better-auth#10398: a list without parameters, and totals that were the page's.
async fn totals_are_everybody(app: &TestApp) {
    let okta = app.directory("okta").await;
    for n in 0..101 {
        okta.user(&format!("user{n}")).await;
    }
    let page = okta.get("/Users").await.expect(200);
    assert_eq!((page.total(), page.ids().len()), (101, 100));
    let behind = okta.get("/Users?startIndex=102&count=100").await.expect(200);
    assert_eq!((behind.total(), behind.body["itemsPerPage"].as_u64(), behind.ids().len()), (101, Some(0), 0));
}

/// scim-for-keycloak#78, FusionAuth#3307, wso2#8876: large groups.
async fn a_large_group_costs_what_is_asked(app: &TestApp) {
    let okta = app.directory("okta").await;
    let digits = match app.engine {
        Engine::Sqlite => "substr('000000000000' || n, -12)",
        Engine::Postgres => "lpad(CAST(n AS TEXT), 12, '0')",
    };
    app.execute(&format!(
        "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 3500) \
         INSERT INTO users (id, organization_id, source, user_name, user_name_key, display_name, search_key, level, operator, \
         idp_active, document, version, created_at, updated_at) SELECT '00000000-0000-7000-8000-' || {digits}, '{}', \
         'directory:{}', 'u' || n, 'u' || n, 'u', 'u', 'member', FALSE, TRUE, '{{}}', 1, '2026-11-22T12:00:00.000Z', \
         '2026-11-22T12:00:00.000Z' FROM many",
        okta.organization, okta.directory
    ))
    .await;
    let ids: Vec<_> = (1..=3500).map(|n| format!("00000000-0000-7000-8000-{n:012}")).collect();
    let members: Vec<_> = ids.iter().map(|id| json!({ "value": id })).collect();
    let group = okta.post("/Groups", json!({ "displayName": "All", "members": members })).await.expect(201);
    let path = format!("/Groups/{}", group.id());
    assert_eq!(okta.members(&group.id()).await.len(), 3500);
    let one = okta.user("one more").await;
    let rows = app.count("SELECT COUNT(*) FROM memberships").await;
    okta.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": one }] }])).await.expect(204);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, rows + 1);
    let test = okta.get("/Groups?excludedAttributes=members&filter=displayName%20eq%20%22nobody%22").await.expect(200);
    assert_eq!(test.total(), 0);
    assert!(okta.get(&format!("{path}?excludedAttributes=members")).await.body.get("members").is_none());
    let group = okta.put(&path, json!({ "displayName": "All", "members": members[..3499] })).await.expect(200);
    assert_eq!(group.body["members"].as_array().unwrap().len(), 3499);
}

/// keycloak#46658, vouch#310, Cogtrix#303, tale-project#2036: another resource's id, another tenant's people.
async fn a_body_reaches_nobody_but_whom_the_path_names(app: &TestApp) {
    let (okta, other) = (app.directory("okta").await, app.directory("other").await);
    let (ada, eve) = (okta.user("ada").await, okta.user("eve").await);
    let foreign = other.post("/Users", json!({ "userName": "victim", "externalId": "1" })).await.expect(201);
    okta.put(&format!("/Users/{ada}"), json!({ "id": eve, "userName": "ada2" })).await.expect(200);
    assert_eq!(okta.get(&format!("/Users/{eve}")).await.body["userName"], "eve");
    okta.patch(&format!("/Users/{ada}"), json!([{ "op": "replace", "value": { "id": eve, "title": "x" } }]))
        .await
        .expect(200);
    assert!(okta.get(&format!("/Users/{eve}")).await.body.get("title").is_none());
    let path = format!("/Users/{}", foreign.id());
    okta.get(&path).await.refused(404, "");
    okta.put(&path, json!({ "userName": "mine" })).await.refused(404, "");
    okta.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await.refused(404, "");
    okta.delete(&path).await.refused(404, "");
    // The same names are free here: a conflict would tell who is there.
    let own =
        okta.post("/Users", json!({ "id": foreign.id(), "userName": "victim", "externalId": "1" })).await.expect(201);
    assert_ne!(own.id(), foreign.id());
    okta.post("/Groups", json!({ "displayName": "G", "members": [{ "value": foreign.id() }] }))
        .await
        .refused(400, "invalidValue");
    assert_eq!(other.get(&path).await.expect(200).body, foreign.body);
}

/// PostHog#52372, ciso-assistant#4658, itsaplan#250: an e-mail took over an account, an IdP locked the owner out.
async fn an_idp_neither_takes_over_nor_locks_out_an_owner(app: &TestApp) {
    let okta = app.directory("okta").await;
    let owner = local(app, &okta.organization, "Olive", Level::Owner).await;
    let path = format!("/Users/{owner}");
    okta.get(&path).await.refused(404, "");
    okta.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await.refused(404, "");
    okta.delete(&path).await.refused(404, "");
    assert_eq!(okta.find("/Users", "userName eq \"olive@example.com\"").await.expect(200).total(), 0);
    let email = json!([{ "value": "olive@example.com", "primary": true }]);
    let same = okta.post("/Users", json!({ "userName": "olive@example.com", "emails": email })).await.expect(201);
    assert_ne!(same.id(), owner.to_string());
    let row = format!(
        "SELECT COUNT(*) FROM users WHERE id = '{owner}' AND level = 'owner' AND idp_active = TRUE AND source = 'local'"
    );
    assert_eq!(app.count(&row).await, 1, "the owner is untouched");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE level = 'owner'").await, 1, "and nobody else became one");
}

/// authentik#20764, azure-docs#115546, OneUptime#2134, onyx#8692.
async fn the_validator_finds_what_it_needs(app: &TestApp) {
    let okta = app.directory("okta").await;
    let id = okta.user("ada").await;
    let found = okta.find("/Users", "userName eq \"ada\"").await.expect(200).ids();
    assert_eq!(found, std::slice::from_ref(&id), "the id that a filter finds is the one to PATCH");
    okta.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": "title", "value": "x" }])).await.expect(200);
    for broken in [okta.post("/Users", json!([])).await, okta.send(Method::POST, "/Users", Some("{".into()), &[]).await]
    {
        assert_eq!(broken.headers["access-control-allow-origin"], "*", "an error without CORS is \"Failed to fetch\"");
    }
    for path in ["/Schemas", "/ResourceTypes"] {
        let list = okta.get(path).await.expect(200).body;
        assert_eq!(list["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]), "no bare array");
        assert!(matches!(list["Resources"], Value::Array(_)));
    }
}

on_both!(
    a_removal_removes_whom_it_names,
    a_leaver_leaves_and_can_return,
    a_put_of_a_group_by_itself_is_no_conflict_and_keeps_members,
    totals_are_everybody,
    a_large_group_costs_what_is_asked,
    a_body_reaches_nobody_but_whom_the_path_names,
    an_idp_neither_takes_over_nor_locks_out_an_owner,
    the_validator_finds_what_it_needs,
);
