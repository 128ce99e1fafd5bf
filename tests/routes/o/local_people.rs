//! `/o/{organization}/users/{id}/edit`, `…/delete` and `…/note`: what is ours to change about people, and what is not.

use muster::actor::Level;
use muster::id::UserId;
use serde_json::json;

use super::pages::{PASSWORD, assert_says, olive};
use super::service_accounts::account;
use super::{find, group, join, local, password};
use crate::support::browser::Browser;
use crate::support::{TestApp, on_both};

const OKTA: &str = "/o/organization-of-okta";

fn profile<'a>(name: &'a str, email: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("name", name),
        ("given_name", "Mia"),
        ("family_name", "Musterfrau"),
        ("email", email),
        ("title", "Lead"),
        ("department", ""),
    ]
}

async fn a_local_persons_profile_is_ours_to_edit(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let path = format!("/o/acme/users/{mia}");
    assert_says(&browser.get(&path).await, "Edit");
    let page = browser.post(&format!("{path}/edit"), &profile("", "not an address")).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Enter a name.");
    assert_says(&page, "Enter an e-mail address");
    assert!(page.body.contains("value=\"not an address\""), "what was typed is kept");
    let page = browser.post(&format!("{path}/edit"), &profile("Mia M.", "mia@example.com")).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, path.clone()));
    let user = find(app, &acme, &mia).await;
    assert_eq!((user.display_name.as_str(), user.family_name.as_deref()), ("Mia M.", Some("Musterfrau")));
    assert_eq!((user.title.as_deref(), user.department), (Some("Lead"), None));
    let event = app.events().await.pop().unwrap();
    let was = json!({ "displayName": "Mia", "givenName": null, "familyName": null, "title": null });
    let is = json!({ "displayName": "Mia M.", "givenName": "Mia", "familyName": "Musterfrau", "title": "Lead" });
    assert_eq!((event.kind.as_str(), event.before, event.after), ("user.updated", Some(was), Some(is)));
    let seen = app.events().await.len();
    browser.post(&format!("{path}/edit"), &profile("Mia M.", "mia@example.com")).await;
    assert_eq!(app.events().await.len(), seen, "the same again is no event");
    assert_says(&browser.get("/o/acme/users?q=mia%20m.").await, "Mia M.");
}

async fn the_user_name_follows_a_changed_address_only_if_it_was_that_address(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let edit = format!("/o/acme/users/{mia}/edit");
    browser.post(&edit, &profile("Mia", "mia@new.example")).await;
    let user = find(app, &acme, &mia).await;
    assert_eq!((user.user_name.as_str(), user.email.as_deref()), ("mia@new.example", Some("mia@new.example")));
    app.execute(&format!("UPDATE users SET user_name = 'mia', user_name_key = 'mia' WHERE id = '{mia}'")).await;
    browser.post(&edit, &profile("Mia", "mia@newer.example")).await;
    let user = find(app, &acme, &mia).await;
    assert_eq!((user.user_name.as_str(), user.email.as_deref()), ("mia", Some("mia@newer.example")));
    // An address that somebody else here signs in with is taken.
    let page = browser.post(&edit, &profile("Mia", "Olive@Example.com")).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Somebody else here signs in with this address already.");
    assert_eq!(find(app, &acme, &mia).await.email.as_deref(), Some("mia@newer.example"));
}

async fn a_managed_profile_is_read_only_with_the_reason_and_the_server_refuses(app: &TestApp) {
    let scim = app.directory("okta").await;
    let (_, mut browser) = olive(app, &scim.organization, "organization-of-okta").await;
    let ada = scim.user("ada").await;
    let path = format!("{OKTA}/users/{ada}");
    let (link,): (String,) = {
        let mut tx = app.db.read().await.unwrap();
        muster::db::sql("SELECT connection_id FROM directories").one(&mut tx).await.unwrap()
    };
    let link = format!("{OKTA}/connections/{link}");
    for page in [browser.get(&path).await, browser.get(&format!("{path}/edit")).await] {
        assert_says(&page, "Managed by Acme okta");
        assert_says(&page, "the profile is read-only here and changes there.");
        assert!(page.body.contains(&link), "{}", page.body);
        assert!(!page.body.contains("name=\"family_name\""), "no form");
    }
    let seen = app.events().await.len();
    let page = browser.post(&format!("{path}/edit"), &profile("Mine now", "mine@example.com")).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "An identity provider manages ada. Nothing was changed here");
    let page = browser.post(&format!("{path}/delete"), &[("name", "ada")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Nothing was deleted here");
    assert_eq!(app.events().await.len(), seen);
    scim.get(&format!("/Users/{ada}")).await.expect(200);
    let user = find(app, &scim.organization, &UserId::parse(&ada).unwrap()).await;
    assert_eq!(user.display_name, "ada");
}

async fn notes_stay_ours_whoever_manages_the_person(app: &TestApp) {
    let scim = app.directory("okta").await;
    let (_, mut browser) = olive(app, &scim.organization, "organization-of-okta").await;
    let ada = scim.user("ada").await;
    let path = format!("{OKTA}/users/{ada}");
    let etag = scim.get(&format!("/Users/{ada}")).await.etag();
    let page = browser.post(&format!("{path}/note"), &[("note", "Back in May.\r\nAsk <Grace>.")]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, path.clone()));
    let page = browser.get(&path).await;
    assert!(page.body.contains("Back in May.\nAsk &lt;Grace>."), "{}", page.body);
    let event = app.events().await.pop().unwrap();
    assert_eq!((event.kind.as_str(), event.before), ("user.note_changed", Some(json!({ "note": null }))));
    assert_eq!(event.after, Some(json!({ "note": "Back in May.\nAsk <Grace>." })));
    // Neither shown to the provider nor changed by it.
    let shown = scim.get(&format!("/Users/{ada}")).await;
    assert!(shown.etag() == etag && !shown.body.to_string().contains("Back in May"));
    scim.put(&format!("/Users/{ada}"), json!({ "userName": "ada", "title": "Countess" })).await.expect(200);
    let note = find(app, &scim.organization, &UserId::parse(&ada).unwrap()).await.note;
    assert_eq!(note.as_deref(), Some("Back in May.\nAsk <Grace>."));
    let page = browser.post(&format!("{path}/note"), &[("note", &"é".repeat(2001))]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "At most 2000 characters.");
    assert!(page.body.contains(&"é".repeat(2001)), "what was typed is kept");
    assert_eq!(browser.post(&format!("{path}/note"), &[("note", &"é".repeat(2000))]).await.status, 303);
    browser.post(&format!("{path}/note"), &[("note", " ")]).await;
    assert_eq!(find(app, &scim.organization, &UserId::parse(&ada).unwrap()).await.note, None);
}

async fn a_deletion_says_what_goes_and_takes_everything(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    password(app, &mia).await;
    app.session(mia.as_str()).await;
    app.session(mia.as_str()).await;
    let team = group(app, &acme, "Team").await;
    join(app, &team, "user", mia.as_str()).await;
    let ci = account(&mut browser, "/o/acme", "CI").await;
    browser.post(&format!("/o/acme/service-accounts/{ci}/edit"), &[("name", "CI"), ("answerable", mia.as_str())]).await;
    browser.post(&format!("/o/acme/users/{mia}/aliases"), &[("set", "rdp"), ("alias", "mia")]).await;
    browser.post("/o/acme/roles/new", &[("name", "Editor")]).await;
    crate::routes::api::me::grant(app, &acme, &mia, None).await;
    let path = format!("/o/acme/users/{mia}");
    let page = browser.get(&format!("{path}/delete")).await;
    assert_says(&page, "Ends 2 sessions and 0 API keys, takes away 1 role, and takes the account out of 1 group.");
    assert_says(&page, "They answer for 1 service account");
    let page = browser.post(&format!("{path}/delete"), &[("name", "Max")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Type “Mia”. Nothing was deleted.");
    assert_eq!(browser.get(&path).await.status, 200);

    let seen = app.events().await.len();
    let page = browser.post(&format!("{path}/delete"), &[("name", "mia")]).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/o/acme/users"), "{}", page.body);
    assert_eq!(browser.get(&path).await.status, 404);
    assert_eq!(app.kinds_since(seen).await, ["group.member_removed", "user.deleted"]);
    let deleted = app.events().await.pop().unwrap();
    let (before, after) = (deleted.before.unwrap(), deleted.after.unwrap());
    assert_eq!((&before["userName"], &before["aliases"]), (&json!("mia@example.com"), &json!(["rdp,mia"])));
    assert_eq!(before["roles"].as_array().unwrap().len(), 1);
    assert_eq!((&after["memberships_removed"], &after["grants_removed"]), (&json!(1), &json!(1)));
    assert_eq!((&after["sessions_ended"], &after["api_keys_ended"]), (&json!(2), &json!(0)));
    for table in ["sessions", "memberships", "grants", "passwords", "identity_aliases"] {
        let column = if table == "memberships" { "member_id" } else { "user_id" };
        let left = app.count(&format!("SELECT COUNT(*) FROM {table} WHERE {column} = '{mia}'")).await;
        assert_eq!(left, 0, "{table}");
    }
    assert_says(&browser.get("/o/acme/service-accounts").await, "Nobody answers for these any more");
    // The name is free again, under another id.
    let form = [("name", "Mia"), ("email", "mia@example.com"), ("level", "member")];
    assert_eq!(browser.post("/o/acme/users/invite", &form).await.status, 200);
    assert_eq!(
        app.count(&format!("SELECT COUNT(*) FROM users WHERE id = '{mia}' AND deleted_at IS NOT NULL")).await,
        1
    );
}

async fn owners_are_deleted_by_owners_the_last_break_glass_owner_and_oneself_by_nobody(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (olive_id, mut browser) = olive(app, &acme, "acme").await;
    let oscar = local(app, &acme, "Oscar", Level::Owner).await;
    let page = browser.post(&format!("/o/acme/users/{olive_id}/delete"), &[("name", "Olive Owner")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Nobody deletes themselves.");
    // An admin neither deletes nor edits an owner.
    app.execute(&format!("UPDATE users SET level = 'admin' WHERE id = '{olive_id}'")).await;
    for (path, form) in [("delete", vec![("name", "Oscar")]), ("edit", profile("Oscar", "x@example.com").to_vec())] {
        let page = browser.post(&format!("/o/acme/users/{oscar}/{path}"), &form).await;
        assert_eq!(page.status, 422, "{path}");
        assert_says(&page, "Only owners can do this.");
    }
    app.execute(&format!("UPDATE users SET level = 'owner' WHERE id = '{olive_id}'")).await;
    // The guard: another owner, who cannot sign in with a password, deletes the last who can.
    password(app, &oscar).await;
    app.execute(&format!("DELETE FROM passwords WHERE user_id = '{olive_id}'")).await;
    let page = browser.post(&format!("/o/acme/users/{oscar}/delete"), &[("name", "Oscar")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Oscar is the last active local owner");
    assert_eq!(app.events().await.pop().unwrap().kind, "break_glass.refused");
    assert_eq!(find(app, &acme, &oscar).await.level, Level::Owner);
    password(app, &olive_id).await;
    let page = browser.post(&format!("/o/acme/users/{oscar}/delete"), &[("name", "Oscar")]).await;
    assert_eq!(page.status, 303, "{}", page.body);
}

async fn who_is_deleted_is_signed_out_and_does_not_get_in_again(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let hash = muster::sessions::password::hash(PASSWORD.to_string().into()).await.unwrap();
    let mut tx = app.db.write().await.unwrap();
    muster::sessions::password::store(&mut tx, &mia, &hash).await.unwrap();
    tx.commit().await.unwrap();
    let mut hers = Browser::new(app);
    hers.sign_in("acme", "mia@example.com", PASSWORD).await;
    assert_eq!(hers.get("/me").await.status, 200);
    browser.post(&format!("/o/acme/users/{mia}/delete"), &[("name", "Mia")]).await;
    assert_eq!(hers.get("/me").await.status, 303);
    let page = hers.post("/sign-in/acme", &[("email", "mia@example.com"), ("password", PASSWORD)]).await;
    assert_ne!(page.status, 303);
}

async fn foreign_people_are_not_found(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let stranger = local(app, &other, "Stranger", Level::Member).await;
    let path = format!("/o/acme/users/{stranger}");
    for (what, form) in [
        ("edit", profile("X", "x@example.com").to_vec()),
        ("delete", vec![("name", "Stranger")]),
        ("note", vec![("note", "x")]),
        ("aliases", vec![("set", "rdp"), ("alias", "x")]),
    ] {
        assert_eq!(browser.post(&format!("{path}/{what}"), &form).await.status, 404, "{what}");
    }
    let user = find(app, &other, &stranger).await;
    assert_eq!((user.display_name.as_str(), user.note), ("Stranger", None));
}

on_both!(
    a_local_persons_profile_is_ours_to_edit,
    the_user_name_follows_a_changed_address_only_if_it_was_that_address,
    a_managed_profile_is_read_only_with_the_reason_and_the_server_refuses,
    notes_stay_ours_whoever_manages_the_person,
    a_deletion_says_what_goes_and_takes_everything,
    owners_are_deleted_by_owners_the_last_break_glass_owner_and_oneself_by_nobody,
    who_is_deleted_is_signed_out_and_does_not_get_in_again,
    foreign_people_are_not_found,
);
