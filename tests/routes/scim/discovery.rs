//! What the service says about itself, without a token (RFC 7644 section 4).

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, ScimClient, TestApp, on_both};

async fn get(client: &ScimClient, path: &str) -> Answer {
    client.send(Method::GET, path, None, &[("authorization", "")]).await
}

async fn discovery_claims_what_is_true(app: &TestApp) {
    let okta = app.directory("okta").await;
    let config = get(&okta, "/ServiceProviderConfig").await.expect(200).body;
    for (feature, supported) in
        [("patch", true), ("bulk", true), ("filter", true), ("changePassword", false), ("sort", true), ("etag", true)]
    {
        assert_eq!(config[feature]["supported"], supported, "{feature}");
    }
    assert_eq!(config["authenticationSchemes"][0]["type"], "oauthbearertoken");
    assert_eq!(config["meta"]["location"], format!("{}/ServiceProviderConfig", okta.base()));
    // It says nothing about who exists.
    get(&okta.with_label("nobody"), "/ServiceProviderConfig").await.expect(200);
}

async fn each_listed_thing_is_found_at_its_location(app: &TestApp) {
    let okta = app.directory("okta").await;
    for path in ["/Schemas", "/ResourceTypes"] {
        let list = get(&okta, path).await.expect(200);
        assert_eq!(list.total(), list.resources().len() as u64);
        for resource in list.resources() {
            let location = resource["meta"]["location"].as_str().unwrap();
            let own = location.strip_prefix(&okta.base()).expect("a location below the base URL");
            assert_eq!(&get(&okta, own).await.expect(200).body, resource);
            assert!(!resource.to_string().contains("null"), "Entra refuses a null: {resource}");
        }
    }
    let schemas = get(&okta, "/Schemas").await;
    let ids: Vec<_> = schemas.resources().iter().map(|schema| schema["id"].as_str().unwrap().to_string()).collect();
    for urn in ["core:2.0:User", "core:2.0:Group", "extension:enterprise:2.0:User"] {
        assert!(ids.contains(&format!("urn:ietf:params:scim:schemas:{urn}")), "{urn}");
    }
    assert!(!ids.iter().any(|id| id.contains("api:messages")));
    let types = get(&okta, "/ResourceTypes").await;
    let endpoints: Vec<_> = types.resources().iter().map(|kind| kind["endpoint"].clone()).collect();
    assert_eq!(endpoints, [json!("/Users"), json!("/Groups")]);
}

async fn discovery_is_read_only(app: &TestApp) {
    let okta = app.directory("okta").await;
    get(&okta, "/Schemas/urn:example:unknown").await.refused(404, "");
    get(&okta, "/ResourceTypes/Device").await.refused(404, "");
    get(&okta, "/Schemas?filter=id%20pr").await.refused(403, "");
    get(&okta, "/ResourceTypes?filter=id%20pr").await.refused(403, "");
    get(&okta, "/Schemas?sortBy=id&startIndex=3&count=1").await.expect(200);
    for path in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/ResourceTypes/User"] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            okta.send(method, path, Some(Value::Null.to_string()), &[]).await.refused(405, "");
        }
    }
}

on_both!(discovery_claims_what_is_true, each_listed_thing_is_found_at_its_location, discovery_is_read_only);
