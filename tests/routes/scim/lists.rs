//! Queries: filters, pages, totals.

use serde_json::json;

use crate::support::{ScimClient, TestApp, on_both};

async fn people(okta: &ScimClient) -> Vec<String> {
    let mut ids = Vec::new();
    for body in [
        json!({ "userName": "Ada@x", "externalId": "A", "displayName": "Ada", "title": "Countess", "active": true,
            "emails": [{ "value": "ada@home.example", "type": "home" }, { "value": "ada@work.example", "type": "work", "primary": true }] }),
        json!({ "userName": "eve@x", "externalId": "a", "displayName": "ADA", "active": false,
            "emails": [{ "value": "Eve@Work.example", "type": "work" }] }),
        json!({ "userName": "adaline@x", "displayName": "Ada line", "name": { "familyName": "O'Neil \"x\" 100%" } }),
        json!({ "userName": "žofie@x", "displayName": "ŽOFIE" }),
    ] {
        ids.push(okta.post("/Users", body).await.expect(201).id());
    }
    ids
}

async fn filters_find_just_those(app: &TestApp) {
    let okta = app.directory("okta").await;
    let other = app.directory("other").await;
    other.user("ada@x").await;
    let ids = people(&okta).await;
    let group = okta.group("Engineering", &[&ids[0], &ids[1]]).await;
    okta.group("Engineering (EMEA)", &[]).await;
    let by_id = format!("id eq \"{}\"", ids[2]);
    let by_group = format!("groups.value eq \"{group}\"");
    for (filter, wanted) in [
        ("userName eq \"ADA@x\"", vec![0]),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ada@x\"", vec![0]),
        ("userName eq \"ŽOFIE@x\"", vec![3]),
        ("externalId eq \"A\"", vec![0]),
        ("externalId eq \"a\"", vec![1]),
        ("displayName eq \"ada\"", vec![0, 1]),
        ("displayName eq \"žofie\"", vec![3]),
        ("displayName sw \"ada\"", vec![0, 1, 2]),
        ("displayName eq \"ad_\"", vec![]),
        ("userName eq \"%\"", vec![]),
        ("emails.value eq \"eve@work.example\"", vec![1]),
        ("emails eq \"ada@home.example\"", vec![0]),
        ("emails[type eq \"work\"].value eq \"ada@work.example\"", vec![0]),
        ("emails[type eq \"home\" and value eq \"ada@work.example\"]", vec![]),
        ("emails[type eq \"work\" and value eq \"ada@work.example\"] and active eq true", vec![0]),
        ("userName eq \"eve@x\" and active eq true", vec![]),
        ("userName eq \"eve@x\" and active eq \"False\"", vec![1]),
        ("userName eq \"ada@x\" or userName eq \"eve@x\"", vec![0, 1]),
        ("not (emails pr)", vec![2, 3]),
        ("title pr", vec![0]),
        ("name.familyName co \"O'Neil \\\"x\\\" 100%\"", vec![2]),
        ("meta.created ge \"2026-11-22T12:00:00Z\"", vec![0, 1, 2, 3]),
        ("meta.lastModified gt \"2026-11-22T12:00:00Z\"", vec![]),
        ("userName pr and userName ew \"@x\" and userName co \"da\"", vec![0, 2]),
        (by_id.as_str(), vec![2]),
        (by_group.as_str(), vec![0, 1]),
    ] {
        let wanted: Vec<_> = wanted.into_iter().map(|n: usize| ids[n].clone()).collect();
        let answer = okta.find("/Users", filter).await.expect(200);
        assert_eq!(answer.ids(), wanted, "{filter}");
        assert_eq!(answer.total(), wanted.len() as u64, "{filter}");
    }
    for (filter, total) in [
        ("displayName eq \"ENGINEERING\"".to_string(), 1),
        ("displayName sw \"Engineering\"".to_string(), 2),
        (format!("members eq \"{}\"", ids[0]), 1),
        (format!("members.value eq \"{}\" and displayName eq \"engineering\"", ids[1]), 1),
        (format!("members[value eq \"{}\"]", ids[1]), 1),
        (format!("members eq \"{}\"", ids[2]), 0),
        ("members pr".to_string(), 1),
        ("not (members.type eq \"User\")".to_string(), 1),
    ] {
        assert_eq!(okta.find("/Groups", &filter).await.expect(200).total(), total, "{filter}");
    }
}

async fn pages_are_counted_as_the_rfc_says(app: &TestApp) {
    let okta = app.directory("okta").await;
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(okta.user(&format!("user{n}@x")).await);
    }
    for (query, start, wanted) in [
        ("", 1, 0..7),
        ("startIndex=1&count=2", 1, 0..2),
        ("startIndex=3&count=2", 3, 2..4),
        ("startIndex=7&count=2", 7, 6..7),
        ("startIndex=8&count=2", 8, 0..0),
        ("startIndex=0&count=2", 1, 0..2),
        ("startIndex=-5&count=2", 1, 0..2),
        ("count=0", 1, 0..0),
        ("count=-3", 1, 0..0),
        ("count=100000", 1, 0..7),
        ("startIndex=99999999999999999999", i64::MAX as u64, 0..0),
    ] {
        // The same by SQL alone, and with a filter that is evaluated row by row.
        for filter in ["", "&filter=userName%20sw%20%22user%22"] {
            let answer = okta.get(&format!("/Users?{query}{filter}")).await.expect(200);
            assert_eq!(answer.ids(), ids[wanted.clone()], "{query}{filter}");
            assert_eq!(answer.total(), 7, "{query}");
            assert_eq!(answer.body["itemsPerPage"], wanted.len(), "{query}");
            assert_eq!(answer.body["startIndex"], start, "{query}");
            assert_eq!(answer.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
        }
    }
    // A change disturbs no order.
    okta.patch(&format!("/Users/{}", ids[0]), json!([{ "op": "add", "path": "title", "value": "x" }]))
        .await
        .expect(200);
    assert_eq!(okta.get("/Users").await.ids(), ids);
}

async fn a_page_never_holds_more_than_is_announced(app: &TestApp) {
    let okta = app.directory("okta").await;
    for n in 0..201 {
        okta.group(&format!("Group {n}"), &[]).await;
    }
    let answer = okta.get("/Groups?count=500").await;
    assert_eq!((answer.ids().len(), answer.total()), (200, 201));
    assert_eq!(okta.get("/ServiceProviderConfig").await.body["filter"]["maxResults"], 200);
}

async fn a_page_of_users_shows_their_groups(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (ada, eve) = (okta.user("ada").await, okta.user("eve").await);
    let (one, two) = (okta.group("One", &[&ada, &eve]).await, okta.group("Two", &[&ada]).await);
    let page = okta.get("/Users").await;
    let values = |n: usize| {
        page.resources()[n]["groups"].as_array().unwrap().iter().map(|group| group["value"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(values(0), [json!(one), json!(two)]);
    assert_eq!(values(1), [json!(one)]);
    let groups = okta.get("/Groups").await;
    assert_eq!(groups.resources()[0]["members"].as_array().unwrap().len(), 2);
    assert_eq!(groups.resources()[1]["members"][0]["value"], ada);
    assert!(okta.get("/Groups?excludedAttributes=members").await.resources()[0].get("members").is_none());
}

async fn a_filter_without_an_index_is_bounded(app: &TestApp) {
    let okta = app.directory("okta").await;
    app.execute(&format!(
        "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 100001) \
         INSERT INTO users (id, organization_id, source, user_name, user_name_key, display_name, search_key, level, operator, \
         idp_active, document, version, created_at, updated_at) SELECT 'user-' || n, '{}', 'directory:{}', 'u' || n, 'u' || n, 'u', \
         'u', 'member', FALSE, TRUE, '{{}}', 1, '2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.000Z' FROM many",
        okta.organization, okta.directory
    ))
    .await;
    okta.user("ada").await;
    let detail = okta.find("/Users", "nickName co \"x\"").await.refused(400, "tooMany");
    assert!(detail.contains("userName"), "{detail}");
    okta.get("/Users?sortBy=nickName&count=1").await.refused(400, "tooMany");
    assert_eq!(okta.find("/Users", "userName eq \"ada\" and not (nickName eq \"x\")").await.expect(200).total(), 1);
    assert_eq!(okta.find("/Users", "userName eq \"ada\"").await.expect(200).total(), 1);
    assert_eq!(okta.get("/Users?startIndex=100002").await.expect(200).ids().len(), 1);
}

on_both!(
    filters_find_just_those,
    pages_are_counted_as_the_rfc_says,
    a_page_never_holds_more_than_is_announced,
    a_page_of_users_shows_their_groups,
    a_filter_without_an_index_is_bounded,
);
