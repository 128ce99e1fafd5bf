//! `sortBy` and `sortOrder` (RFC 7644 section 3.4.2.3).

use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

async fn lists_are_sorted_as_the_rfc_says(app: &TestApp) {
    let okta = app.directory("okta").await;
    let bodies = [
        json!({ "userName": "b", "title": "éclair", "externalId": "B", "name": { "familyName": "Zed" }, "active": true }),
        json!({ "userName": "C", "externalId": "a", "name": { "familyName": "alpha" }, "active": false,
            "emails": [{ "value": "z@x" }, { "value": "a@x", "primary": true }] }),
        json!({ "userName": "a", "title": "Eclair", "externalId": "C", "emails": [{ "value": "M@x" }] }),
    ];
    let mut names = std::collections::HashMap::new();
    for body in bodies {
        let name = body["userName"].as_str().unwrap().to_string();
        names.insert(okta.post("/Users", body).await.expect(201).id(), name);
        app.clock.advance(time::Duration::seconds(1));
    }
    for (sort_by, ascending) in [
        // Not caseExact.
        ("userName", "abC"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:username", "abC"),
        // caseExact: capitals first.
        ("externalId", "baC"),
        // Nobody without a value comes before one with.
        ("title", "abC"),
        ("name.familyName", "Cba"),
        // The primary value, or else the first; who has none comes last.
        ("emails", "Cab"),
        ("emails.value", "Cab"),
        ("meta.created", "bCa"),
        ("meta.lastModified", "bCa"),
    ] {
        let sorted = async |order: &str| -> String {
            let answer = okta.get(&format!("/Users?sortBy={sort_by}{order}")).await.expect(200);
            answer.ids().iter().map(|id| names[id].as_str()).collect()
        };
        assert_eq!(sorted("").await, ascending, "{sort_by}");
        assert_eq!(sorted("&sortOrder=ascending").await, ascending, "{sort_by}");
        let descending: String = ascending.chars().rev().collect();
        assert_eq!(sorted("&sortOrder=descending").await, descending, "{sort_by} descending");
    }
    // Equals keep the order in which they came, whichever way the others stand.
    for (order, wanted) in [("ascending", "Cba"), ("descending", "baC")] {
        let answer = okta.get(&format!("/Users?sortBy=active&sortOrder={order}")).await.expect(200);
        let sorted: String = answer.ids().iter().map(|id| names[id].as_str()).collect();
        assert_eq!(sorted, wanted, "active {order}");
    }
    // "the attribute is ignored" where there is nothing to sort by.
    let unsorted = okta.get("/Users?sortBy=colour").await.expect(200);
    assert_eq!(unsorted.resources()[0]["userName"], Value::from("b"));
}

on_both!(lists_are_sorted_as_the_rfc_says);
