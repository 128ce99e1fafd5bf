//! `/o/{organization}/groups/…`: local groups, and whom admins put into groups of either kind.

use muster::actor::{Actor, Level};
use muster::directory::groups::local as groups;
use muster::error::Error;
use muster::id::{GroupId, OrganizationId};
use serde_json::{Value, json};

use super::pages::{assert_says, olive};
use super::service_accounts::account;
use super::{acting, local};
use crate::support::browser::{Browser, Page};
use crate::support::{TestApp, on_both};

async fn make(browser: &mut Browser<'_>, base: &str, name: &str) -> GroupId {
    let page = browser.post(&format!("{base}/groups/new"), &[("name", name)]).await;
    assert_eq!(page.status, 303, "{}", page.body);
    GroupId::parse(page.location().rsplit('/').next().unwrap()).expect("it leads to the group")
}

async fn add(browser: &mut Browser<'_>, base: &str, group: &str, member: &str) -> Page {
    browser.post(&format!("{base}/groups/{group}/members"), &[("member_id", member)]).await
}

async fn remove(browser: &mut Browser<'_>, base: &str, group: &str, member: &str) -> Page {
    browser.post(&format!("{base}/groups/{group}/members/{member}/remove"), &[]).await
}

/// The last event: its kind, before and after.
async fn last(app: &TestApp) -> (String, Option<Value>, Option<Value>) {
    let event = app.events().await.pop().unwrap();
    (event.kind, event.before, event.after)
}

async fn a_local_group_is_made_renamed_and_deleted(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let page = browser.get("/o/acme/groups").await;
    assert_says(&page, "New group");
    let page = browser.post("/o/acme/groups/new", &[("name", " ")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Give the group a name.");
    let group = make(&mut browser, "/o/acme", "Robots").await;
    let made = json!({ "displayName": "Robots", "source": "local" });
    assert_eq!(last(app).await, ("group.created".into(), None, Some(made)));
    let mia = local(app, &acme, "Mia", Level::Member).await;
    add(&mut browser, "/o/acme", group.as_str(), mia.as_str()).await;
    browser.post("/o/acme/roles/new", &[("name", "Editor")]).await;
    let (role,): (String,) = {
        let mut tx = app.db.read().await.unwrap();
        muster::db::sql("SELECT id FROM roles").one(&mut tx).await.unwrap()
    };
    browser.post(&format!("/o/acme/roles/{role}/groups"), &[("group_id", group.as_str())]).await;

    let path = format!("/o/acme/groups/{group}");
    let page = browser.post(&format!("{path}/edit"), &[("name", "Machines")]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, path.clone()));
    let renamed =
        ("group.updated".into(), Some(json!({ "displayName": "Robots" })), Some(json!({ "displayName": "Machines" })));
    assert_eq!(last(app).await, renamed);
    let seen = app.events().await.len();
    browser.post(&format!("{path}/edit"), &[("name", "Machines")]).await;
    assert_eq!(app.events().await.len(), seen, "the same again is no event");

    // What goes is said before.
    let page = browser.get(&format!("{path}/edit")).await;
    assert_says(&page, "its members stay: 1 person.");
    assert_says(&page, "Editor: 1 person loses the role.");
    let page = browser.post(&format!("{path}/delete"), &[]).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/o/acme/groups"));
    let (kind, before, _) = last(app).await;
    let before = before.unwrap();
    assert_eq!(
        (kind.as_str(), &before["member_count"], &before["roles"]),
        ("group.deleted", &json!(1), &json!([role]))
    );
    assert_eq!(browser.get(&path).await.status, 404);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM grants").await, 0);
    assert_says(&browser.get(&format!("/o/acme/users/{mia}")).await, "In no group.");
}

async fn a_groups_name_is_unique_within_its_source_and_folded(app: &TestApp) {
    let scim = app.directory("okta").await;
    let base = "/o/organization-of-okta";
    let (_, mut browser) = olive(app, &scim.organization, "organization-of-okta").await;
    scim.group("Engineering", &[]).await;
    let own = make(&mut browser, base, "engineering").await;
    let page = browser.post(&format!("{base}/groups/new"), &[("name", "ENGINEERING")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "There is a local group “engineering” already.");
    assert!(page.body.contains("value=\"ENGINEERING\""), "what was typed is kept");
    let other = make(&mut browser, base, "Sales").await;
    let page = browser.post(&format!("{base}/groups/{other}/edit"), &[("name", "Engineering")]).await;
    assert_eq!(page.status, 422);
    // Its own name in another spelling is its own.
    let page = browser.post(&format!("{base}/groups/{own}/edit"), &[("name", "Engineering")]).await;
    assert_eq!(page.status, 303);
    // And another directory's, or ours, is in nobody's way.
    scim.group("Sales", &[]).await;
}

async fn names_with_slashes_quotes_emoji_and_255_characters_work(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let long = "🦀".repeat(255);
    for name in ["EMEA/Sales", "The \"A\" Team's <b>", "🦀 crabs", &long] {
        let group = make(&mut browser, "/o/acme", name).await;
        assert_eq!(add(&mut browser, "/o/acme", group.as_str(), mia.as_str()).await.status, 303);
        let escaped = name.replace('<', "&lt;").replace('>', "&gt;");
        let body =
            browser.get(&format!("/o/acme/users/{mia}")).await.body.replace("&quot;", "\"").replace("&#x27;", "'");
        assert!(body.contains(&escaped) || body.contains(name), "{name}");
        assert_eq!(browser.get(&format!("/o/acme/groups/{group}")).await.status, 200);
    }
    let page = browser.post("/o/acme/groups/new", &[("name", &"x".repeat(256))]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "At most 255 characters");
}

async fn people_programs_and_groups_are_put_into_local_groups_and_taken_out(app: &TestApp) {
    let scim = app.directory("okta").await;
    let base = "/o/organization-of-okta";
    let (_, mut browser) = olive(app, &scim.organization, "organization-of-okta").await;
    let group = make(&mut browser, base, "Everybody").await;
    let inner = make(&mut browser, base, "Inner").await;
    let mia = local(app, &scim.organization, "Mia", Level::Member).await;
    let ci = account(&mut browser, base, "CI").await;
    let ada = scim.user("ada").await;
    let search = format!("{base}/groups/{group}/members/add");
    for (q, found) in [("MIA", mia.as_str()), ("ada", ada.as_str()), ("ci", ci.as_str()), ("inner", inner.as_str())] {
        let page = browser.get(&format!("{search}?q={q}")).await;
        assert!(page.body.contains(&format!("value=\"{found}\"")), "{q}: {}", page.body);
    }
    assert_says(&browser.get(&format!("{search}?q=nobody")).await, "Nobody fits who can be added here.");
    for (kind, id, name) in [
        ("user", mia.as_str(), "Mia"),
        ("user", ci.as_str(), "CI"),
        ("user", ada.as_str(), "ada"),
        ("group", inner.as_str(), "Inner"),
    ] {
        let page = add(&mut browser, base, group.as_str(), id).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, format!("{base}/groups/{group}")), "{}", page.body);
        let told = json!({ "member": { "kind": kind, "id": id, "name": name }, "source": "local" });
        assert_eq!(last(app).await, ("group.member_added".into(), None, Some(told)));
        assert_eq!(add(&mut browser, base, group.as_str(), id).await.status, 422, "once is enough");
    }
    let page = browser.get(&format!("{base}/groups/{group}")).await;
    assert_says(&page, "3 people, 1 group");
    assert_says(&page, "Service account");
    assert_says(&browser.get(&search).await, "in it already");
    for (kind, id, name) in [("user", ci.as_str(), "CI"), ("group", inner.as_str(), "Inner")] {
        assert_eq!(remove(&mut browser, base, group.as_str(), id).await.status, 303);
        let told = json!({ "member": { "kind": kind, "id": id, "name": name }, "source": "local" });
        assert_eq!(last(app).await, ("group.member_removed".into(), Some(told), None));
        assert_eq!(remove(&mut browser, base, group.as_str(), id).await.status, 404);
    }
    // Who is deleted leaves, and the log says from where.
    browser.post(&format!("{base}/users/{mia}/delete"), &[("name", "Mia")]).await;
    let left = app.events().await.into_iter().rfind(|event| event.kind == "group.member_removed").unwrap();
    assert_eq!((left.subject_id, &left.before.unwrap()["source"]), (group.to_string(), &json!("local")));
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, 1, "Ada stays");
}

async fn whom_an_admin_adds_to_a_managed_group_is_not_shown_survives_and_goes_with_it(app: &TestApp) {
    let scim = app.directory("okta").await;
    let base = "/o/organization-of-okta";
    let (_, mut browser) = olive(app, &scim.organization, "organization-of-okta").await;
    let ada = scim.user("ada").await;
    let group = scim.group("Engineering", &[&ada]).await;
    let etag = scim.get(&format!("/Groups/{group}")).await.etag();
    let mia = local(app, &scim.organization, "Mia", Level::Member).await;
    let ci = account(&mut browser, base, "CI").await;
    for id in [mia.as_str(), ci.as_str()] {
        assert_eq!(add(&mut browser, base, &group, id).await.status, 303);
    }
    // Not shown: neither as members, nor by the version.
    let shown = scim.get(&format!("/Groups/{group}")).await;
    assert_eq!((shown.member_ids(), shown.etag()), (vec![ada.clone()], etag));
    let filter = format!("members.value eq \"{mia}\"");
    assert_eq!(scim.find("/Groups", &filter).await.expect(200).total(), 0);
    // They survive whatever the directory does to its own.
    scim.put(&format!("/Groups/{group}"), json!({ "displayName": "Engineering", "members": [] })).await.expect(200);
    let clear = json!([{ "op": "remove", "path": "members" }]);
    scim.patch(&format!("/Groups/{group}"), clear).await.expect(200);
    let one = json!([{ "op": "remove", "path": format!("members[value eq \"{mia}\"]") }]);
    scim.patch(&format!("/Groups/{group}"), one).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships WHERE source = 'local'").await, 2);
    let page = browser.get(&format!("{base}/groups/{group}")).await;
    assert_says(&page, "an admin");
    assert_says(&page, "Managed by Acme okta");
    assert!(page.body.contains(&format!("{base}/connections/")), "with the way to the connection: {}", page.body);
    assert_eq!(remove(&mut browser, base, &group, ci.as_str()).await.status, 303);
    // And go when the group goes.
    scim.delete(&format!("/Groups/{group}")).await.expect(204);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, 0);
}

async fn what_a_provider_decides_in_its_groups_is_refused_with_the_reason_and_a_link(app: &TestApp) {
    let scim = app.directory("okta").await;
    let entra = app.directory_of(&scim.organization, "entra").await;
    let base = "/o/organization-of-okta";
    let (_, mut browser) = olive(app, &scim.organization, "organization-of-okta").await;
    let (ada, bob, eve) = (scim.user("ada").await, scim.user("bob").await, entra.user("eve").await);
    let group = scim.group("Engineering", &[&ada]).await;
    let nested = scim.group("Nested", &[]).await;
    let own = make(&mut browser, base, "Own").await;
    let seen = app.events().await.len();
    let (link,): (String,) = {
        let mut tx = app.db.read().await.unwrap();
        let query = "SELECT connection_id FROM directories WHERE label = 'okta'";
        muster::db::sql(query).one(&mut tx).await.unwrap()
    };
    // Its own people, another provider's people, and groups.
    for (into, member, reason) in [
        (group.as_str(), bob.as_str(), "decided there"),
        (group.as_str(), eve.as_str(), "decided there"),
        (group.as_str(), own.as_str(), "nested within one source only"),
        (own.as_str(), nested.as_str(), "nested within one source only"),
    ] {
        let page = add(&mut browser, base, into, member).await;
        assert_eq!(page.status, 422, "{}", page.body);
        assert_says(&page, reason);
        assert_says(&page, "Nothing was changed");
        assert!(into == own.as_str() || page.body.contains(&format!("{base}/connections/{link}")), "{}", page.body);
    }
    // Whom it put there, it takes out; its name is its own, and the group is.
    assert_eq!(remove(&mut browser, base, &group, &ada).await.status, 403);
    assert_eq!(browser.post(&format!("{base}/groups/{group}/edit"), &[("name", "Mine")]).await.status, 422);
    assert_eq!(browser.post(&format!("{base}/groups/{group}/delete"), &[]).await.status, 403);
    let page = browser.get(&format!("{base}/groups/{group}/edit")).await;
    assert_says(&page, "Managed by Acme okta");
    assert!(page.body.contains(&format!("{base}/connections/{link}")));
    let page = browser.get(&format!("{base}/groups/{group}")).await;
    assert!(!page.body.contains(&format!("members/{ada}/remove")), "no button where there is no power");
    assert_eq!(app.events().await.len(), seen);
    assert_eq!(scim.members(&group).await, [ada]);
}

async fn local_groups_nest_but_never_in_a_circle(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let (outer, middle, inner) = (
        make(&mut browser, "/o/acme", "Outer").await,
        make(&mut browser, "/o/acme", "Middle").await,
        make(&mut browser, "/o/acme", "Inner").await,
    );
    add(&mut browser, "/o/acme", outer.as_str(), middle.as_str()).await;
    add(&mut browser, "/o/acme", middle.as_str(), inner.as_str()).await;
    let page = add(&mut browser, "/o/acme", inner.as_str(), outer.as_str()).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "“Outer” contains “Middle” contains “Inner”");
    assert_eq!(add(&mut browser, "/o/acme", inner.as_str(), inner.as_str()).await.status, 422);
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, 2);
    // A group that goes leaves those around it.
    browser.post(&format!("/o/acme/groups/{middle}/delete"), &[]).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, 0);
    let kinds = app.kinds_since(0).await;
    assert_eq!(kinds[kinds.len() - 2..], ["group.member_removed".to_string(), "group.deleted".to_string()]);
}

async fn foreign_groups_and_members_are_not_found_and_members_change_nothing(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other: OrganizationId = app.organization("Other").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let group = make(&mut browser, "/o/acme", "Ours").await;
    let theirs = super::group(app, &other, "Theirs").await;
    let stranger = local(app, &other, "Stranger", Level::Member).await;
    for (into, member) in [
        (group.as_str(), stranger.as_str()),
        (group.as_str(), theirs.as_str()),
        (group.as_str(), "x"),
        (theirs.as_str(), stranger.as_str()),
    ] {
        assert_eq!(add(&mut browser, "/o/acme", into, member).await.status, 404);
    }
    for path in ["edit", "delete"] {
        let page = browser.post(&format!("/o/acme/groups/{theirs}/{path}"), &[("name", "x")]).await;
        assert_eq!(page.status, 404, "{path}");
    }
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let member = acting(app, &acme, &mia).await;
    let mut tx = app.db.write().await.unwrap();
    let refused = groups::create(&mut tx, &member, &acme, "X").await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    let refused = groups::add_member(&mut tx, &member, &acme, &group, mia.as_str()).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    assert!(groups::delete(&mut tx, &Actor::CommandLine, &acme, &group).await.is_ok());
}

on_both!(
    a_local_group_is_made_renamed_and_deleted,
    a_groups_name_is_unique_within_its_source_and_folded,
    names_with_slashes_quotes_emoji_and_255_characters_work,
    people_programs_and_groups_are_put_into_local_groups_and_taken_out,
    whom_an_admin_adds_to_a_managed_group_is_not_shown_survives_and_goes_with_it,
    what_a_provider_decides_in_its_groups_is_refused_with_the_reason_and_a_link,
    local_groups_nest_but_never_in_a_circle,
    foreign_groups_and_members_are_not_found_and_members_change_nothing,
);
