//! An organization's own schemas and resource types.

use axum::http::Method;
use muster::actor::Actor;
use muster::id::OrganizationId;
use muster::provisioning::schemas::{Extends, add};
use serde_json::{Value, json};

use crate::support::{ScimClient, TestApp, on_both};

const DEVICE: &str = "urn:example:schemas:Device";
const BADGE: &str = "urn:example:schemas:Badge";

async fn define(app: &TestApp, organization: &OrganizationId, document: Value, extends: Extends) -> Result<(), String> {
    let mut tx = app.db.write().await.unwrap();
    let added = add(&mut tx, &Actor::CommandLine, organization, document, extends).await;
    match added {
        Ok(_) => {
            tx.commit().await.unwrap();
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

fn device_schema() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": DEVICE,
        "name": "Device",
        "attributes": [
            { "name": "serial", "type": "string", "required": true, "caseExact": true, "uniqueness": "server" },
            { "name": "displayName", "type": "string" },
            { "name": "weight", "type": "decimal" },
            { "name": "slots", "type": "integer" },
            { "name": "bought", "type": "dateTime" },
            { "name": "maker", "type": "string", "mutability": "immutable" },
            { "name": "pin", "type": "string", "mutability": "writeOnly", "returned": "never" },
            { "name": "tags", "type": "string", "multiValued": true },
            { "name": "ports", "type": "complex", "multiValued": true, "subAttributes": [
                { "name": "value", "type": "integer" }, { "name": "type", "type": "string" } ] },
        ],
    })
}

fn device_type() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": "Device", "name": "Device", "endpoint": "/Devices", "schema": DEVICE,
    })
}

fn badge_schema() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": BADGE,
        "name": "Badge",
        "attributes": [
            { "name": "number", "type": "string", "uniqueness": "server" },
            { "name": "colour", "type": "string" },
        ],
    })
}

async fn directory_with_devices(app: &TestApp) -> ScimClient {
    let okta = app.directory("okta").await;
    define(app, &okta.organization, device_schema(), Extends::Nothing).await.unwrap();
    define(app, &okta.organization, device_type(), Extends::Nothing).await.unwrap();
    okta
}

async fn a_custom_resource_type_has_everything_that_users_have(app: &TestApp) {
    let okta = directory_with_devices(app).await;
    let body = json!({ "schemas": [DEVICE], "SERIAL": "A1", "weight": 1.5, "slots": 2, "bought": "2026-01-31T09:00:00+01:00",
        "maker": "Acme", "pin": "1234", "tags": ["Blue", "new"], "ports": [{ "value": 80, "type": "http" }], "unknown": 1 });
    let created = okta.post("/Devices", body).await.expect(201);
    let id = created.id();
    assert_eq!(created.headers["location"], format!("{}/Devices/{id}", okta.base()).as_str());
    assert_eq!(created.body["meta"]["resourceType"], "Device");
    assert_eq!(created.body["serial"], "A1");
    assert!(created.body.get("pin").is_none() && created.body.get("unknown").is_none());
    let path = format!("/Devices/{id}");
    assert_eq!(okta.get(&path).await.expect(200).body, created.body);
    okta.send(Method::GET, &path, None, &[("if-none-match", "W/\"1\"")]).await.expect(304);
    assert!(okta.get(&format!("{path}?attributes=weight")).await.body.get("serial").is_none());

    okta.post("/Devices", json!({ "serial": "A1" })).await.refused(409, "uniqueness");
    okta.post("/Devices", json!({ "displayName": "no serial" })).await.refused(400, "invalidValue");
    let second = okta.post("/Devices", json!({ "serial": "a1", "slots": 10 })).await.expect(201).id();

    for (filter, wanted) in [
        ("serial eq \"A1\"", vec![&id]),
        ("weight gt 1.25 and weight lt 2", vec![&id]),
        ("slots ge 2", vec![&id, &second]),
        ("slots gt 2", vec![&second]),
        ("bought eq \"2026-01-31T08:00:00Z\"", vec![&id]),
        ("bought gt \"2026-01-31T08:30:00+01:00\"", vec![&id]),
        ("tags eq \"BLUE\"", vec![&id]),
        ("ports[value eq 80 and type eq \"HTTP\"]", vec![&id]),
        ("not (maker pr)", vec![&second]),
        ("urn:example:schemas:Device:serial sw \"a\"", vec![&second]),
    ] {
        assert_eq!(
            okta.find("/Devices", filter).await.expect(200).ids().iter().collect::<Vec<_>>(),
            wanted,
            "{filter}"
        );
    }
    assert_eq!(okta.get("/Devices?sortBy=slots&sortOrder=descending").await.ids(), [second.clone(), id.clone()]);
    okta.find("/Devices", "pin eq \"1234\"").await.refused(400, "invalidFilter");

    let patched = okta
        .patch(&path, json!([{ "op": "add", "path": "ports", "value": [{ "value": 443, "type": "https" }] }]))
        .await
        .expect(200);
    assert_eq!(patched.body["ports"].as_array().unwrap().len(), 2);
    assert_eq!(patched.etag(), "W/\"2\"");
    okta.patch(&path, json!([{ "op": "replace", "path": "maker", "value": "Other" }])).await.refused(400, "mutability");
    okta.put(&path, json!({ "serial": "A2", "maker": "Other" })).await.refused(400, "mutability");
    let replaced = okta.put(&path, json!({ "serial": "A2", "maker": "Acme" })).await.expect(200);
    assert!(replaced.body.get("ports").is_none());
    okta.put(&path, json!({ "serial": "a1", "maker": "Acme" })).await.refused(409, "uniqueness");
    okta.send(Method::DELETE, &path, None, &[("if-match", "W/\"1\"")]).await.refused(412, "");
    okta.delete(&path).await.expect(204);
    okta.get(&path).await.refused(404, "");
    okta.delete(&path).await.refused(404, "");
    let kinds = app.kinds_since(0).await;
    for kind in ["resource.created", "resource.updated", "resource.deleted"] {
        assert!(kinds.iter().any(|known| known == kind), "{kind} in {kinds:?}");
    }
}

async fn an_extension_of_users_is_stored_filtered_and_kept_unique(app: &TestApp) {
    let okta = app.directory("okta").await;
    let before = okta.post("/Users", json!({ "userName": "early", BADGE: { "number": "1" } })).await.expect(201);
    assert!(before.body.get(BADGE).is_none(), "nobody knows it yet");
    define(app, &okta.organization, badge_schema(), Extends::User).await.unwrap();
    let body = json!({ "userName": "ada", BADGE: { "number": "7", "colour": "Red" } });
    let ada = okta.post("/Users", body).await.expect(201);
    assert_eq!(ada.body[BADGE]["colour"], "Red");
    assert!(ada.body["schemas"].as_array().unwrap().contains(&json!(BADGE)));
    okta.post("/Users", json!({ "userName": "eve", BADGE: { "number": "7" } })).await.refused(409, "uniqueness");
    assert_eq!(okta.find("/Users", &format!("{BADGE}:colour eq \"red\"")).await.expect(200).ids(), [ada.id()]);
    let patch = json!([{ "op": "replace", "path": format!("{BADGE}:colour"), "value": "blue" }]);
    okta.patch(&format!("/Users/{}", ada.id()), patch).await.expect(200);
    assert_eq!(okta.find("/Users", "colour eq \"BLUE\"").await.expect(200).total(), 1);
    let manager = json!({ "userName": "eve", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "D" } });
    okta.post("/Users", manager).await.expect(201);
    assert_eq!(
        okta.find("/Users", "department eq \"d\"").await.expect(200).total(),
        1,
        "the enterprise extension stays"
    );
}

async fn only_a_token_sees_an_organizations_own_schemas(app: &TestApp) {
    let okta = directory_with_devices(app).await;
    let other = app.directory("other").await;
    let listed = |answer: crate::support::Answer| answer.body.to_string().contains(DEVICE);
    let public = async |path: &str| okta.send(Method::GET, path, None, &[("authorization", "")]).await;
    for path in ["/Schemas", "/ResourceTypes"] {
        assert!(listed(okta.get(path).await.expect(200)), "{path} with its token");
        assert!(!listed(public(path).await.expect(200)), "{path} without");
        assert!(!listed(other.get(path).await.expect(200)), "{path} of another organization");
    }
    okta.get(&format!("/Schemas/{DEVICE}")).await.expect(200);
    public(&format!("/Schemas/{DEVICE}")).await.refused(404, "");
    okta.get("/ResourceTypes/Device").await.expect(200);
    other.get("/Devices").await.refused(404, "");
    other.post("/Devices", json!({ "serial": "1" })).await.refused(404, "");
}

async fn a_malformed_schema_is_refused_with_its_place(app: &TestApp) {
    let okta = app.directory("okta").await;
    let attribute = |attribute: Value| json!({ "id": "urn:example:x", "attributes": [attribute] });
    for (document, words) in [
        (json!([]), "must be"),
        (json!({ "attributes": [{ "name": "a" }] }), "\"id\""),
        (json!({ "id": "urn:example:x", "attributes": [] }), "attributes"),
        (json!({ "id": "x y", "attributes": [{ "name": "a" }] }), "URN"),
        (json!({ "id": "urn:ietf:params:scim:schemas:core:2.0:User", "attributes": [{ "name": "a" }] }), "standard"),
        (attribute(json!({ "name": "a", "type": "text" })), "attributes[0] (\"a\")"),
        (attribute(json!({ "name": "1a" })), "attributes[0]"),
        (attribute(json!({ "name": "a", "type": "complex" })), "subAttributes"),
        (attribute(json!({ "name": "a", "multiValued": "yes" })), "multiValued"),
        (json!({ "name": "Thing", "endpoint": "/Things", "schema": "urn:example:missing" }), "urn:example:missing"),
    ] {
        let problem = define(app, &okta.organization, document.clone(), Extends::Nothing).await.unwrap_err();
        assert!(problem.contains(words), "{document}: {problem}");
    }
    define(app, &okta.organization, device_schema(), Extends::Nothing).await.unwrap();
    for (endpoint, name) in [
        ("/Users", "Device"),
        ("Devices", "Device"),
        ("/a/b", "Device"),
        ("/Bulk", "Device"),
        ("/Devices", "User"),
        ("/x", "Role"),
    ] {
        let document = json!({ "name": name, "endpoint": endpoint, "schema": DEVICE });
        define(app, &okta.organization, document, Extends::Nothing).await.unwrap_err();
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM schema_documents").await, 1, "nothing of a refused one is kept");
    assert_eq!(app.kinds_since(0).await.iter().filter(|kind| kind.starts_with("schema.")).count(), 1);
}

async fn bulk_and_search_know_custom_types(app: &TestApp) {
    let okta = directory_with_devices(app).await;
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
        { "method": "POST", "path": "/Devices", "bulkId": "d", "data": { "serial": "1" } },
        { "method": "PUT", "path": "/Devices/bulkId:d", "data": { "serial": "2" } },
    ] });
    let answer = okta.post("/Bulk", body).await.expect(200);
    assert_eq!(answer.body["Operations"][1]["status"], "200", "{}", answer.body);
    assert_eq!(okta.find("", "serial eq \"2\"").await.expect(200).total(), 1);
    assert_eq!(okta.find("", "meta.resourceType eq \"Device\"").await.expect(200).total(), 1);
}

on_both!(
    a_custom_resource_type_has_everything_that_users_have,
    an_extension_of_users_is_stored_filtered_and_kept_unique,
    only_a_token_sees_an_organizations_own_schemas,
    a_malformed_schema_is_refused_with_its_place,
    bulk_and_search_know_custom_types,
);
