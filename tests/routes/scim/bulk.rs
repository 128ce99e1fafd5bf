//! `POST /Bulk` (RFC 7644 section 3.7).

use serde_json::{Value, json};

use crate::support::{Answer, ScimClient, TestApp, on_both};

async fn bulk(okta: &ScimClient, fail_on_errors: Option<u64>, operations: Value) -> Answer {
    let mut body =
        json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
    if let Some(most) = fail_on_errors {
        body["failOnErrors"] = most.into();
    }
    okta.post("/Bulk", body).await
}

fn results(answer: &Answer) -> &[Value] {
    assert_eq!(answer.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]));
    answer.body["Operations"].as_array().expect("Operations")
}

fn id_of(result: &Value) -> String {
    result["location"].as_str().expect("a location").rsplit('/').next().unwrap().to_string()
}

async fn every_method_works_and_each_answer_says_where(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (eve, bob) = (okta.user("eve").await, okta.user("bob").await);
    let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "value": { "title": "Countess" } }] });
    let answer = bulk(
        &okta,
        None,
        json!([
            { "method": "POST", "path": "/Users", "bulkId": "ada", "data": { "userName": "ada" } },
            { "method": "PATCH", "path": format!("/Users/{eve}"), "data": patch },
            { "method": "PUT", "path": format!("/Users/{bob}"), "data": { "userName": "robert" } },
            { "method": "DELETE", "path": format!("/Users/{eve}") },
        ]),
    )
    .await
    .expect(200);
    let results = results(&answer);
    let statuses: Vec<_> = results.iter().map(|result| result["status"].as_str().expect("a string")).collect();
    assert_eq!(statuses, ["201", "200", "200", "204"]);
    assert_eq!(results[0]["bulkId"], "ada");
    assert_eq!(results[0]["method"], "POST");
    assert_eq!(results[0]["version"], "W/\"1\"");
    for result in results {
        assert!(result["location"].as_str().unwrap().starts_with(&format!("{}/Users/", okta.base())));
        assert!(result.get("response").is_none(), "a success needs none");
    }
    okta.get(&format!("/Users/{}", id_of(&results[0]))).await.expect(200);
    assert_eq!(okta.get(&format!("/Users/{bob}")).await.body["userName"], "robert");
    okta.get(&format!("/Users/{eve}")).await.refused(404, "");
}

async fn references_are_resolved_in_data_and_paths_in_any_order(app: &TestApp) {
    let okta = app.directory("okta").await;
    let add = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "members", "value": [{ "value": "bulkId:bob" }] }] });
    let answer = bulk(
        &okta,
        None,
        json!([
            { "method": "POST", "path": "/Groups", "bulkId": "team", "data": { "displayName": "Team", "members": [{ "value": "bulkId:ada" }] } },
            { "method": "PATCH", "path": "/Groups/bulkId:team", "data": add },
            { "method": "POST", "path": "/Users", "bulkId": "ada", "data": { "userName": "ada" } },
            { "method": "POST", "path": "/Users", "bulkId": "bob", "data": { "userName": "bob" } },
        ]),
    )
    .await
    .expect(200);
    let results = results(&answer);
    assert!(results.iter().all(|result| result["status"].as_str().unwrap().starts_with('2')), "{results:?}");
    let mut wanted = vec![id_of(&results[2]), id_of(&results[3])];
    wanted.sort();
    assert_eq!(okta.members(&id_of(&results[0])).await, wanted);
}

async fn circular_references_are_resolved(app: &TestApp) {
    let okta = app.directory("okta").await;
    let manager = |id: &str| json!({ "manager": { "value": format!("bulkId:{id}") }, "department": "Engines" });
    let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let answer = bulk(
        &okta,
        None,
        json!([
            { "method": "POST", "path": "/Users", "bulkId": "ada", "data": { "userName": "ada", urn: manager("eve") } },
            { "method": "POST", "path": "/Users", "bulkId": "eve", "data": { "userName": "eve", urn: manager("ada") } },
            { "method": "POST", "path": "/Users", "bulkId": "own", "data": { "userName": "own", urn: manager("own") } },
        ]),
    )
    .await
    .expect(200);
    let results = results(&answer);
    let ids: Vec<_> = results.iter().map(id_of).collect();
    for (n, manager) in [(0, 1), (1, 0), (2, 2)] {
        assert_eq!(results[n]["status"], "201", "{}", results[n]);
        let user = okta.get(&format!("/Users/{}", ids[n])).await;
        assert_eq!(user.body[urn]["manager"]["value"], ids[manager]);
        assert_eq!(user.body[urn]["department"], "Engines", "the rest of the extension is kept");
        assert_eq!(user.body["meta"]["version"], results[n]["version"]);
    }
}

async fn a_failure_is_told_and_the_rest_goes_on(app: &TestApp) {
    let okta = app.directory("okta").await;
    okta.user("taken").await;
    let operations = json!([
        { "method": "POST", "path": "/Users", "bulkId": "a", "data": { "userName": "taken" } },
        { "method": "POST", "path": "/Users", "bulkId": "b", "data": { "displayName": "no name" } },
        { "method": "POST", "path": "/Groups", "bulkId": "c", "data": { "displayName": "C", "members": [{ "value": "bulkId:a" }] } },
        { "method": "POST", "path": "/Groups", "bulkId": "d", "data": { "displayName": "D", "members": [{ "value": "bulkId:nobody" }] } },
        { "method": "DELETE", "path": "/Users/00000000-0000-7000-8000-000000000000" },
        { "method": "POST", "path": "/Nothing", "bulkId": "e", "data": {} },
        { "method": "PUT", "path": "/Users", "data": { "userName": "x" } },
        { "method": "POST", "path": "/Users", "bulkId": "good", "data": { "userName": "good" } },
    ]);
    let answer = bulk(&okta, None, operations.clone()).await.expect(200);
    let results = results(&answer);
    let told: Vec<_> = results
        .iter()
        .map(|result| (result["status"].as_str().unwrap(), result["response"]["scimType"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        [
            ("409", "uniqueness"),
            ("400", "invalidValue"),
            ("409", ""),
            ("409", ""),
            ("404", ""),
            ("404", ""),
            ("400", "invalidValue"),
            ("201", ""),
        ]
    );
    assert!(results[0].get("location").is_none(), "section 3.7.3: a failed POST has no location");
    assert!(results[4]["location"].as_str().unwrap().ends_with("0000"));
    assert_eq!(results[0]["response"]["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
    assert!(results[2]["response"]["detail"].as_str().unwrap().contains("bulkId:a"));

    let stopped = bulk(&okta, Some(2), operations).await.expect(200);
    assert_eq!(stopped.body["Operations"].as_array().unwrap().len(), 2, "failOnErrors: 2");
}

async fn versions_are_preconditions(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.user("ada").await;
    let delete = |version: &str| json!([{ "method": "DELETE", "path": format!("/Users/{ada}"), "version": version }]);
    let stale = bulk(&okta, None, delete("W/\"9\"")).await.expect(200);
    assert_eq!(results(&stale)[0]["status"], "412");
    let fresh = bulk(&okta, None, delete("W/\"1\"")).await.expect(200);
    assert_eq!(results(&fresh)[0]["status"], "204");
}

async fn what_is_too_much_or_no_request_is_refused_as_a_whole(app: &TestApp) {
    let okta = app.directory("okta").await;
    let config = okta.get("/ServiceProviderConfig").await.body["bulk"].clone();
    let most = config["maxOperations"].as_u64().unwrap();
    let many: Vec<_> = (0..=most).map(|n| json!({ "method": "DELETE", "path": format!("/Users/{n}") })).collect();
    let detail = bulk(&okta, None, many.into()).await.refused(413, "");
    assert!(detail.contains(&most.to_string()), "{detail}");
    let long = "x".repeat(usize::try_from(config["maxPayloadSize"].as_u64().unwrap()).unwrap());
    bulk(&okta, None, json!([{ "method": "POST", "path": "/Users", "bulkId": "a", "data": { "userName": long } }]))
        .await
        .refused(413, "");
    okta.post("/Bulk", json!({ "Operations": [] })).await.refused(400, "invalidSyntax");
    bulk(&okta, None, json!([{ "method": "POST", "path": "/Users", "data": { "userName": "a" } }]))
        .await
        .refused(400, "invalidValue");
    bulk(&okta, None, json!([{ "method": "GET", "path": "/Users" }])).await.refused(400, "invalidSyntax");
    assert_eq!(okta.get("/Users").await.total(), 0);
}

on_both!(
    every_method_works_and_each_answer_says_where,
    references_are_resolved_in_data_and_paths_in_any_order,
    circular_references_are_resolved,
    a_failure_is_told_and_the_rest_goes_on,
    versions_are_preconditions,
    what_is_too_much_or_no_request_is_refused_as_a_whole,
);
