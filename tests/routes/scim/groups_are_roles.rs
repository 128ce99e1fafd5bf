//! *Every pushed group is a role*: groups own roles, and roles are shown as groups to be linked (identity.md, "Groups,
//! memberships, roles").

use muster::access::roles::{self, RoleForm, attach_to_group};
use muster::actor::Actor;
use muster::id::{GroupId, OrganizationId, RoleId, UserId};
use serde_json::json;

use crate::routes::o::pages::{assert_says, olive};
use crate::support::browser::Browser;
use crate::support::{ScimClient, TestApp, on_both};

const ACTOR: Actor = Actor::CommandLine;

async fn role(app: &TestApp, organization: &OrganizationId, name: &str) -> RoleId {
    let mut tx = app.db.write().await.unwrap();
    let form = RoleForm { name: name.into(), ..RoleForm::default() };
    let id = roles::create(&mut tx, &ACTOR, organization, &form).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn attach(app: &TestApp, okta: &ScimClient, role: &RoleId, group: &str) {
    let mut tx = app.db.write().await.unwrap();
    let group = GroupId::parse(group).unwrap();
    attach_to_group(&mut tx, &ACTOR, &okta.organization, role, &group).await.unwrap();
    tx.commit().await.unwrap();
}

/// The roles by name, with their keys.
async fn all_roles(app: &TestApp, okta: &ScimClient) -> Vec<(String, String)> {
    let mut tx = app.db.read().await.unwrap();
    let roles = roles::all(&mut tx, &okta.organization).await.unwrap();
    roles.into_iter().map(|role| (role.name, role.key)).collect()
}

fn named(names: &[(&str, &str)]) -> Vec<(String, String)> {
    names.iter().map(|(name, key)| (name.to_string(), key.to_string())).collect()
}

async fn held(app: &TestApp, user: &str) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    let user = UserId::parse(user).unwrap();
    roles::effective(&mut tx, &user).await.unwrap().into_iter().map(|held| held.role.name).collect()
}

/// Where the switch of the directory is.
async fn switch(app: &TestApp, okta: &ScimClient) -> String {
    let mut tx = app.db.read().await.unwrap();
    let (id,) = muster::db::sql("SELECT connection_id FROM directories WHERE id = $1")
        .bind(&okta.directory)
        .one::<(String,)>(&mut tx)
        .await
        .unwrap();
    format!("/o/organization-of-okta/connections/{id}/groups-are-roles")
}

async fn turn(app: &TestApp, browser: &mut Browser<'_>, okta: &ScimClient, to: &str) {
    let page = browser.post(&switch(app, okta).await, &[("to", to)]).await;
    assert_eq!(page.status, 303, "{}", page.body);
}

/// A directory where it is on, and its owner at a browser.
async fn on(app: &TestApp) -> (ScimClient, Browser<'_>) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    turn(app, &mut browser, &okta, "on").await;
    (okta, browser)
}

/// The id under which a group is found by name, if it is.
async fn find(okta: &ScimClient, name: &str) -> Option<String> {
    okta.find("/Groups", &format!("displayName eq \"{name}\"")).await.expect(200).ids().pop()
}

async fn each_pushed_group_owns_one_role_whose_holders_are_its_members(app: &TestApp) {
    let (okta, mut browser) = on(app).await;
    let (mia, ned) = (okta.user("mia").await, okta.user("ned").await);
    let seen = app.events().await.len();
    let team = okta.group("Billing Admins", &[&mia]).await;
    assert_eq!(
        app.kinds_since(seen).await,
        ["group.created", "role.created", "group.role_attached", "group.member_added"]
    );
    assert_eq!(app.events().await.pop().unwrap().after.unwrap()["roles_gained"][0]["key"], "billing-admins");
    assert_eq!(all_roles(app, &okta).await, named(&[("Billing Admins", "billing-admins")]));
    assert_eq!((held(app, &mia).await, held(app, &ned).await), (vec!["Billing Admins".to_string()], vec![]));
    // The name and the end are the group's; description and permissions are ours.
    let mut tx = app.db.read().await.unwrap();
    let role = roles::all(&mut tx, &okta.organization).await.unwrap().remove(0);
    drop(tx);
    let at = format!("/o/organization-of-okta/roles/{}", role.id);
    let page = browser.get(&at).await;
    assert_says(&page, "This role is the group Billing Admins : whoever is in it holds the role");
    let page = browser.post(&at, &[("name", "Other"), ("description", ""), ("permissions", "")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "rename or delete the group there");
    let typed = [("name", "Billing Admins"), ("description", "Pays."), ("permissions", "invoices:pay")];
    assert_eq!(browser.post(&at, &typed).await.status, 303);
    let page = browser.post(&format!("{at}/delete"), &[]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "rename or delete the group there");
    let page = browser.post(&format!("{at}/groups/{team}/detach"), &[]).await;
    assert_eq!(page.status, 409, "the group is the role: {}", page.body);
    assert_eq!(held(app, &mia).await, ["Billing Admins"]);
}

async fn roles_that_no_group_owns_are_shown_as_groups_without_members(app: &TestApp) {
    let (okta, mut browser) = on(app).await;
    let editor = role(app, &okta.organization, "Editor").await;
    let shown = find(&okta, "editor").await.expect("a role is found by name like a group");
    let group = okta.get(&format!("/Groups/{shown}")).await.expect(200).body;
    assert_eq!((group["displayName"].as_str(), group.get("members")), (Some("Editor"), None));
    assert_eq!(group["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:Group"]));
    assert_eq!(
        okta.get("/Groups?count=10").await.expect(200).ids(),
        std::slice::from_ref(&shown),
        "as an import reads them"
    );
    // Renamed by hand it is renamed there, under the same id.
    let at = format!("/o/organization-of-okta/roles/{editor}");
    browser.post(&at, &[("name", "Author"), ("description", ""), ("permissions", "")]).await;
    assert_eq!((find(&okta, "Editor").await, find(&okta, "Author").await), (None, Some(shown.clone())));
    // The dashboard shows roles as roles.
    assert_says(&browser.get("/o/organization-of-okta/groups").await, "No groups yet");
    assert_eq!(browser.get(&format!("/o/organization-of-okta/groups/{shown}")).await.status, 404);
    assert!(!browser.get(&at).await.body.contains("Attach to a group"), "it is nothing to attach to");
    let mia = okta.user("mia").await;
    let nested = okta.post("/Groups", json!({ "displayName": "Outer", "members": [{ "value": shown }] })).await;
    nested.refused(400, "invalidValue");
    assert_eq!(held(app, &mia).await, [] as [&str; 0]);
    browser.post(&format!("{at}/delete"), &[]).await;
    okta.get(&format!("/Groups/{shown}")).await.refused(404, "");
}

async fn the_first_put_or_patch_makes_a_shown_role_a_group_under_the_same_id(app: &TestApp) {
    let (okta, _) = on(app).await;
    let (editor, viewer) =
        (role(app, &okta.organization, "Editor").await, role(app, &okta.organization, "Viewer").await);
    let (ada, mia) = (okta.user("ada").await, okta.user("mia").await);
    // As Okta's Link Group does: the name it has, then the members.
    let shown = find(&okta, "Editor").await.unwrap();
    let path = format!("/Groups/{shown}");
    let seen = app.events().await.len();
    let rename = json!([{ "op": "replace", "value": { "id": shown, "displayName": "Okta Editors" } }]);
    okta.patch(&path, rename).await.expect(200);
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": mia }] }]);
    okta.patch(&path, add).await.expect(200);
    let events = app.events().await;
    assert_eq!(events[seen].kind, "group.created");
    assert_eq!(
        events[seen].after.as_ref().unwrap()["linked_role"],
        json!({ "id": editor, "key": "editor", "name": "Editor" })
    );
    assert_eq!(held(app, &mia).await, ["Okta Editors"]);
    assert_eq!(
        all_roles(app, &okta).await,
        named(&[("Okta Editors", "editor"), ("Viewer", "viewer")]),
        "the key stays"
    );
    // By PUT.
    let shown = find(&okta, "Viewer").await.unwrap();
    let body = json!({ "displayName": "Viewer", "members": [{ "value": ada }] });
    assert_eq!(okta.put(&format!("/Groups/{shown}"), body).await.expect(200).id(), shown);
    assert_eq!(held(app, &ada).await, ["Viewer"]);
    assert_eq!(okta.get("/Groups").await.expect(200).total(), 2, "no role is shown beside its group");
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(roles::owner_of(&mut tx, &viewer).await.unwrap().unwrap().id.as_str(), shown);
}

async fn a_post_of_a_taken_name_says_to_link(app: &TestApp) {
    let (okta, _) = on(app).await;
    role(app, &okta.organization, "Editor").await;
    let seen = app.events().await.len();
    let detail = okta.post("/Groups", json!({ "displayName": "EDITOR" })).await.refused(409, "uniqueness");
    assert!(detail.contains("a role of that name exists; refresh app groups and use Link Group"), "{detail}");
    assert_eq!(app.kinds_since(seen).await, [] as [&str; 0], "nothing was changed");
    // Also where another directory's group is the role.
    okta.put(&format!("/Groups/{}", find(&okta, "Editor").await.unwrap()), json!({ "displayName": "Editor" }))
        .await
        .expect(200);
    let entra = app.directory_of(&okta.organization, "entra").await;
    app.execute("UPDATE directories SET groups_are_roles = TRUE").await;
    let detail = entra.post("/Groups", json!({ "displayName": "Editor" })).await.refused(409, "uniqueness");
    assert!(detail.contains("a role of that name exists"), "{detail}");
}

async fn renaming_the_group_renames_the_role_and_a_taken_name_is_refused(app: &TestApp) {
    let (okta, _) = on(app).await;
    role(app, &okta.organization, "Viewer").await;
    let team = okta.group("Editors", &[]).await;
    let rename = |name: &str| json!([{ "op": "replace", "path": "displayName", "value": name }]);
    okta.patch(&format!("/Groups/{team}"), rename("viewer")).await.refused(409, "uniqueness");
    assert_eq!(find(&okta, "Editors").await, Some(team.clone()));
    okta.patch(&format!("/Groups/{team}"), rename("Authors")).await.expect(200);
    assert_eq!(all_roles(app, &okta).await, named(&[("Authors", "editors"), ("Viewer", "viewer")]));
}

async fn delete_removes_the_group_and_the_role_unless_it_is_held_otherwise(app: &TestApp) {
    let (okta, _) = on(app).await;
    let mia = okta.user("mia").await;
    let (alone, kept) = (okta.group("Alone", &[&mia]).await, okta.group("Kept", &[&mia]).await);
    let mut tx = app.db.read().await.unwrap();
    let role = roles::all(&mut tx, &okta.organization).await.unwrap().remove(1);
    drop(tx);
    attach(app, &okta, &role.id, &alone).await;
    app.execute(&format!(
        "INSERT INTO grants (id, organization_id, role_id, user_id, origin, granted_by, created_at) VALUES \
         ('{}', '{}', '{}', '{mia}', 'direct', 'test', '2026-11-22T12:00:00.000Z')",
        muster::id::GrantId::new(),
        okta.organization,
        role.id,
    ))
    .await;
    okta.delete(&format!("/Groups/{alone}")).await.expect(204);
    assert_eq!(all_roles(app, &okta).await, named(&[("Kept", "kept")]));
    okta.delete(&format!("/Groups/{kept}")).await.expect(204);
    assert_eq!(all_roles(app, &okta).await, named(&[("Kept", "kept")]), "somebody holds it otherwise");
    assert_eq!(held(app, &mia).await, ["Kept"]);
    assert_eq!(app.count("SELECT COUNT(*) FROM grants WHERE group_id IS NOT NULL").await, 0);
    // It is local now and offered again, under another id; the old one stays gone.
    okta.get(&format!("/Groups/{kept}")).await.refused(404, "");
    let shown = find(&okta, "Kept").await.expect("it is offered again");
    assert_ne!(shown, kept);
    let detail = okta.delete(&format!("/Groups/{shown}")).await.refused(403, "");
    assert!(detail.contains("Nothing was changed"), "{detail}");
    assert_eq!(find(&okta, "Kept").await, Some(shown));
}

async fn outside_this_mode_roles_are_not_visible_to_scim(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    role(app, &okta.organization, "Editor").await;
    assert_eq!(okta.get("/Groups").await.expect(200).total(), 0);
    let group = okta.group("Editor", &[]).await;
    assert_eq!(all_roles(app, &okta).await, named(&[("Editor", "editor")]), "a group is only a group");
    assert_eq!(app.count("SELECT COUNT(*) FROM grants").await, 0);
    okta.delete(&format!("/Groups/{group}")).await.expect(204);
    turn(app, &mut browser, &okta, "on").await;
    let shown = find(&okta, "Editor").await.unwrap();
    turn(app, &mut browser, &okta, "off").await;
    assert_eq!(okta.get("/Groups").await.expect(200).total(), 0);
    okta.get(&format!("/Groups/{shown}")).await.refused(404, "");
    okta.put(&format!("/Groups/{shown}"), json!({ "displayName": "Editor" })).await.refused(404, "");
}

async fn turning_it_on_says_first_what_becomes_of_each_group(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    let (mia, ned) = (okta.user("mia").await, okta.user("ned").await);
    let editor = role(app, &okta.organization, "Editor").await;
    let viewer = role(app, &okta.organization, "Viewer").await;
    let (linked, attached) = (okta.group("EDITOR", &[&mia]).await, okta.group("Viewer", &[&ned]).await);
    okta.group("New", &[&ned]).await;
    attach(app, &okta, &viewer, &attached).await;
    let at = switch(app, &okta).await;
    let settings = at.replace("/groups-are-roles", "/settings");
    assert_says(&browser.get(&settings).await, "Make every pushed group a role…");
    let page = browser.get(&at).await;
    assert_says(&page, "EDITOR becomes the role Editor (key editor)");
    assert_says(&page, "New gets a new role of its name");
    assert_says(&page, "Groups that become a role of the same name: 2. New roles: 1.");
    assert_says(&page, "Whoever is in these groups holds a role by it: 2 people.");
    assert_says(&page, "1 person gains a role . Person Roles mia Editor");
    assert_eq!(held(app, &mia).await, [] as [&str; 0], "looking changes nothing");
    let page = browser.post(&at, &[("to", "on")]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, settings.clone()));
    assert_says(&browser.get(&settings).await, "Every pushed group is a role: 2 roles linked, 1 role made.");
    assert_eq!(all_roles(app, &okta).await, named(&[("EDITOR", "editor"), ("New", "new"), ("Viewer", "viewer")]));
    assert_eq!(held(app, &mia).await, ["EDITOR"]);
    assert_eq!(held(app, &ned).await, ["New", "Viewer"]);
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(roles::owner_of(&mut tx, &editor).await.unwrap().unwrap().id.as_str(), linked);
    drop(tx);
    assert_eq!(browser.post(&at, &[("to", "on")]).await.status, 422, "it is on already");
    // Off: the roles become local, the grants stay.
    assert_says(&browser.get(&at).await, "Nobody gains or loses a role");
    turn(app, &mut browser, &okta, "off").await;
    assert_eq!(held(app, &ned).await, ["New", "Viewer"]);
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(roles::owner_of(&mut tx, &editor).await.unwrap(), None);
    drop(tx);
    let told: Vec<_> = app.events().await.into_iter().filter(|event| event.kind.ends_with("roles_changed")).collect();
    assert_eq!(told[0].after.as_ref().unwrap()["roles_linked"], 2);
    assert_eq!(told[1].after, Some(json!({ "groups_are_roles": false, "roles_released": 3 })));
    assert_says(
        &browser.get("/o/organization-of-okta/activity").await,
        "made every group that Acme okta pushes a role",
    );
}

async fn a_role_that_another_directorys_group_owns_is_in_the_way(app: &TestApp) {
    let (okta, mut browser) = on(app).await;
    okta.group("Editor", &[]).await;
    let entra = app.directory_of(&okta.organization, "entra").await;
    let group = entra.group("editor", &[]).await;
    let at = switch(app, &entra).await;
    assert_says(&browser.get(&at).await, "editor cannot: another group owns the role of this name");
    let page = browser.post(&at, &[("to", "on")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Another group owns the role of the same name as “editor”. Nothing was changed");
    entra
        .patch(
            &format!("/Groups/{group}"),
            json!([{ "op": "replace", "path": "displayName", "value": "entra editor" }]),
        )
        .await
        .expect(200);
    turn(app, &mut browser, &entra, "on").await;
    assert_eq!(entra.get("/Groups").await.expect(200).total(), 1, "what a group owns is shown to nobody else");
    assert_eq!(browser.get(&switch(app, &okta).await.replace("organization-of-okta", "other")).await.status, 404);
}

async fn names_with_slashes_quotes_emoji_and_255_characters_work(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (_, mut browser) = olive(app, &okta.organization, "organization-of-okta").await;
    let mia = okta.user("mia").await;
    let names = [r#"R&D / "Blue" 'Team' \ <b>"#.to_string(), "👩‍🚀 Crew 🚀".to_string(), format!("{}é", "x".repeat(254))];
    // Attached to a role by hand.
    for name in &names {
        let group = okta.group(name, &[&mia]).await;
        let editor =
            role(app, &okta.organization, &format!("Editor {}", name.chars().take(9).collect::<String>())).await;
        let page = browser
            .post(&format!("/o/organization-of-okta/roles/{editor}/groups"), &[("group_id", group.as_str())])
            .await;
        assert_eq!(page.status, 303, "{name}");
        let page = browser.get(&format!("/o/organization-of-okta/groups/{group}")).await;
        let shown = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(page.body.contains(&shown) || page.body.contains(&shown.replace('"', "&quot;")), "{}", page.body);
        assert_eq!(page.status, 200);
        assert_says(&browser.get(&format!("/o/organization-of-okta/users/{mia}")).await, "through");
        let filter = format!("displayName eq {}", json!(name));
        assert_eq!(okta.find("/Groups", &filter).await.expect(200).ids(), [group], "{name}");
    }
    assert_eq!(held(app, &mia).await.len(), 3);
    // And as roles of their own.
    turn(app, &mut browser, &okta, "on").await;
    let held = held(app, &mia).await;
    for name in &names {
        assert!(held.contains(name), "{name} is not in {held:?}");
    }
    let mut tx = app.db.read().await.unwrap();
    let long = roles::owned::find_by_name(&mut tx, &okta.organization, &names[2]).await.unwrap().unwrap();
    drop(tx);
    let typed = [("name", names[2].as_str()), ("description", "Long."), ("permissions", "")];
    let page = browser.post(&format!("/o/organization-of-okta/roles/{}", long.id), &typed).await;
    assert_eq!(page.status, 303, "the name's length is the group's affair: {}", page.body);
}

/// A push changes roles, and a role made here becomes a group there: each waits its turn, and nobody gives way.
async fn groups_are_pushed_while_roles_are_made(app: &TestApp) {
    let (okta, _) = on(app).await;
    let pushes: Vec<_> = (0..8)
        .map(|n| {
            let okta = okta.clone();
            tokio::spawn(async move {
                let id = okta.group(&format!("Team {n}"), &[]).await;
                let rename = json!([{ "op": "replace", "value": { "displayName": format!("Crew {n}") } }]);
                okta.patch(&format!("/Groups/{id}"), rename).await.expect(200);
                okta.delete(&format!("/Groups/{id}")).await.expect(204);
            })
        })
        .collect();
    for n in 0..8 {
        role(app, &okta.organization, &format!("Role {n}")).await;
    }
    for push in pushes {
        push.await.expect("a push is answered well");
    }
    let roles: Vec<_> = all_roles(app, &okta).await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(roles, (0..8).map(|n| format!("Role {n}")).collect::<Vec<_>>());
    assert_eq!(okta.get("/Groups").await.total(), 8);
}

/// Whoever pushes a group while this is turned on or off finds it on or off, and is not refused.
async fn groups_are_pushed_while_it_is_turned_on_and_off(app: &TestApp) {
    let (okta, mut browser) = on(app).await;
    let pushes: Vec<_> = (0..6)
        .map(|n| {
            let okta = okta.clone();
            tokio::spawn(async move {
                for round in 0..5 {
                    // A role that was a group when it was turned off stays, and has its name.
                    let id = okta.group(&format!("Team {n}.{round}"), &[]).await;
                    let rename = json!([{ "op": "replace", "value": { "displayName": format!("Crew {n}.{round}") } }]);
                    okta.patch(&format!("/Groups/{id}"), rename).await.expect(200);
                    okta.delete(&format!("/Groups/{id}")).await.expect(204);
                }
            })
        })
        .collect();
    for to in ["off", "on", "off", "on", "off", "on"] {
        turn(app, &mut browser, &okta, to).await;
    }
    for push in pushes {
        push.await.expect("a push is answered well");
    }
    okta.group("Platform", &[]).await;
    let roles: Vec<_> = all_roles(app, &okta).await.into_iter().map(|(name, _)| name).collect();
    assert!(roles.contains(&"Platform".to_string()), "it is on at the end: {roles:?}");
}

on_both!(
    groups_are_pushed_while_it_is_turned_on_and_off,
    groups_are_pushed_while_roles_are_made,
    each_pushed_group_owns_one_role_whose_holders_are_its_members,
    roles_that_no_group_owns_are_shown_as_groups_without_members,
    the_first_put_or_patch_makes_a_shown_role_a_group_under_the_same_id,
    a_post_of_a_taken_name_says_to_link,
    renaming_the_group_renames_the_role_and_a_taken_name_is_refused,
    delete_removes_the_group_and_the_role_unless_it_is_held_otherwise,
    outside_this_mode_roles_are_not_visible_to_scim,
    turning_it_on_says_first_what_becomes_of_each_group,
    a_role_that_another_directorys_group_owns_is_in_the_way,
    names_with_slashes_quotes_emoji_and_255_characters_work,
);
