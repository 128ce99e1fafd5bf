//! What cannot be taken is refused with the right status and a detail that helps, and leaves nothing behind.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

async fn bodies_that_cannot_be_read(app: &TestApp) {
    let okta = app.directory("okta").await;
    let user = okta.user("ada").await;
    let group = okta.group("Engineering", &[]).await;
    let before = (app.events().await.len(), okta.get(&format!("/Users/{user}")).await.body);
    let post = async |path: &str, body: &str| okta.send(Method::POST, path, Some(body.into()), &[]).await;
    for (body, scim_type) in [
        ("{", "invalidSyntax"),
        ("", "invalidSyntax"),
        ("{\"userName\": \"x\",}", "invalidSyntax"),
        ("\"ada\"", "invalidSyntax"),
        ("[]", "invalidSyntax"),
        ("{}", "invalidValue"),
        ("{\"userName\": \"\"}", "invalidValue"),
        ("{\"userName\": \"  \"}", "invalidValue"),
        ("{\"userName\": null}", "invalidValue"),
        ("{\"userName\": 5}", "invalidValue"),
        ("{\"userName\": \"x\", \"active\": \"maybe\"}", "invalidValue"),
        ("{\"userName\": \"x\", \"emails\": \"x@y.example\", \"name\": 7}", "invalidValue"),
        (
            "{\"userName\": \"x\", \"emails\": [{\"value\": \"a\", \"primary\": true}, {\"value\": \"b\", \"primary\": true}]}",
            "invalidValue",
        ),
        ("{\"userName\": \"x\\u0000y\"}", "invalidValue"),
    ] {
        post("/Users", body).await.refused(400, scim_type);
    }
    post("/Users", &json!({ "userName": "x".repeat(1025) }).to_string()).await.refused(400, "invalidValue");
    post("/Groups", "{}").await.refused(400, "invalidValue");
    post("/Groups", &json!({ "displayName": "x", "members": [{ "display": "nobody" }] }).to_string())
        .await
        .refused(400, "invalidValue");
    let nested = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    post("/Users", &nested).await.refused(400, "invalidSyntax");
    for (operations, scim_type) in [
        (json!([]), "invalidSyntax"),
        (json!([{ "op": "jump", "path": "userName", "value": "x" }]), "invalidSyntax"),
        (json!([{ "op": "replace", "path": "userName" }]), "invalidValue"),
        (json!([{ "op": "replace", "path": "nothing", "value": "x" }]), "invalidPath"),
        (json!([{ "op": "replace", "path": "emails[", "value": "x" }]), "invalidPath"),
        (json!([{ "op": "replace", "path": "emails[type is 1].value", "value": "x" }]), "invalidFilter"),
        (json!([{ "op": "replace", "path": "emails[type eq \"elsewhere\"].value", "value": "x" }]), "noTarget"),
        (json!([{ "op": "remove" }]), "noTarget"),
        (json!([{ "op": "replace", "path": "id", "value": "x" }]), "mutability"),
        (json!([{ "op": "add", "path": "groups", "value": [{ "value": group }] }]), "mutability"),
        (json!([{ "op": "remove", "path": "userName" }]), "mutability"),
        // The first operation is good, the second is not: nothing of either.
        (
            json!([
                { "op": "replace", "path": "displayName", "value": "Changed" },
                { "op": "replace", "path": "active", "value": "perhaps" }
            ]),
            "invalidValue",
        ),
    ] {
        okta.patch(&format!("/Users/{user}"), operations).await.refused(400, scim_type);
    }
    let no_schema = json!({ "Operations": [{ "op": "replace", "value": { "active": false } }] });
    okta.send(Method::PATCH, &format!("/Users/{user}"), Some(no_schema.to_string()), &[])
        .await
        .refused(400, "invalidSyntax");
    assert_eq!((app.events().await.len(), okta.get(&format!("/Users/{user}")).await.body), before);
    assert_eq!(okta.get("/Users").await.total(), 1);
}

async fn filters_that_cannot_be_read(app: &TestApp) {
    let okta = app.directory("okta").await;
    for filter in [
        "userName",
        "userName eq",
        "userName is \"x\"",
        "userName eq \"x",
        "(userName eq \"x\"",
        "colour eq \"red\"",
        "active gt true",
        "userName eq \"x\" and",
        "password eq \"x\"",
        "meta.created gt \"yesterday\"",
    ] {
        okta.find("/Users", filter).await.refused(400, "invalidFilter");
    }
    okta.find("/Groups", "userName eq \"x\"").await.refused(400, "invalidFilter");
    okta.get("/Users?startIndex=one").await.refused(400, "invalidValue");
    okta.get("/Users?count=2.5").await.refused(400, "invalidValue");
    okta.get("/Users?attributes=id&excludedAttributes=emails").await.refused(400, "invalidValue");
    assert_eq!(okta.find("/Users", "userName eq \"a\\u0000\"").await.total(), 0);
    assert_eq!(okta.find("/Users", "displayName co \"a\\u0000\"").await.total(), 0);
    // Parameters that we do not know are none of our business.
    okta.get("/Users?aadOptscim062020&colour=red&startIndex=1&count=2").await.expect(200);
}

async fn media_types_and_sizes(app: &TestApp) {
    let okta = app.directory("okta").await;
    let post = async |path: &str, body: String, kind: &str| {
        okta.send(Method::POST, path, Some(body), &[("content-type", kind)]).await
    };
    let body = |name: &str| json!({ "userName": name }).to_string();
    for refused in
        ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/json; charset=latin1"]
    {
        post("/Users", body("ada"), refused).await.refused(415, "");
    }
    okta.send(Method::POST, "/Users", Some(body("ada")), &[("content-encoding", "gzip")]).await.refused(415, "");
    for (n, taken) in
        ["application/json", "application/scim+json", "application/json; charset=UTF-8"].iter().enumerate()
    {
        post("/Users", body(&format!("ada{n}")), taken).await.expect(201);
    }
    let padded = |mib: usize| {
        json!({ "userName": "big", "displayName": "big", "nickName": "x".repeat(mib * 1024 * 1024) }).to_string()
    };
    let detail = post("/Users", padded(1), "application/json").await.refused(413, "");
    assert!(detail.contains("1 MiB"), "{detail}");
    // Custom Okta apps PUT a group with every member.
    post("/Groups", padded(2), "application/json").await.expect(201);
    let group = okta.find("/Groups", "displayName eq \"big\"").await.ids().remove(0);
    okta.send(Method::PUT, &format!("/Groups/{group}"), Some(padded(32)), &[]).await.refused(413, "");
}

async fn ids_that_are_nobodys(app: &TestApp) {
    let okta = app.directory("okta").await;
    for id in ["nobody", "00000000-0000-7000-8000-000000000000", "%00", "%ff", "..", "1%20OR%201=1"] {
        for endpoint in ["/Users", "/Groups"] {
            let path = format!("{endpoint}/{id}");
            okta.get(&path).await.refused(404, "");
            okta.delete(&path).await.refused(404, "");
            okta.put(&path, json!({ "userName": "x", "displayName": "x" })).await.refused(404, "");
            okta.patch(&path, json!([{ "op": "replace", "path": "displayName", "value": "x" }])).await.refused(404, "");
        }
    }
    assert_eq!(app.events().await, []);
}

async fn what_no_schema_knows_is_dropped(app: &TestApp) {
    let okta = app.directory("okta").await;
    let sent = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:example:unknown"],
        "id": "mine", "meta": { "created": "2001-01-01T00:00:00Z" }, "USERNAME": "ada", "colour": "red",
        "urn:example:unknown": { "a": 1 }, "password": "secret", "active": "True",
    });
    let ada = okta.post("/Users", sent).await.expect(201).body;
    assert_eq!(ada["userName"], "ada");
    assert_eq!(ada["active"], true);
    assert_ne!(ada["id"], "mine");
    assert_eq!(ada["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User"]));
    assert_eq!(ada["meta"]["created"], "2026-11-22T12:00:00.000Z");
    for gone in ["colour", "urn:example:unknown", "password"] {
        assert_eq!(ada.get(gone), None::<&Value>);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE document LIKE '%secret%'").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM events WHERE after LIKE '%secret%'").await, 0);
}

on_both!(
    bodies_that_cannot_be_read,
    filters_that_cannot_be_read,
    media_types_and_sizes,
    ids_that_are_nobodys,
    what_no_schema_knows_is_dropped,
);
