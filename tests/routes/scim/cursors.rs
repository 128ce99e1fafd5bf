//! Paging by cursor (RFC 9865).

use muster_scim::list::Cursor;
use time::Duration;

use crate::support::{Answer, ScimClient, TestApp, on_both};

/// The ids of a page, and where the next one begins.
fn page(answer: &Answer) -> (Vec<String>, Option<String>) {
    assert_eq!(answer.body["itemsPerPage"], answer.ids().len());
    (answer.ids(), answer.body["nextCursor"].as_str().map(str::to_string))
}

/// All ids, page by page; `between` is called after the first.
async fn walk(okta: &ScimClient, query: &str, between: impl AsyncFnOnce()) -> Vec<String> {
    let (mut ids, mut next) = page(&okta.get(&format!("{query}&cursor=")).await.expect(200));
    between().await;
    while let Some(cursor) = next {
        let (more, following) = page(&okta.get(&format!("{query}&cursor={cursor}")).await.expect(200));
        assert!(!more.is_empty(), "a page that was announced holds something");
        ids.extend(more);
        next = following;
    }
    ids
}

async fn people(okta: &ScimClient) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..7 {
        let title = if n % 3 == 0 { serde_json::Value::Null } else { format!("t{}", n % 2).into() };
        let body = serde_json::json!({ "userName": format!("user{n}"), "title": title });
        ids.push(okta.post("/Users", body).await.expect(201).id());
    }
    ids
}

async fn cursors_visit_everybody_once(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ids = people(&okta).await;
    for query in ["/Users?count=2", "/Users?count=3&filter=userName%20pr", "/Users?count=1", "/Users?count=100"] {
        assert_eq!(walk(&okta, query, async || {}).await, ids, "{query}");
    }
    for order in ["ascending", "descending"] {
        let by_index = okta.get(&format!("/Users?sortBy=title&sortOrder={order}")).await.ids();
        let by_cursor = walk(&okta, &format!("/Users?count=2&sortBy=title&sortOrder={order}"), async || {}).await;
        assert_eq!(by_cursor, by_index, "{order}");
    }
    let newest = walk(&okta, "/Users?count=2&sortBy=meta.lastModified&sortOrder=descending", async || {}).await;
    assert_eq!(newest.len(), 7);
}

async fn cursors_lose_nobody_while_others_are_deleted(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ids = people(&okta).await;
    let delete_the_first_page = async || {
        for id in &ids[..3] {
            okta.delete(&format!("/Users/{id}")).await.expect(204);
        }
    };
    let seen = walk(&okta, "/Users?count=3", delete_the_first_page).await;
    assert_eq!(seen, ids, "by index, three would have been skipped");
}

async fn cursors_span_resource_types(app: &TestApp) {
    let okta = app.directory("okta").await;
    let mut ids = people(&okta).await;
    for name in ["One", "Two"] {
        ids.push(okta.group(name, &[]).await);
    }
    for count in [1, 3, 7, 8, 100] {
        assert_eq!(walk(&okta, &format!("?count={count}"), async || {}).await, ids, "{count}");
    }
}

async fn wrong_cursors_are_told_apart(app: &TestApp) {
    let okta = app.directory("okta").await;
    people(&okta).await;
    let (_, next) = page(&okta.get("/Users?count=2&cursor=").await);
    let next = next.expect("a second page");
    assert!(
        Cursor::decode(&next).is_ok() && next.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    okta.get("/Users?cursor=nonsense").await.refused(400, "invalidCursor");
    okta.get(&format!("/Users?cursor={next}&filter=title%20pr")).await.refused(400, "invalidCursor");
    okta.get(&format!("/Users?cursor={next}&count=x")).await.refused(400, "invalidCount");
    app.clock.advance(Duration::hours(2));
    okta.get(&format!("/Users?cursor={next}")).await.refused(400, "expiredCursor");
    let last = okta.get("/Users?cursor=&count=100").await.expect(200);
    assert!(last.body.get("nextCursor").is_none(), "the last page has none");
    assert!(okta.get("/Users").await.body.get("nextCursor").is_none(), "index stays the default");
    let config = okta.get("/ServiceProviderConfig").await.body["pagination"].clone();
    assert_eq!((config["cursor"].as_bool(), config["index"].as_bool()), (Some(true), Some(true)));
    assert_eq!(config["defaultPaginationMethod"], "index");
}

on_both!(
    cursors_visit_everybody_once,
    cursors_lose_nobody_while_others_are_deleted,
    cursors_span_resource_types,
    wrong_cursors_are_told_apart,
);
