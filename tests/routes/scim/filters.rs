//! SQL answers a filter as the evaluator in memory does, on random resources and filters.

#[path = "../../../crates/scim/tests/requirements/generate.rs"]
mod generate;

use muster_scim::filter::Filter;
use muster_scim::schema::ResourceType;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::{TestApp, on_both};

const PEOPLE: usize = 40;
const FILTERS: usize = 300;

async fn sql_answers_as_memory_does(app: &TestApp) {
    let okta = app.directory("okta").await;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut people = 0;
    while people < PEOPLE {
        let mut body = generate::body().new_tree(&mut runner).unwrap().current();
        body["userName"] = format!("user{people}").into();
        body["externalId"] = format!("{}{people}", body["externalId"].as_str().unwrap_or_default()).into();
        match okta.post("/Users", body.clone()).await {
            answer if answer.status == 201 => people += 1,
            refused => assert_eq!(refused.status, 400, "{body}: {}", refused.body),
        }
    }
    let everybody = okta.get("/Users?count=200").await.resources().to_vec();
    assert_eq!(everybody.len(), PEOPLE);
    let kind = ResourceType::user();
    let mut matched = 0;
    for _ in 0..FILTERS {
        let filter = generate::filter().new_tree(&mut runner).unwrap().current();
        let text = filter.to_string();
        let in_memory: Vec<_> = everybody
            .iter()
            .filter(|user| Filter::parse(&text).unwrap().matches(&kind, user.as_object().unwrap()))
            .map(|user| user["id"].as_str().unwrap().to_string())
            .collect();
        let answer = okta.find("/Users", &text).await.expect(200);
        assert_eq!(answer.ids(), in_memory[..in_memory.len().min(100)], "{text}");
        assert_eq!(answer.total(), in_memory.len() as u64, "{text}");
        matched += usize::from(!in_memory.is_empty() && in_memory.len() < PEOPLE);
    }
    assert!(matched > FILTERS / 4, "only {matched} of the filters told anybody apart");
}

/// What the tables hold themselves is compared in the same way.
async fn columns_and_memberships_answer_as_memory_does(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.user("ada").await;
    app.clock.advance(time::Duration::milliseconds(1500));
    let eve = okta.user("eve").await;
    let inner = okta.group("Inner É", &[&ada]).await;
    let outer = okta.group("Outer", &[&inner, &eve]).await;
    let base = okta.base();
    let users = [
        format!("id eq \"{ada}\""),
        format!("id ne \"{ada}\""),
        "id pr".into(),
        format!("id gt \"{ada}\""),
        "id co \"-\"".into(),
        format!("id sw \"{}\"", &ada[..8]),
        format!("id ew \"{}\"", &eve[30..]),
        "meta.resourceType eq \"User\"".into(),
        "meta.resourceType eq \"user\"".into(),
        "meta.resourceType gt \"A\"".into(),
        "meta[resourceType eq \"User\" and version eq \"W/\\\"1\\\"\"]".into(),
        "meta pr".into(),
        "meta.version eq \"W/\\\"1\\\"\"".into(),
        "meta.version co \"2\"".into(),
        format!("meta.location eq \"{base}/Users/{ada}\""),
        "meta.location ew \"x\"".into(),
        "meta.created gt \"2026-11-22T12:00:00Z\"".into(),
        "meta.created le \"2026-11-22T13:00:00+01:00\"".into(),
        "meta.lastModified ge \"2026-11-22T12:00:01.5Z\"".into(),
        "meta.lastModified lt \"2026-11-22T12:00:01.500000001Z\"".into(),
        "meta.created sw \"2026-11-22T12:00:01\"".into(),
        "meta.created co \"2025\"".into(),
        format!("groups eq \"{inner}\""),
        format!("groups ne \"{inner}\""),
        format!("groups.value sw \"{}\"", &inner[..13]),
        "groups.display eq \"inner e\u{301}\"".into(),
        "groups pr".into(),
        "not (groups.type eq \"DIRECT\")".into(),
        format!("groups[value eq \"{outer}\" and display eq \"outer\"]"),
        format!("groups[value eq \"{outer}\" and display eq \"inner\"]"),
        format!("groups.$ref eq \"{base}/Groups/{inner}\""),
        "groups eq null".into(),
        "groups[not (display co \"o\")]".into(),
    ];
    let groups = [
        format!("members eq \"{ada}\""),
        format!("members ne \"{ada}\""),
        "members.type eq \"group\"".into(),
        "members.type eq \"USER\"".into(),
        "members.display eq \"ADA\"".into(),
        "members.display co \"é\"".into(),
        format!("members[type eq \"Group\" and value eq \"{inner}\"]"),
        format!("members[type eq \"User\" and value eq \"{inner}\"]"),
        format!("members.$ref eq \"{base}/Groups/{inner}\""),
        format!("members.$ref eq \"{base}/Users/{eve}\""),
        "members pr".into(),
        "members eq null".into(),
        "displayName gt \"inner\"".into(),
        "meta.version gt \"W\"".into(),
    ];
    for (endpoint, kind, filters) in
        [("/Users", ResourceType::user(), users.as_slice()), ("/Groups", ResourceType::group(), groups.as_slice())]
    {
        let shown = if endpoint == "/Groups" {
            "?attributes=members.display,members.value,members.type,members.$ref,displayName,meta"
        } else {
            ""
        };
        let all = okta.get(&format!("{endpoint}{shown}")).await.resources().to_vec();
        for text in filters {
            let filter = Filter::parse(text).unwrap();
            let holds = |resource: &&serde_json::Value| filter.matches(&kind, resource.as_object().unwrap());
            let wanted: Vec<_> =
                all.iter().filter(holds).map(|resource| resource["id"].as_str().unwrap().to_string()).collect();
            assert_eq!(okta.find(endpoint, text).await.expect(200).ids(), wanted, "{text}");
        }
    }
}

async fn rows_of_an_older_program_are_written_again(app: &TestApp) {
    let okta = app.directory("okta").await;
    let ada = okta.post("/Users", serde_json::json!({ "userName": "ada", "title": "Countess" })).await.expect(201).id();
    let team = okta.group("Team", &[&ada]).await;
    app.execute("DELETE FROM attribute_values").await;
    app.execute("UPDATE users SET display_name_key = ''").await;
    assert_eq!(okta.find("/Users", "title eq \"countess\"").await.total(), 0);
    muster::provisioning::bring_up_to_date(&app.db).await.unwrap();
    assert_eq!(okta.find("/Users", "title eq \"countess\"").await.ids(), [ada]);
    assert_eq!(okta.find("/Groups", "displayName eq \"team\" and members.display eq \"ADA\"").await.ids(), [team]);
    // Once is enough.
    app.execute("DELETE FROM attribute_values").await;
    muster::provisioning::bring_up_to_date(&app.db).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM attribute_values").await, 0);
}

on_both!(
    rows_of_an_older_program_are_written_again,
    sql_answers_as_memory_does,
    columns_and_memberships_answer_as_memory_does
);
