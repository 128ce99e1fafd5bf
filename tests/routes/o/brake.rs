//! `/o/{organization}/connections/{connection}/brake`: what waits, and what owners decide.

use muster::directory::users::Status;
use muster::id::UserId;
use serde_json::{Value, json};
use time::Duration;

use super::find;
use super::pages::{assert_says, olive};
use crate::routes::scim::brake::{close, crowd, deactivate, is_closed, pending, team};
use crate::support::browser::Browser;
use crate::support::{ScimClient, TestApp, on_both};

const SLUG: &str = "organization-of-okta";

/// A directory of thirty people, of whom ten were deactivated and the eleventh waits, and an owner at a browser.
async fn closed(app: &TestApp) -> (ScimClient, Vec<String>, String, Browser<'_>) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let (_, browser) = olive(app, &okta.organization, SLUG).await;
    close(&okta, &people).await;
    let at = brake(app, &okta).await;
    (okta, people, at, browser)
}

/// Where the brake of the organization's only connection is.
async fn brake(app: &TestApp, okta: &ScimClient) -> String {
    let mut tx = app.db.read().await.unwrap();
    let connections = muster::connections::list(&mut tx, &okta.organization).await.unwrap();
    format!("/o/{SLUG}/connections/{}/brake", connections[0].id)
}

async fn status(app: &TestApp, okta: &ScimClient, id: &str) -> Status {
    find(app, &okta.organization, &UserId::parse(id).unwrap()).await.status()
}

/// What the page sends with either button: how far the owner has seen the line.
async fn seen(browser: &mut Browser<'_>, at: &str) -> String {
    let page = browser.get(at).await;
    let (_, rest) = page.body.split_once("name=\"seen\" value=\"").expect("a form");
    rest.split('"').next().unwrap().to_string()
}

async fn decide(browser: &mut Browser<'_>, at: &str, what: &str) {
    let seen = seen(browser, at).await;
    let page = browser.post(&format!("{at}/{what}"), &[("seen", &seen)]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, at.to_string()), "{}", page.body);
}

async fn owners_see_it_on_the_overview_and_on_the_connection(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    deactivate(&okta, &people[11]).await.refused(403, "");
    for path in [format!("/o/{SLUG}"), at.trim_end_matches("/brake").to_string()] {
        let page = browser.get(&path).await;
        assert_says(&page, "The brake of Acme okta is closed: 2 people would lose access. See what waits");
        assert!(page.body.contains(&format!("href=\"{at}\"")), "{}", page.body);
    }
    decide(&mut browser, &at, "release").await;
    let page = browser.get(&format!("/o/{SLUG}")).await;
    assert!(!page.body.contains("would lose access"), "afterwards there is nothing to see: {}", page.body);
}

async fn the_page_says_the_limit_and_why_it_closed_and_lists_everybody(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    okta.delete(&format!("/Users/{}", people[11])).await.refused(403, "");
    okta.delete(&format!("/Users/{}", people[11])).await.refused(403, "");
    let page = browser.get(&at).await;
    assert_eq!(page.status, 200);
    assert_says(&page, "from 10 people or 20 % of the active ones, whichever is more");
    assert_says(&page, "11 people would have lost access within 10 minutes, and 10 of 30 active people may.");
    assert_says(&page, &format!("Change Person 10 PATCH /Users/{}", people[10]));
    assert_says(&page, &format!("Delete Person 11 DELETE /Users/{}", people[11]));
    assert_says(&page, "2 times, last");
    assert_says(&page, "Release applies 2 changes in their order, as Acme okta asked: 2 people lose access.");
    assert_says(&page, "Keep discards 2 changes: 2 people keep their access.");
    assert_says(&page, "Suspend now : Person 11");
}

async fn before_anything_waits_the_page_says_what_will_stand_there(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, SLUG).await;
    let at = brake(app, &okta).await;
    let page = browser.get(&at).await;
    assert_says(&page, "Nothing waits");
    assert!(!page.body.contains(">Release<"), "{}", page.body);
    for what in ["release", "keep"] {
        assert_eq!(browser.post(&format!("{at}/{what}"), &[]).await.status, 409, "{what}");
    }
}

async fn release_applies_all_of_it_by_itself(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    let group = team(app, &okta, "Team", &people[20..25]).await;
    okta.delete(&format!("/Users/{}", people[11])).await.refused(403, "");
    okta.put(&format!("/Groups/{group}"), json!({ "displayName": "Team", "members": [{ "value": people[20] }] }))
        .await
        .refused(403, "");
    app.session(&people[10]).await;
    let seen = app.events().await.len();
    decide(&mut browser, &at, "release").await;
    assert_says(&browser.get(&at).await, "3 changes are applied: 6 people have lost access. The brake is open.");
    assert_eq!(status(app, &okta, &people[10]).await, Status::Deactivated);
    okta.get(&format!("/Users/{}", people[11])).await.refused(404, "");
    assert_eq!(okta.members(&group).await, people[20..21]);
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = '{}'", people[10])).await, 0);
    assert!(!is_closed(app, &okta).await);
    assert!(pending(app).await.is_empty());
    let events = app.events().await;
    let event = events.last().unwrap();
    let numbers = json!({ "closed": false, "changes": 3, "people": 6, "failed": 0, "left": 0 });
    assert_eq!((event.kind.as_str(), event.after.clone()), ("brake.released", Some(numbers)));
    assert_eq!(events[seen].kind, "user.deactivated");
    let by_directory = "SELECT COUNT(*) FROM events WHERE kind = 'user.deactivated' AND actor_kind = 'directory'";
    assert_eq!(app.count(by_directory).await, 11, "the directory does it, the owner lets it");
}

async fn what_was_released_does_not_close_it_again(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    decide(&mut browser, &at, "release").await;
    deactivate(&okta, &people[10]).await.expect(200);
    for id in &people[11..21] {
        deactivate(&okta, id).await.expect(200);
    }
    deactivate(&okta, &people[21]).await.refused(403, "");
}

async fn release_applies_in_the_order_of_the_latest_requests(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    let group = team(app, &okta, "Team", &people[20..25]).await;
    let ask = async |name: &str, who: usize| {
        let operations = json!([
            { "op": "replace", "value": { "displayName": name } },
            { "op": "remove", "path": format!("members[value eq \"{}\"]", people[who]) },
        ]);
        okta.patch(&format!("/Groups/{group}"), operations).await.refused(403, "");
    };
    ask("First", 20).await;
    ask("Second", 21).await;
    ask("First", 20).await;
    decide(&mut browser, &at, "release").await;
    assert_eq!(okta.get(&format!("/Groups/{group}")).await.body["displayName"], "First");
    assert_eq!(okta.members(&group).await, people[22..25]);
}

async fn a_provider_that_changed_its_mind_is_not_overruled(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    let (one, other) = (team(app, &okta, "One", &people[20..25]).await, team(app, &okta, "Other", &people[25..]).await);
    let member = |id: &str| json!([{ "value": id }]);
    let patch = async |group: &str, op: &str, id: &str| {
        okta.patch(&format!("/Groups/{group}"), json!([{ "op": op, "path": "members", "value": member(id) }])).await
    };
    // Out, and in again; out, and somebody else in.
    patch(&one, "remove", &people[20]).await.refused(403, "");
    patch(&one, "add", &people[20]).await.expect(200);
    patch(&one, "remove", &people[21]).await.refused(403, "");
    patch(&one, "add", &people[12]).await.expect(200);
    // A list without somebody who joins later.
    okta.put(&format!("/Groups/{other}"), json!({ "displayName": "Other", "members": member(&people[25]) }))
        .await
        .refused(403, "");
    patch(&other, "add", &people[13]).await.expect(200);
    // Who is to stay active, and whose name is a newer one.
    deactivate(&okta, &people[14]).await.refused(403, "");
    okta.patch(&format!("/Users/{}", people[14]), json!([{ "op": "replace", "path": "active", "value": true }]))
        .await
        .expect(200);
    okta.put(&format!("/Users/{}", people[15]), json!({ "userName": "old", "title": "Old", "active": false }))
        .await
        .refused(403, "");
    okta.patch(&format!("/Users/{}", people[15]), json!([{ "op": "replace", "path": "title", "value": "New" }]))
        .await
        .expect(200);
    decide(&mut browser, &at, "release").await;
    let mut wanted =
        vec![people[12].clone(), people[20].clone(), people[22].clone(), people[23].clone(), people[24].clone()];
    wanted.sort();
    assert_eq!(okta.members(&one).await, wanted);
    let mut wanted = vec![people[13].clone(), people[25].clone()];
    wanted.sort();
    assert_eq!(okta.members(&other).await, wanted);
    assert_eq!(status(app, &okta, &people[14]).await, Status::Active);
    let fifteen = okta.get(&format!("/Users/{}", people[15])).await;
    assert_eq!((&fifteen.body["active"], &fifteen.body["title"]), (&json!(false), &json!("New")));
}

async fn nobody_decides_about_what_came_after_they_had_looked(app: &TestApp) {
    for what in ["release", "keep"] {
        let okta = app.directory(what).await;
        let people = crowd(app, &okta, 30).await;
        let (_, mut browser) = olive(app, &okta.organization, &format!("organization-of-{what}")).await;
        close(&okta, &people).await;
        let mut tx = app.db.read().await.unwrap();
        let connection = muster::connections::list(&mut tx, &okta.organization).await.unwrap().remove(0).id;
        drop(tx);
        let at = format!("/o/organization-of-{what}/connections/{connection}/brake");
        let looked = seen(&mut browser, &at).await;
        deactivate(&okta, &people[11]).await.refused(403, "");
        browser.post(&format!("{at}/{what}"), &[("seen", &looked)]).await;
        let page = browser.get(&at).await;
        assert_says(&page, "1 change waits: what came after you had looked");
        assert!(is_closed(app, &okta).await);
        let wanted = if what == "release" { Status::Deactivated } else { Status::Active };
        assert_eq!(status(app, &okta, &people[10]).await, wanted);
        assert_eq!(status(app, &okta, &people[11]).await, Status::Active);
        decide(&mut browser, &at, what).await;
        assert_eq!(status(app, &okta, &people[11]).await, wanted);
        assert!(!is_closed(app, &okta).await);
    }
}

async fn preconditions_are_not_asked_again(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    let path = format!("/Users/{}", people[11]);
    okta.send(axum::http::Method::DELETE, &path, None, &[("if-match", "W/\"1\"")]).await.refused(403, "");
    app.execute(&format!("UPDATE users SET version = 7 WHERE id = '{}'", people[11])).await;
    decide(&mut browser, &at, "release").await;
    okta.get(&path).await.refused(404, "");
}

async fn what_cannot_be_applied_is_kept_with_its_reason(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    deactivate(&okta, &people[11]).await.refused(403, "");
    app.execute(&format!("UPDATE users SET deleted_at = created_at WHERE id = '{}'", people[10])).await;
    decide(&mut browser, &at, "release").await;
    let page = browser.get(&at).await;
    assert_says(&page, "1 change is applied: 1 person has lost access. 1 change could not be applied and wait here");
    assert_says(&page, "Could not be applied there is no user");
    assert_eq!(status(app, &okta, &people[11]).await, Status::Deactivated);
    assert!(!is_closed(app, &okta).await, "what is left does not keep it closed");
    assert_eq!(pending(app).await.len(), 1);
    assert_says(&browser.get(&format!("/o/{SLUG}")).await, "Changes of Acme okta could not be released");
    decide(&mut browser, &at, "keep").await;
    assert!(pending(app).await.is_empty());
    assert_says(&browser.get(&at).await, "Nothing waits");
}

async fn keep_discards_all_of_it(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    okta.delete(&format!("/Users/{}", people[11])).await.refused(403, "");
    let seen = app.events().await.len();
    decide(&mut browser, &at, "keep").await;
    assert_says(&browser.get(&at).await, "2 changes are discarded: 2 people keep their access. The brake is open.");
    for id in &people[10..12] {
        assert_eq!(status(app, &okta, id).await, Status::Active);
    }
    assert!(pending(app).await.is_empty() && !is_closed(app, &okta).await);
    let event = app.events().await.pop().unwrap();
    let before = json!({ "closed": true, "changes": 2, "people": 2 });
    assert_eq!((event.kind.as_str(), event.before), ("brake.kept", Some(before)));
    assert_eq!(app.kinds_since(seen).await, ["brake.kept"]);
    // Entra asks again: as many would lose access as before.
    deactivate(&okta, &people[10]).await.refused(403, "");
    assert!(is_closed(app, &okta).await);
}

async fn whoever_is_suspended_now_stays_so_whatever_comes(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    deactivate(&okta, &people[11]).await.refused(403, "");
    app.session(&people[10]).await;
    for id in &people[10..12] {
        let page = browser.post(&format!("{at}/suspend"), &[("user", id)]).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, at.clone()), "{}", page.body);
        assert_eq!(status(app, &okta, id).await, Status::Suspended);
    }
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = '{}'", people[10])).await, 0);
    assert_says(&browser.get(&at).await, "Person 10 Suspended");
    // The provider takes it back, and then the rest is kept.
    okta.put(&format!("/Users/{}", people[10]), json!({ "userName": "ten", "active": true })).await.expect(200);
    decide(&mut browser, &at, "keep").await;
    for id in &people[10..12] {
        assert_eq!(status(app, &okta, id).await, Status::Suspended);
    }
    // Nor does a release lift it.
    deactivate(&okta, &people[12]).await.refused(403, "");
    browser.post(&format!("{at}/suspend"), &[("user", &people[12])]).await;
    decide(&mut browser, &at, "release").await;
    let back = json!([{ "op": "replace", "path": "active", "value": true }]);
    okta.patch(&format!("/Users/{}", people[12]), back).await.expect(200);
    assert_eq!(status(app, &okta, &people[12]).await, Status::Suspended);
}

async fn every_person_of_a_large_change_can_be_suspended(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    let more = crowd(app, &okta, 60).await;
    let group = team(app, &okta, "Many", &more).await;
    okta.delete(&format!("/Groups/{group}")).await.refused(403, "");
    let page = browser.get(&at).await;
    assert_says(&page, "Delete Many");
    assert_says(&page, "and 40 others");
    let (_, rest) = page.body.split_once(&format!("{at}/changes/")).unwrap();
    let all = format!("{at}/changes/{}", rest.split('"').next().unwrap());
    let (mut found, mut last) = (0, String::new());
    for n in 1..=2 {
        let page = browser.get(&format!("{all}?page={n}")).await;
        assert_says(&page, "60 people would lose access by it.");
        found += page.body.matches("name=\"user\"").count();
        last = page.body.rsplit("name=\"user\" value=\"").next().unwrap().split('"').next().unwrap().to_string();
    }
    assert_eq!(found, 60);
    let change = all.rsplit('/').next().unwrap();
    let page = browser.post(&format!("{at}/suspend"), &[("user", &last), ("change", change)]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, all.clone()));
    assert_eq!(status(app, &okta, &last).await, Status::Suspended);
    let page = browser.post(&format!("{at}/suspend"), &[("user", &last), ("change", change)]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "was suspended by Olive Owner already. Nothing was changed.");
    assert_eq!(browser.get(&format!("{at}/changes/{}", people[0])).await.status, 404);
}

async fn admins_see_it_and_owners_decide(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    let connection = at.trim_end_matches("/brake").to_string();
    app.execute("UPDATE users SET level = 'admin' WHERE user_name = 'olive@example.com'").await;
    let page = browser.get(&at).await;
    assert_says(&page, "Only owners release or keep.");
    assert!(!page.body.contains(&format!("{at}/release")), "{}", page.body);
    for what in ["release", "keep"] {
        let page = browser.post(&format!("{at}/{what}"), &[]).await;
        assert_eq!(page.status, 403, "{what}");
        assert_says(&page, "Only owners can do this. Nothing was changed");
    }
    let off = [("brake_least", "10"), ("brake_percent", "20")];
    assert_eq!(browser.post(&format!("{connection}/settings/brake"), &off).await.status, 422);
    assert_says(&browser.get(&format!("{connection}/settings")).await, "Only owners change the brake.");
    assert!(is_closed(app, &okta).await);
    assert_eq!(pending(app).await.len(), 1);
    browser.post(&format!("{at}/suspend"), &[("user", &people[10])]).await;
    assert_eq!(status(app, &okta, &people[10]).await, Status::Suspended, "suspending is every admin's");
}

async fn another_organization_finds_nothing(app: &TestApp) {
    let (okta, people, at, _) = closed(app).await;
    let other = app.organization("Other").await;
    let (_, mut stranger) = olive(app, &other, "other").await;
    let elsewhere = at.replace(SLUG, "other");
    for path in [&at, &elsewhere] {
        assert_eq!(stranger.get(path).await.status, 404, "{path}");
        for what in ["release", "keep"] {
            assert_eq!(stranger.post(&format!("{path}/{what}"), &[]).await.status, 404, "{path}/{what}");
        }
        let page = stranger.post(&format!("{path}/suspend"), &[("user", &people[10])]).await;
        assert_eq!(page.status, 404);
        let settings = format!("{}/settings/brake", path.trim_end_matches("/brake"));
        assert_eq!(stranger.post(&settings, &[("brake_least", "1"), ("brake_percent", "1")]).await.status, 404);
    }
    assert!(!stranger.get("/o/other").await.body.contains("brake"));
    assert!(is_closed(app, &okta).await);
    assert_eq!(status(app, &okta, &people[10]).await, Status::Active);
}

async fn its_limits_are_set_on_the_settings_page(app: &TestApp) {
    let okta = app.directory("okta").await;
    let people = crowd(app, &okta, 30).await;
    let (_, mut browser) = olive(app, &okta.organization, SLUG).await;
    let settings = brake(app, &okta).await.replace("/brake", "/settings");
    let seen = app.events().await.len();
    let typed = |on: bool, least: &'static str, percent: &'static str| {
        let on = on.then_some(("brake", "on"));
        on.into_iter().chain([("brake_least", least), ("brake_percent", percent)]).collect::<Vec<_>>()
    };
    let at = format!("{settings}/brake");
    let page = browser.get(&settings).await;
    assert!(page.body.contains("name=\"brake_least\"") && page.body.contains("value=\"20\""), "{}", page.body);
    let page = browser.post(&at, &typed(true, "ten", "101")).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Use a whole number from 0 to 1 000 000.");
    assert_says(&page, "Use a whole number from 0 to 100.");
    assert!(page.body.contains("value=\"ten\"") && page.body.contains("value=\"101\""), "what was typed is kept");
    for _ in 0..2 {
        let page = browser.post(&at, &typed(true, "1", "50")).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, settings.clone()));
    }
    let event = app.events().await.pop().unwrap();
    let told = |on: bool, least: i64, percent: i64| -> Option<Value> {
        Some(json!({ "brake": on, "brake_least": least, "brake_percent": percent }))
    };
    assert_eq!((event.before, event.after), (told(true, 10, 20), told(true, 1, 50)));
    assert_eq!(app.kinds_since(seen).await, ["brake.settings_changed"]);
    let mut through = 0;
    for id in &people[..16] {
        through += usize::from(deactivate(&okta, id).await.status == 200);
    }
    assert_eq!(through, 15, "half of 30");
    let page = browser.post(&at, &typed(false, "1", "50")).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "The brake is closed. Nothing was changed; release or keep what waits there");
    decide(&mut browser, &brake(app, &okta).await, "keep").await;
    browser.post(&at, &typed(false, "1", "50")).await;
    for id in &people[15..] {
        deactivate(&okta, id).await.expect(200);
    }
    assert_says(&browser.get(&brake(app, &okta).await).await, "Off");
}

async fn what_waits_is_released_while_provisioning_is_paused(app: &TestApp) {
    let (okta, people, at, mut browser) = closed(app).await;
    app.execute("UPDATE directories SET state = 'paused'").await;
    decide(&mut browser, &at, "release").await;
    assert_eq!(status(app, &okta, &people[10]).await, Status::Deactivated);
}

async fn what_waits_waits_as_long_as_it_takes(app: &TestApp) {
    let (okta, people, at, _) = closed(app).await;
    app.clock.advance(Duration::days(3));
    assert!(is_closed(app, &okta).await);
    let mut browser = Browser::new(app);
    browser.sign_in(SLUG, "olive@example.com", super::pages::PASSWORD).await;
    decide(&mut browser, &at, "release").await;
    assert_eq!(status(app, &okta, &people[10]).await, Status::Deactivated);
}

on_both!(
    a_provider_that_changed_its_mind_is_not_overruled,
    admins_see_it_and_owners_decide,
    another_organization_finds_nothing,
    before_anything_waits_the_page_says_what_will_stand_there,
    every_person_of_a_large_change_can_be_suspended,
    its_limits_are_set_on_the_settings_page,
    keep_discards_all_of_it,
    nobody_decides_about_what_came_after_they_had_looked,
    owners_see_it_on_the_overview_and_on_the_connection,
    preconditions_are_not_asked_again,
    release_applies_all_of_it_by_itself,
    release_applies_in_the_order_of_the_latest_requests,
    the_page_says_the_limit_and_why_it_closed_and_lists_everybody,
    what_cannot_be_applied_is_kept_with_its_reason,
    what_waits_is_released_while_provisioning_is_paused,
    what_waits_waits_as_long_as_it_takes,
    what_was_released_does_not_close_it_again,
    whoever_is_suspended_now_stays_so_whatever_comes,
);
