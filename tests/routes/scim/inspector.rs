//! The record of calls: what is kept of each, what never is, and that no answer depends on it.

use axum::http::Method;
use muster::db::sql;
use muster::provisioning::inspector;
use serde_json::{Value, json};
use time::Duration;

use crate::support::{ScimClient, TestApp, on_both, sequence};

/// A row of the record, as far as tests look.
#[derive(Debug, sqlx::FromRow)]
struct Row {
    at: String,
    duration_us: i64,
    token_prefix: Option<String>,
    user_agent: String,
    method: String,
    path: String,
    query: Option<String>,
    status: i64,
    scim_type: Option<String>,
    reason: Option<String>,
    advice: Option<String>,
    request_body: Option<String>,
    request_bytes: i64,
    request_truncated: bool,
    response_body: Option<String>,
    response_bytes: i64,
    response_truncated: bool,
    understood: String,
    ignored: String,
    resource_id: Option<String>,
}

/// The record of a directory, oldest first, when everything that waits is written.
async fn record(app: &TestApp, of: &ScimClient) -> Vec<Row> {
    app.app.inspector.write_down(&app.db).await;
    let mut tx = app.db.read().await.unwrap();
    let rows = sql("SELECT * FROM scim_requests WHERE directory_id = $1 ORDER BY id").bind(&of.directory);
    rows.all(&mut tx).await.unwrap()
}

async fn last(app: &TestApp, of: &ScimClient) -> Row {
    record(app, of).await.pop().expect("a call is recorded")
}

async fn understood(app: &TestApp, of: &ScimClient) -> Vec<String> {
    record(app, of).await.into_iter().map(|row| row.understood).collect()
}

fn json_of(body: &Option<String>) -> Value {
    serde_json::from_str(body.as_deref().expect("a body")).expect("JSON")
}

async fn every_kind_of_call_is_recorded_with_its_fields(app: &TestApp) {
    let okta = app.directory("okta").await;
    let agent = [("user-agent", "Okta SCIM Client 1.0.0")];
    let body = json!({ "userName": "ada@example.com", "favouriteColour": "red" });
    let ada = okta.send(Method::POST, "/Users", Some(body.to_string()), &agent).await.expect(201).id();
    let row = last(app, &okta).await;
    assert_eq!(
        (row.method.as_str(), row.path.as_str(), row.query.as_deref(), row.status),
        ("POST", "/Users", None, 201)
    );
    assert_eq!(row.at, "2026-11-22T12:00:00.000Z");
    assert!(row.duration_us > 0);
    assert_eq!(row.token_prefix.as_deref(), Some(&okta.token[..16]));
    assert_eq!(row.user_agent, "Okta SCIM Client 1.0.0");
    assert_eq!(
        (json_of(&row.request_body), json_of(&row.response_body)["id"].as_str()),
        (body.clone(), Some(ada.as_str()))
    );
    assert_eq!((row.request_bytes, row.request_truncated), (body.to_string().len() as i64, false));
    assert!(row.response_bytes > 0 && !row.response_truncated);
    assert_eq!((row.understood.as_str(), row.ignored.as_str()), ("create ada@example.com", "[\"favouriteColour\"]"));
    assert_eq!((row.scim_type, row.reason, row.advice), (None, None, None));
    assert_eq!(row.resource_id, Some(ada.clone()));

    okta.find("/Users", "userName eq \"nobody\"").await.expect(200);
    let row = last(app, &okta).await;
    assert_eq!(row.query.as_deref(), Some("filter=userName+eq+%22nobody%22"));
    assert_eq!((row.request_body, row.request_bytes, row.status), (None, 0, 200));
    assert_eq!(row.understood, "look up a user by userName: none found");

    okta.post("/Users", body).await.refused(409, "uniqueness");
    let row = last(app, &okta).await;
    assert_eq!((row.status, row.scim_type.as_deref()), (409, Some("uniqueness")));
    assert!(row.reason.unwrap().contains("ada@example.com") && row.advice.is_some());

    okta.get("/Users/1").await.refused(404, "");
    let row = last(app, &okta).await;
    assert_eq!(row.advice.as_deref(), Some("look it up again by userName or externalId"));
    assert_eq!(row.reason.as_deref(), Some("there is no user \"1\" in this directory"));

    let team = okta.group("Engineering", &[]).await;
    let three = json!([{ "value": ada }, { "value": okta.user("b").await }, { "value": okta.user("c").await }]);
    let group = format!("/Groups/{team}");
    okta.patch(&group, json!([{ "op": "add", "path": "members", "value": three }])).await.expect(200);
    assert_eq!(last(app, &okta).await.understood, "add 3 members to Engineering");
    okta.patch(&format!("/Users/{ada}"), json!([{ "op": "replace", "value": { "active": false } }])).await.expect(200);
    assert_eq!(last(app, &okta).await.understood, "deactivate ada@example.com");
    okta.put(&group, json!({ "displayName": "Makers" })).await.expect(200);
    assert_eq!(last(app, &okta).await.understood, "replace the group Makers");
    okta.delete(&group).await.expect(204);
    let row = last(app, &okta).await;
    assert_eq!((row.status, row.response_body, row.response_bytes), (204, None, 0));
    assert_eq!((row.understood.as_str(), row.resource_id), ("delete the group Makers", Some(team)));
    okta.get("/Schemas").await.expect(200);
    assert_eq!(last(app, &okta).await.understood, "read the schemas");
}

async fn passwords_are_never_stored(app: &TestApp) {
    let okta = app.directory("okta").await;
    let secret = "t1meMa$heen\"quoted";
    let user = json!({ "userName": "ada", "password": secret });
    let ada = okta.post("/Users", user.clone()).await.expect(201).id();
    let path = format!("/Users/{ada}");
    okta.put(&path, user).await.expect(200);
    okta.patch(&path, json!([{ "op": "replace", "path": "password", "value": secret }])).await.expect(200);
    okta.patch(&path, json!([{ "op": "replace", "value": { "password": secret } }])).await.expect(200);
    // Errors quote values.
    okta.patch(&path, json!([{ "op": "replace", "value": secret }])).await.refused(400, "invalidValue");
    okta.post("/Users", json!({ "userName": "eve", "password": [secret] })).await.refused(400, "invalidValue");
    okta.post("/Users", json!({ "password": secret })).await.refused(400, "invalidValue");
    let broken = format!("{{\"userName\":\"ada\",\"password\":{},}}", json!(secret));
    okta.send(Method::POST, "/Users", Some(broken), &[]).await.refused(400, "invalidSyntax");
    let long = json!({ "userName": "ada", "title": "x".repeat(70_000), "password": secret });
    okta.send(Method::PUT, &path, Some(long.to_string()), &[]).await.expect(200);
    okta.find("/Users", "password eq \"t1meMa$heen\"").await.refused(400, "invalidFilter");
    okta.get(&format!("/Users?access_token={}", okta.token)).await.expect(200);
    okta.send(Method::GET, "/Users", None, &[("user-agent", &okta.token)]).await.expect(200);

    let rows = record(app, &okta).await;
    assert_eq!(rows.len(), 12);
    for row in &rows {
        let text = format!("{row:?}");
        assert!(!text.contains("t1meMa") && !text.contains(&okta.token), "{text}");
    }
    assert_eq!(json_of(&rows[0].request_body)["password"], "[removed]");
    assert_eq!(rows[0].ignored, "[\"password\"]");
    assert_eq!(app.count("SELECT COUNT(*) FROM directories WHERE last_error LIKE '%t1meMa%'").await, 0);
}

async fn refused_tokens_are_recorded_for_the_directory_they_tried(app: &TestApp) {
    let (okta, entra) = (app.directory("okta").await, app.directory("entra").await);
    okta.with_token("wrong").get("/Users").await.refused(401, "");
    okta.with_label("entra")
        .send(Method::POST, "/Users", Some("{}".into()), &[("content-length", "2")])
        .await
        .refused(401, "");
    okta.with_label("nobody").get("/Users").await.refused(401, "");
    let row = last(app, &okta).await;
    assert_eq!((row.status, row.token_prefix, row.understood.as_str()), (401, None, "list users"));
    assert!(row.advice.unwrap().starts_with("copy the base URL"));
    let row = last(app, &entra).await;
    assert_eq!((row.method.as_str(), row.token_prefix), ("POST", None));
    // It was refused unread.
    assert_eq!((row.request_body, row.request_bytes, row.request_truncated), (None, 2, true));
    assert_eq!(app.count("SELECT COUNT(*) FROM scim_requests").await, 2);
    let noted = "SELECT COUNT(*) FROM directories WHERE last_request_at IS NOT NULL OR last_error IS NOT NULL";
    assert_eq!(app.count(noted).await, 0, "strangers are no news of the directory");

    app.execute("UPDATE directory_tokens SET revoked_at = '2026-11-22T12:00:00.000Z'").await;
    okta.get("/Users").await.refused(401, "");
    let row = last(app, &okta).await;
    assert_eq!(row.token_prefix.as_deref(), Some(&okta.token[..16]));
    assert_eq!(row.reason.as_deref(), Some("the bearer token was revoked"));
}

async fn what_okta_sends_is_understood(app: &TestApp) {
    let okta = app.directory("acme-okta").await;
    sequence::play(&okta, "okta/oin").await;
    assert_eq!(
        understood(app, &okta).await,
        [
            "list users: there are none",
            "look up a user by userName: none found",
            "create grace@acme.example",
            "create Grace@Acme.example",
            "replace grace@acme.example",
            "deactivate grace@acme.example",
            "look up a user by userName: found grace@acme.example",
            "activate grace@acme.example",
            "change nothing of grace@acme.example",
            "look up a group by displayName: none found",
            "create the group Engineering",
            "create alan@acme.example",
            "replace the members of Engineering with 1 member",
            "remove 1 member from Engineering; add 1 member to Engineering; set displayName of the group Engineering",
            "remove 1 member from Engineering; add 1 member to Engineering",
            "set displayName of the group Engines",
            "read alan@acme.example",
            "delete the group Engines",
            "read the group Engines",
            "read alan@acme.example",
        ]
    );
    let rows = record(app, &okta).await;
    assert_eq!((rows[2].ignored.as_str(), rows[8].ignored.as_str()), ("[\"password\"]", "[\"password\"]"));
}

async fn what_entra_sends_is_understood(app: &TestApp) {
    let entra = app.directory("acme-entra").await;
    sequence::play(&entra, "entra/default").await;
    let told = understood(app, &entra).await;
    assert_eq!(
        told[8..],
        [
            "set 5 attributes of Ada.Lovelace@acme.example",
            "set manager of Ada.Lovelace@acme.example",
            "clear manager of Ada.Lovelace@acme.example",
            "search users by id and manager: none found",
            "clear displayName of Ada.Lovelace@acme.example",
            "set roles of Ada.Lovelace@acme.example",
            "deactivate Ada.Lovelace@acme.example",
            "look up a user by userName: found Ada.Lovelace@acme.example",
            "activate Ada.Lovelace@acme.example",
            "create the group Analysts",
            "create the group ANALYSTS",
            "add 2 members to Analysts",
            "read the group Analysts",
            "look up a group by displayName: found Analysts",
            "search groups by id and members: found Analysts",
            "remove 1 member from Analysts",
            "set displayName of the group Engine analysts",
            "delete Ada Lovelace",
            "delete Ada Lovelace",
            "read the group Engine analysts",
            "delete the group Engine analysts",
            "delete the group Engine analysts",
            "read the schemas",
        ]
    );
}

async fn bodies_are_cut_at_64_kib(app: &TestApp) {
    let okta = app.directory("okta").await;
    let members: Vec<_> = (0..2000).map(|n| json!({ "value": format!("0192a000-0000-7000-8000-{n:012}") })).collect();
    let body = json!({ "displayName": "All", "members": members }).to_string();
    okta.send(Method::POST, "/Groups", Some(body.clone()), &[]).await.refused(400, "invalidValue");
    let row = last(app, &okta).await;
    assert_eq!((row.request_bytes, row.request_truncated), (body.len() as i64, true));
    let kept = row.request_body.as_deref().unwrap();
    assert!(kept.len() <= 64 * 1024 && kept.len() > 63 * 1024, "{}", kept.len());
    let whole = json_of(&row.request_body)["members"].as_array().unwrap().len();
    assert_eq!(row.understood, format!("create the group All with at least {whole} members"));
}

async fn reads_above_fifty_a_second_are_counted_instead(app: &TestApp) {
    let okta = app.directory("okta").await;
    let stranger = okta.with_token("wrong");
    for n in 0..55 {
        okta.get("/Users?count=0").await.expect(200);
        // From everywhere: one address would be slowed down first.
        let from = format!("203.0.113.{n}");
        stranger.send(Method::GET, "/Users", None, &[("x-forwarded-for", &from)]).await.refused(401, "");
    }
    // Writes and failures are kept whatever there is.
    okta.user("ada").await;
    okta.get("/Users/1").await.refused(404, "");
    assert_eq!(record(app, &okta).await.len(), 50 + 50 + 2);
    let dropped = "SELECT COUNT(*) FROM directories WHERE reads_dropped = 5 AND strangers_dropped = 5";
    assert_eq!(app.count(dropped).await, 1);
    app.clock.advance(Duration::seconds(1));
    okta.get("/Users?count=0").await.expect(200);
    assert_eq!(record(app, &okta).await.len(), 103);
}

async fn the_record_is_kept_by_count_and_by_age(app: &TestApp) {
    let (okta, entra) = (app.directory("okta").await, app.directory("entra").await);
    for client in [&okta, &entra] {
        client.user("ada").await;
        app.clock.advance(Duration::days(20));
        client.user("bob").await;
        client.user("cyd").await;
        for _ in 0..5 {
            client.with_token("wrong").get("/Users").await.refused(401, "");
        }
    }
    record(app, &okta).await;
    app.execute("UPDATE directories SET records_kept = 20 WHERE label = 'okta'").await;
    inspector::forget(&app.db).await.unwrap();
    // Okta's first is 40 days old. Of strangers, a tenth of the count is kept.
    let told =
        |rows: Vec<Row>| rows.into_iter().map(|row| format!("{} {}", row.status, row.understood)).collect::<Vec<_>>();
    assert_eq!(
        told(record(app, &okta).await),
        ["201 create bob", "201 create cyd", "401 list users", "401 list users"]
    );
    assert_eq!(record(app, &entra).await.len(), 8);

    app.execute("UPDATE directories SET records_kept = 1 WHERE label = 'entra'").await;
    okta.user("dee").await;
    record(app, &okta).await;
    app.clock.advance(Duration::days(29));
    inspector::forget(&app.db).await.unwrap();
    assert_eq!(told(record(app, &okta).await), ["201 create dee"]);
    assert_eq!(told(record(app, &entra).await), ["201 create cyd"]);
}

async fn a_record_that_fails_costs_no_answer(app: &TestApp) {
    let okta = app.directory("okta").await;
    app.execute("ALTER TABLE scim_requests RENAME TO elsewhere").await;
    okta.user("ada").await;
    okta.get("/Users").await.expect(200);
    okta.get("/Users/1").await.refused(404, "");
    app.app.inspector.write_down(&app.db).await;
    let seen = "SELECT COUNT(*) FROM directories WHERE last_request_at IS NOT NULL";
    assert_eq!(app.count(seen).await, 1, "what does not fail is written");
    app.execute("ALTER TABLE elsewhere RENAME TO scim_requests").await;
    okta.user("bob").await;
    assert_eq!(understood(app, &okta).await, ["create bob"]);
}

async fn a_directory_that_is_gone_takes_its_record_along(app: &TestApp) {
    let (okta, entra) = (app.directory("okta").await, app.directory("entra").await);
    okta.user("ada").await;
    record(app, &okta).await;
    entra.user("eve").await;
    okta.user("bob").await;
    app.execute("DELETE FROM directories WHERE label = 'okta'").await;
    assert_eq!(understood(app, &entra).await, ["create eve"], "the others of the batch are kept");
    assert_eq!(app.count("SELECT COUNT(*) FROM scim_requests").await, 1);
}

/// Whoever removes a directory holds its row first, and a call that failed is noted there, too.
async fn a_directory_may_go_while_its_calls_are_written_down(app: &TestApp) {
    let (okta, entra) = (app.directory("okta").await, app.directory("entra").await);
    okta.post("/Users", json!({})).await.refused(400, "invalidValue");
    entra.user("eve").await;
    let mut removal = app.db.write().await.unwrap();
    let lock = removal.dialect().for_update();
    let held = sql("SELECT id FROM directories WHERE id = $1").push(lock).bind(&okta.directory);
    held.one::<(String,)>(&mut removal).await.unwrap();
    let (inspector, db) = (app.app.inspector.clone(), app.db.clone());
    let writing = tokio::spawn(async move { inspector.write_down(&db).await });
    // PostgreSQL looks once, after a second, whether the writer waits in vain: the next to wait would be the one to give way.
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    sql("DELETE FROM directories WHERE id = $1").bind(&okta.directory).run(&mut removal).await.expect("it goes");
    removal.commit().await.unwrap();
    writing.await.unwrap();
    assert_eq!(understood(app, &entra).await, ["create eve"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM scim_requests").await, 1);
}

on_both!(
    every_kind_of_call_is_recorded_with_its_fields,
    passwords_are_never_stored,
    refused_tokens_are_recorded_for_the_directory_they_tried,
    what_okta_sends_is_understood,
    what_entra_sends_is_understood,
    bodies_are_cut_at_64_kib,
    reads_above_fifty_a_second_are_counted_instead,
    the_record_is_kept_by_count_and_by_age,
    a_record_that_fails_costs_no_answer,
    a_directory_that_is_gone_takes_its_record_along,
    a_directory_may_go_while_its_calls_are_written_down,
);
