//! ETag, If-Match, If-None-Match (RFC 7644 section 3.14).

use axum::http::Method;
use serde_json::json;

use crate::support::{TestApp, on_both};

async fn a_version_guards_against_overwriting(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.post("/Users", json!({ "userName": "ada" })).await.expect(201);
    let user = format!("/Users/{}", ada.id());
    let group = format!("/Groups/{}", okta.group("Engineering", &[]).await);
    assert_eq!((ada.etag(), &ada.body["meta"]["version"]), ("W/\"1\"".to_string(), &json!("W/\"1\"")));
    for (path, body) in
        [(&user, json!({ "userName": "ada", "displayName": "Ada" })), (&group, json!({ "displayName": "Engines" }))]
    {
        let send = async |method: Method, tag: &str, body: Option<String>| {
            okta.send(method, path, body, &[("if-match", tag)]).await
        };
        let put = Some(body.to_string());
        let patch = Some(
            json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{ "op": "replace", "path": "displayName", "value": "Third" }] })
            .to_string(),
        );
        for stale in ["W/\"0\"", "\"7\", W/\"8\""] {
            send(Method::PUT, stale, put.clone()).await.refused(412, "");
            send(Method::PATCH, stale, patch.clone()).await.refused(412, "");
            send(Method::DELETE, stale, None).await.refused(412, "");
        }
        assert_eq!(send(Method::PUT, "W/\"1\"", put.clone()).await.expect(200).etag(), "W/\"2\"");
        send(Method::PUT, "W/\"1\"", put).await.refused(412, "");
        assert_eq!(send(Method::PATCH, "W/\"1\", W/\"2\"", patch.clone()).await.expect(200).etag(), "W/\"3\"");
        send(Method::PATCH, "*", patch).await.expect(200);
        let fresh = okta.send(Method::GET, path, None, &[("if-none-match", "W/\"3\"")]).await.expect(304);
        assert_eq!(fresh.etag(), "W/\"3\"");
        okta.send(Method::GET, path, None, &[("if-none-match", "W/\"2\"")]).await.expect(200);
        send(Method::DELETE, "W/\"3\"", None).await.expect(204);
    }
}

on_both!(a_version_guards_against_overwriting);
