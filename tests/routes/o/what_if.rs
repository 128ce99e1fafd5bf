//! What-if pages before a change of roles, and who gained and lost what on the event after it.

use muster::access::roles::{self, attach_to_group};
use muster::actor::{Actor, Level};
use muster::id::{GroupId, OrganizationId, RoleId, UserId};
use serde_json::{Value, json};

use super::grants::{held, role};
use super::pages::{assert_says, olive};
use super::{group, join, local};
use crate::support::{TestApp, on_both};

async fn attach(app: &TestApp, acme: &OrganizationId, role: &RoleId, group: &str) {
    let mut tx = app.db.write().await.unwrap();
    let group = GroupId::parse(group).unwrap();
    attach_to_group(&mut tx, &Actor::CommandLine, acme, role, &group).await.unwrap();
    tx.commit().await.unwrap();
}

/// The newest event of this kind: its `after`.
async fn after(app: &TestApp, kind: &str) -> Value {
    let newest = app.events().await.into_iter().rfind(|event| event.kind == kind);
    newest.unwrap_or_else(|| panic!("there is no {kind}")).after.unwrap_or(Value::Null)
}

fn names(roles: &Value) -> Vec<&str> {
    roles.as_array().into_iter().flatten().map(|role| role["name"].as_str().unwrap()).collect()
}

async fn before_a_group_gets_a_role_the_page_lists_who_gains_it(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let (mia, ned) = (local(app, &acme, "Mia", Level::Member).await, local(app, &acme, "Ned", Level::Member).await);
    let (team, other) = (group(app, &acme, "Team").await, group(app, &acme, "Other").await);
    for user in [&mia, &ned] {
        join(app, &team, "user", user.as_str()).await;
    }
    join(app, &other, "user", ned.as_str()).await;
    let editor = role(app, &acme, "Editor").await;
    attach(app, &acme, &editor, other.as_str()).await;
    for path in [
        format!("/o/acme/roles/{editor}/groups?group_id={team}"),
        format!("/o/acme/groups/{team}/roles?role_id={editor}"),
    ] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_says(&page, "Give Team the role Editor");
        assert_says(&page, "1 person gains a role .");
        assert_says(&page, "Mia Editor");
        assert!(!page.body.contains("Ned"), "who holds it already gains nothing");
        assert_eq!(held(app, &mia).await, [] as [&str; 0], "looking changes nothing");
        let again = browser.get(&path.replace("_id=", "_id=x")).await;
        assert_eq!(again.status, 422);
        assert_says(&again, "Choose a");
    }
    // The button of the page.
    browser.post(&format!("/o/acme/groups/{team}/roles"), &[("role_id", editor.as_str()), ("until", "")]).await;
    assert_eq!(held(app, &mia).await, ["Editor"]);
    let gained = &after(app, "group.role_attached").await["roles_gained_by"];
    assert_eq!((&gained["people"], &gained["first"][0]["name"]), (&json!(1), &json!("Mia")));
    assert_eq!(names(&gained["first"][0]["roles"]), ["Editor"]);
}

async fn before_a_group_is_detached_the_page_lists_who_loses_the_role(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let (mia, ned) = (local(app, &acme, "Mia", Level::Member).await, local(app, &acme, "Ned", Level::Member).await);
    let (team, inner, other) =
        (group(app, &acme, "Team").await, group(app, &acme, "Inner").await, group(app, &acme, "Other").await);
    join(app, &inner, "user", mia.as_str()).await;
    join(app, &team, "group", inner.as_str()).await;
    join(app, &team, "user", ned.as_str()).await;
    join(app, &other, "user", ned.as_str()).await;
    let editor = role(app, &acme, "Editor").await;
    attach(app, &acme, &editor, team.as_str()).await;
    attach(app, &acme, &editor, other.as_str()).await;
    for path in [format!("/o/acme/roles/{editor}/groups/{team}"), format!("/o/acme/groups/{team}/roles/{editor}")] {
        let page = browser.get(&format!("{path}/detach")).await;
        assert_says(&page, "1 person loses a role .");
        assert_says(&page, "Mia Editor");
        assert_says(&page, "1 person loses the role; 1 keeps it through something else.");
        assert!(page.body.contains(&format!(r#"action="{path}/detach""#)), "{}", page.body);
    }
    let page = browser.post(&format!("/o/acme/roles/{editor}/groups/{team}/detach"), &[]).await;
    assert_eq!(page.status, 303);
    let lost = &after(app, "group.role_detached").await["roles_lost_by"];
    assert_eq!((&lost["people"], &lost["first"][0]["name"]), (&json!(1), &json!("Mia")));
    assert_eq!(browser.get(&format!("/o/acme/roles/{editor}/groups/{team}/detach")).await.status, 404);
}

async fn before_a_role_is_deleted_the_page_lists_who_loses_it(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let team = group(app, &acme, "Team").await;
    for n in 0..201 {
        let user = local(app, &acme, &format!("Person{n:03}"), Level::Member).await;
        join(app, &team, "user", user.as_str()).await;
    }
    let editor = role(app, &acme, "Editor").await;
    attach(app, &acme, &editor, team.as_str()).await;
    let page = browser.get(&format!("/o/acme/roles/{editor}/delete")).await;
    assert_says(&page, "201 people lose a role .");
    assert_says(&page, "Person199 Editor And 1 more person.");
    assert_says(&page, "1 group has it no more, and the key editor becomes free.");
    browser.post(&format!("/o/acme/roles/{editor}/delete"), &[]).await;
    let lost = &after(app, "role.deleted").await["roles_lost_by"];
    assert_eq!((&lost["people"], lost["first"].as_array().unwrap().len()), (&json!(201), 100));
}

async fn a_scim_change_says_on_its_event_who_gained_and_lost_what(app: &TestApp) {
    let okta = app.directory("okta").await;
    let acme = okta.organization.clone();
    let (_, mut browser) = olive(app, &acme, "organization-of-okta").await;
    let (editor, viewer) = (role(app, &acme, "Editor").await, role(app, &acme, "Viewer").await);
    let mia = okta.user("mia").await;
    let (team, all) = (okta.group("Team", &[]).await, okta.group("All", &[&mia]).await);
    attach(app, &acme, &editor, &team).await;
    attach(app, &acme, &viewer, &team).await;
    attach(app, &acme, &viewer, &all).await;
    let path = format!("/Groups/{team}");
    okta.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": mia }] }])).await.expect(200);
    let told = after(app, "group.member_added").await;
    assert_eq!(names(&told["roles_gained"]), ["Editor"], "Viewer was held before");
    assert_eq!(told["roles_gained"][0], json!({ "id": editor, "key": "editor", "name": "Editor" }));
    assert_eq!((told["member"]["id"].as_str(), told.get("roles_lost")), (Some(mia.as_str()), None));
    let page = browser.get("/o/organization-of-okta/activity?kind=group.member_added").await;
    let event = page.body.split("/activity/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_string();
    assert_says(
        &browser.get(&format!("/o/organization-of-okta/activity/{event}")).await,
        "mia gained Editor, lost nothing.",
    );

    let active = |active: bool| json!([{ "op": "replace", "path": "active", "value": active }]);
    okta.patch(&format!("/Users/{mia}"), active(false)).await.expect(200);
    assert_eq!(names(&after(app, "user.deactivated").await["roles_lost"]), ["Editor", "Viewer"]);
    okta.patch(&format!("/Users/{mia}"), active(true)).await.expect(200);
    assert_eq!(names(&after(app, "user.reactivated").await["roles_gained"]), ["Editor", "Viewer"]);
    okta.put(&path, json!({ "displayName": "Team", "members": [] })).await.expect(200);
    assert_eq!(names(&after(app, "group.member_removed").await["roles_lost"]), ["Editor"]);
    okta.delete(&format!("/Users/{mia}")).await.expect(204);
    assert_eq!(names(&after(app, "user.deleted").await["roles_lost"]), ["Viewer"]);
}

async fn a_change_that_moves_no_role_says_nothing_of_roles(app: &TestApp) {
    let okta = app.directory("okta").await;
    let mia = okta.user("mia").await;
    okta.group("Team", &[&mia]).await;
    assert_eq!(
        after(app, "group.member_added").await,
        json!({ "member": { "kind": "user", "id": mia, "name": "mia" } })
    );
}

async fn a_group_that_joins_another_brings_its_people(app: &TestApp) {
    let okta = app.directory("okta").await;
    let acme = okta.organization.clone();
    let editor = role(app, &acme, "Editor").await;
    let (mia, ned) = (okta.user("mia").await, okta.user("ned").await);
    let inner = okta.group("Inner", &[&mia, &ned]).await;
    let outer = okta.group("Outer", &[&ned]).await;
    attach(app, &acme, &editor, &outer).await;
    let path = format!("/Groups/{outer}");
    okta.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": inner }] }])).await.expect(200);
    let gained = &after(app, "group.member_added").await["roles_gained_by"];
    assert_eq!((&gained["people"], &gained["first"][0]["name"]), (&json!(1), &json!("mia")));
    assert_eq!(held(app, &UserId::parse(&mia).unwrap()).await, ["Editor"], "nested groups count");
    let leaving = json!([{ "op": "remove", "path": format!("members[value eq \"{inner}\"]") }]);
    okta.patch(&path, leaving).await.expect(200);
    let lost = &after(app, "group.member_removed").await["roles_lost_by"];
    assert_eq!((&lost["people"], &lost["first"][0]["name"]), (&json!(1), &json!("mia")));
    // A deleted group takes the role from those who hold it by nothing else.
    okta.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": inner }] }])).await.expect(200);
    okta.delete(&path).await.expect(204);
    let lost = &after(app, "group.deleted").await["roles_lost_by"];
    let people: Vec<_> = lost["first"].as_array().unwrap().iter().map(|person| person["name"].clone()).collect();
    assert_eq!((&lost["people"], people), (&json!(2), vec![json!("mia"), json!("ned")]));
}

async fn suspending_says_what_is_lost_and_lifting_what_comes_back(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let team = group(app, &acme, "Team").await;
    join(app, &team, "user", mia.as_str()).await;
    let editor = role(app, &acme, "Editor").await;
    attach(app, &acme, &editor, team.as_str()).await;
    browser.post(&format!("/o/acme/users/{mia}/suspend"), &[("reason", "")]).await;
    assert_eq!(names(&after(app, "user.suspended").await["roles_lost"]), ["Editor"]);
    browser.post(&format!("/o/acme/users/{mia}/lift"), &[]).await;
    assert_eq!(names(&after(app, "user.suspension_lifted").await["roles_gained"]), ["Editor"]);
}

async fn the_roles_of_many_people_are_computed_in_one_query(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (mia, ned) = (local(app, &acme, "Mia", Level::Member).await, local(app, &acme, "Ned", Level::Member).await);
    let (team, inner) = (group(app, &acme, "Team").await, group(app, &acme, "Inner").await);
    join(app, &inner, "user", mia.as_str()).await;
    join(app, &team, "group", inner.as_str()).await;
    join(app, &team, "user", ned.as_str()).await;
    let (editor, viewer) = (role(app, &acme, "Editor").await, role(app, &acme, "Viewer").await);
    attach(app, &acme, &editor, team.as_str()).await;
    attach(app, &acme, &viewer, inner.as_str()).await;
    let mut tx = app.db.read().await.unwrap();
    let snapshot = roles::snapshot(&mut tx, &[mia.clone(), ned.clone()]).await.unwrap();
    for user in [&mia, &ned] {
        let held: std::collections::BTreeSet<_> =
            roles::effective(&mut tx, user).await.unwrap().into_iter().map(|held| held.role.id).collect();
        assert_eq!(snapshot[user], held);
    }
    assert_eq!((snapshot[&mia].len(), snapshot[&ned].len()), (2, 1));
}

async fn another_organizations_groups_and_roles_have_no_what_if(app: &TestApp) {
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let (editor, foreign) = (role(app, &acme, "Editor").await, role(app, &other, "Editor").await);
    let (team, far) = (group(app, &acme, "Team").await, group(app, &other, "Far").await);
    attach(app, &other, &foreign, far.as_str()).await;
    for path in [
        format!("roles/{foreign}/delete"),
        format!("roles/{editor}/groups?group_id={far}"),
        format!("groups/{far}/roles?role_id={editor}"),
        format!("groups/{team}/roles?role_id={foreign}"),
        format!("roles/{foreign}/groups/{far}/detach"),
    ] {
        assert_eq!(browser.get(&format!("/o/acme/{path}")).await.status, 404, "{path}");
    }
}

on_both!(
    before_a_group_gets_a_role_the_page_lists_who_gains_it,
    before_a_group_is_detached_the_page_lists_who_loses_the_role,
    before_a_role_is_deleted_the_page_lists_who_loses_it,
    a_scim_change_says_on_its_event_who_gained_and_lost_what,
    a_change_that_moves_no_role_says_nothing_of_roles,
    a_group_that_joins_another_brings_its_people,
    suspending_says_what_is_lost_and_lifting_what_comes_back,
    the_roles_of_many_people_are_computed_in_one_query,
    another_organizations_groups_and_roles_have_no_what_if,
);
