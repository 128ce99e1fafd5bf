//! `POST /.search` and the query at the base URL (RFC 7644 sections 3.4.2.1 and 3.4.3).

use serde_json::json;

use crate::support::{TestApp, on_both};

const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

async fn a_search_is_a_query_in_a_body(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (ada, eve) = (okta.user("ada").await, okta.user("eve").await);
    let body = json!({ "schemas": [SEARCH], "filter": "userName pr", "sortBy": "userName", "sortOrder": "descending",
        "startIndex": 1, "count": 1, "attributes": ["userName"] });
    let found = okta.post("/Users/.search", body).await.expect(200);
    assert_eq!((found.ids(), found.total()), (vec![eve], 2));
    assert!(found.resources()[0].get("meta").is_none(), "attributes");
    let excluded = json!({ "schemas": [SEARCH], "excludedAttributes": "userName", "count": 1 });
    let found = okta.post("/Users/.search", excluded).await.expect(200);
    assert_eq!(found.ids(), [ada]);
    assert!(found.resources()[0].get("userName").is_none(), "excludedAttributes");
    okta.post("/Users/.search", json!({ "filter": "userName pr" })).await.refused(400, "invalidSyntax");
    okta.post("/Users/.search", json!({ "schemas": [SEARCH], "filter": "colour pr" }))
        .await
        .refused(400, "invalidFilter");
    okta.post("/Nothing/.search", json!({ "schemas": [SEARCH] })).await.refused(404, "");
    let next = okta.post("/Users/.search", json!({ "schemas": [SEARCH], "cursor": "", "count": 1 })).await.expect(200);
    let cursor = next.body["nextCursor"].as_str().expect("a cursor").to_string();
    let rest = okta.post("/Users/.search", json!({ "schemas": [SEARCH], "cursor": cursor })).await.expect(200);
    assert_eq!(rest.ids().len(), 1);
}

async fn a_search_at_the_root_spans_all_types(app: &TestApp) {
    let okta = app.directory("okta").await;
    let other = app.directory("other").await;
    other.user("foreign").await;
    let mut ids = vec![okta.user("ada").await, okta.user("eve").await];
    ids.push(okta.group("Engineering", &[]).await);
    let everything = okta.get("").await.expect(200);
    assert_eq!((everything.ids(), everything.total()), (ids.clone(), 3));
    let search = async |filter: &str| {
        let body = json!({ "schemas": [SEARCH], "filter": filter });
        okta.post("/.search", body).await.expect(200).ids()
    };
    assert_eq!(search("meta.resourceType eq \"Group\"").await, ids[2..]);
    assert_eq!(search("displayName eq \"Engineering\"").await, ids[2..]);
    assert_eq!(search("userName eq \"ada\"").await, ids[..1], "a group has no userName, so that it does not match");
    assert_eq!(search(&format!("id eq \"{}\"", ids[1])).await, ids[1..2]);
    assert_eq!(okta.get("?startIndex=2&count=2").await.ids(), ids[1..]);
    assert_eq!(okta.find("", "userName eq \"eve\" or displayName eq \"x\"").await.ids(), ids[1..2]);
    let body = json!({ "schemas": [SEARCH], "filter": "colour pr" });
    okta.post("/.search", body).await.refused(400, "invalidFilter");
}

on_both!(a_search_is_a_query_in_a_body, a_search_at_the_root_spans_all_types);
