//! The sign-in link follows externalId until it is pinned (identity.md, "Sign-in links").

use muster::db::sql;
use serde_json::json;

use crate::support::{TestApp, on_both};

/// Subject and what waits, of each link.
async fn links(app: &TestApp) -> Vec<(String, Option<String>)> {
    let mut tx = app.db.read().await.unwrap();
    sql("SELECT subject, pending_subject FROM identities ORDER BY id").all(&mut tx).await.unwrap()
}

async fn a_link_follows_the_external_id_until_it_is_pinned(app: &TestApp) {
    let okta = app.directory("okta").await;
    let metadata = json!({
        "issuer": "https://acme.okta.example", "authorization_endpoint": "", "token_endpoint": "", "jwks_uri": "",
        "algorithms": ["RS256"], "code_challenge_methods": [], "token_endpoint_auth_methods": [],
        "iss_parameter_supported": false,
    });
    app.execute(&format!("UPDATE connections SET issuer = 'https://acme.okta.example', metadata = '{metadata}'")).await;
    let ada = okta.post("/Users", json!({ "userName": "ada", "externalId": "1" })).await.expect(201).id();
    assert_eq!(links(app).await, [("1".to_string(), None)]);
    let path = format!("/Users/{ada}");
    let change = |id: &str| json!([{ "op": "replace", "path": "externalId", "value": id }]);
    okta.patch(&path, change("2")).await.expect(200);
    assert_eq!(links(app).await, [("2".to_string(), None)]);
    app.execute("UPDATE identities SET pinned_at = '2026-11-22T12:00:00.000Z'").await;
    okta.patch(&path, change("3")).await.expect(200);
    assert_eq!(links(app).await, [("2".to_string(), Some("3".to_string()))]);
    assert_eq!(okta.get(&path).await.body["externalId"], "3");
    okta.delete(&path).await.expect(204);
    assert_eq!(links(app).await, []);
}

on_both!(a_link_follows_the_external_id_until_it_is_pinned);
