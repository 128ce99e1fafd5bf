//! `/o/{organization}/service-accounts`: programs, their keys, and who answers for them.

use muster::actor::{Actor, Level};
use muster::api_keys::KEY;
use muster::directory::users::{change_level, lift_suspension, local as invitations, service, suspend};
use muster::error::Error;
use muster::id::{ApiKeyId, OrganizationId, UserId};
use serde_json::json;

use super::pages::{assert_says, olive};
use super::{acting, find, local};
use crate::routes::api::{get, refused};
use crate::support::browser::{Browser, Page};
use crate::support::{TestApp, on_both};

/// Makes a service account by the form; whoever is signed in answers for it.
pub async fn account(browser: &mut Browser<'_>, base: &str, name: &str) -> UserId {
    let form = [("name", name), ("answerable", "olive@example.com")];
    let page = browser.post(&format!("{base}/service-accounts/new"), &form).await;
    assert_eq!(page.status, 303, "{}", page.body);
    UserId::parse(page.location().rsplit('/').next().unwrap()).expect("it leads to the account")
}

/// Makes a key by the form; `fields` say its scopes and its end.
pub async fn key(browser: &mut Browser<'_>, base: &str, account: &UserId, fields: &[(&str, &str)]) -> String {
    secret(&send_key(browser, base, account, fields).await)
}

async fn send_key(browser: &mut Browser<'_>, base: &str, account: &UserId, fields: &[(&str, &str)]) -> Page {
    let id = ApiKeyId::new().to_string();
    let mut form = vec![("id", id.as_str()), ("name", "Production")];
    form.extend(fields);
    browser.post(&format!("{base}/users/{account}/keys"), &form).await
}

/// The key that a page shows.
pub fn secret(page: &Page) -> String {
    let mut words = page.body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.find(|word| KEY.fits(word)).unwrap_or_else(|| panic!("no key in {}", page.body)).to_string()
}

async fn a_service_account_is_made_named_and_handed_over(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (olive_id, mut browser) = olive(app, &acme, "acme").await;
    let grace = local(app, &acme, "Grace", Level::Member).await;
    assert_says(&browser.get("/o/acme/service-accounts").await, "No service accounts yet");
    let page = browser.get("/o/acme/service-accounts/new").await;
    assert!(page.body.contains("value=\"olive@example.com\""), "whoever makes it answers for it: {}", page.body);
    let id = account(&mut browser, "/o/acme", "Billing import").await;
    let user = find(app, &acme, &id).await;
    assert!(user.is_service() && user.answerable == Some(olive_id.clone()));
    assert_eq!((user.level, user.user_name.as_str(), user.email), (Level::Member, "billing-import", None));
    let created = app.events().await.pop().unwrap();
    assert_eq!((created.kind.as_str(), &created.after.unwrap()["kind"]), ("user.created", &json!("service")));
    assert_says(&browser.get("/o/acme/service-accounts").await, "Billing import");
    assert!(!browser.get("/o/acme/users").await.body.contains("Billing import"), "the list of people has people");
    // A second one of that name has a userName of its own.
    let second = account(&mut browser, "/o/acme", "Billing import").await;
    assert_eq!(find(app, &acme, &second).await.user_name, "billing-import-2");

    let seen = app.events().await.len();
    let path = format!("/o/acme/service-accounts/{id}/edit");
    let page = browser.post(&path, &[("name", ""), ("answerable", "nobody@example.com")]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Enter a name");
    assert_says(&page, "Nobody here who may sign in has this userName or address.");
    assert!(page.body.contains("value=\"nobody@example.com\""), "what was typed is kept");
    let page = browser.post(&path, &[("name", "Billing"), ("answerable", "GRACE@example.com")]).await;
    assert_eq!((page.status.as_u16(), page.location()), (303, format!("/o/acme/users/{id}")));
    assert_eq!(app.kinds_since(seen).await, ["user.updated", "user.answerable_changed"]);
    let handed = app.events().await.pop().unwrap();
    assert_eq!(handed.before.unwrap()["answerable"]["id"], json!(olive_id));
    assert_eq!(handed.after.unwrap()["answerable"], json!({ "id": grace, "name": "Grace" }));
    assert_says(&browser.get(&format!("/o/acme/users/{grace}")).await, "Grace answers for 1 service account.");
    // The same again is no event.
    browser.post(&path, &[("name", "Billing"), ("answerable", grace.as_str())]).await;
    assert_eq!(app.events().await.len(), seen + 2);
}

async fn a_person_must_answer_for_it(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let first = account(&mut browser, "/o/acme", "CI").await;
    let gone = local(app, &acme, "Gone", Level::Member).await;
    let mut tx = app.db.write().await.unwrap();
    suspend(&mut tx, &Actor::CommandLine, &acme, &gone, "").await.unwrap();
    tx.commit().await.unwrap();
    let stranger = local(app, &other, "Stranger", Level::Member).await;
    for nobody in ["", "ghost@example.com", "gone@example.com", stranger.as_str(), first.as_str()] {
        let page = browser.post("/o/acme/service-accounts/new", &[("name", "X"), ("answerable", nobody)]).await;
        assert_eq!(page.status, 422, "{nobody}");
    }
    local(app, &acme, "Grace", Level::Member).await;
    app.execute("UPDATE users SET email_key = 'olive@example.com' WHERE display_name = 'Grace'").await;
    let page =
        browser.post("/o/acme/service-accounts/new", &[("name", "X"), ("answerable", "olive@example.com")]).await;
    assert_says(&page, "Several people here are called so.");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE kind = 'service'").await, 1);
}

async fn when_the_person_loses_access_the_account_is_listed_for_another_to_take(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (olive_id, mut browser) = olive(app, &acme, "acme").await;
    let grace = local(app, &acme, "Grace", Level::Member).await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    browser
        .post(&format!("/o/acme/service-accounts/{id}/edit"), &[("name", "CI"), ("answerable", grace.as_str())])
        .await;
    let without = async || {
        let mut tx = app.db.read().await.unwrap();
        service::without_answerable(&mut tx, &acme).await.unwrap().len()
    };
    assert_eq!(without().await, 0);
    // Deactivated by whoever manages her; suspended here; deleted: each takes it.
    for (taken, given) in
        [("idp_active = FALSE", "idp_active = TRUE"), ("deleted_at = '2026-11-22T12:00:00.000Z'", "deleted_at = NULL")]
    {
        app.execute(&format!("UPDATE users SET {taken} WHERE id = '{grace}'")).await;
        assert_eq!(without().await, 1, "{taken}");
        app.execute(&format!("UPDATE users SET {given} WHERE id = '{grace}'")).await;
        assert_eq!(without().await, 0, "{given}");
    }
    let secret = key(&mut browser, "/o/acme", &id, &[]).await;
    browser.post(&format!("/o/acme/users/{grace}/suspend"), &[]).await;
    assert_eq!(without().await, 1);
    assert_says(&browser.get("/o/acme").await, "Nobody answers for the service account CI any more.");
    let page = browser.get("/o/acme/service-accounts").await;
    assert_says(&page, "Grace, who may not sign in any more");
    assert_eq!(get(app, "/me", &secret).await.status, 200, "it goes on meanwhile");
    let page = browser.post(&format!("/o/acme/service-accounts/{id}/take-over"), &[]).await;
    assert_eq!(page.status, 303);
    assert_says(&browser.get("/o/acme/service-accounts").await, "You answer for CI now.");
    assert_eq!((find(app, &acme, &id).await.answerable, without().await), (Some(olive_id), 0));
    assert_eq!(app.events().await.pop().unwrap().kind, "user.answerable_changed");
    // Coming back does not bring it back.
    browser.post(&format!("/o/acme/users/{grace}/lift"), &[]).await;
    assert_ne!(find(app, &acme, &id).await.answerable, Some(grace));
}

async fn a_service_account_signs_in_nowhere_and_has_no_level(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    let mut tx = app.db.write().await.unwrap();
    for level in [Level::Admin, Level::Owner] {
        let refused = change_level(&mut tx, &Actor::CommandLine, &acme, &id, level).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    }
    let refused = invitations::make_link(&mut tx, &Actor::CommandLine, &acme, &id).await;
    assert!(matches!(refused, Err(Error::Conflict(_))));
    drop(tx);
    assert_eq!(browser.post(&format!("/o/acme/users/{id}/level"), &[("level", "owner")]).await.status, 422);
    assert_eq!(browser.post(&format!("/o/acme/users/{id}/password-link"), &[]).await.status, 409);
    let page = browser.get(&format!("/o/acme/users/{id}")).await;
    assert_says(&page, "Service account");
    for absent in ["password-link", "Change level", "sessions/end-all"] {
        assert!(!page.body.contains(absent), "{absent}");
    }
    // Not even where a password stood in the table.
    let hash = muster::sessions::password::hash("tundra-violin-ketchup".to_string().into()).await.unwrap();
    let mut tx = app.db.write().await.unwrap();
    muster::sessions::password::store(&mut tx, &id, &hash).await.unwrap();
    tx.commit().await.unwrap();
    let form = [("email", "ci"), ("password", "tundra-violin-ketchup")];
    let page = Browser::new(app).post("/sign-in/acme", &form).await;
    assert_eq!(page.status, 403, "{}", page.body);
    assert_says(&page, "a program, which signs in nowhere");
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = '{id}'")).await, 0);
}

async fn a_key_is_shown_once_kept_as_a_hash_and_listed_by_its_prefix(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    assert_says(&browser.get(&format!("/o/acme/users/{id}/keys/new")).await, "Make an API key");
    let path = format!("/o/acme/users/{id}/keys");
    let key_id = ApiKeyId::new().to_string();
    let form = [("id", key_id.as_str()), ("name", "Production"), ("users_read", "on"), ("expires", "90-days")];
    let page = browser.post(&path, &form).await;
    assert_eq!((page.status.as_u16(), &page.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    let secret = secret(&page);
    assert!(secret.starts_with("muster_key_"));
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM api_keys WHERE hash = '{secret}'")).await, 0);
    let digest = muster::vault::digest(&secret);
    assert_eq!(app.count(&format!("SELECT COUNT(*) FROM api_keys WHERE hash = '{digest}'")).await, 1);
    for event in app.events().await {
        assert!(!format!("{event:?}").contains(&secret), "no secrets in events");
    }
    // The same form again makes nothing, and shows nothing.
    let page = browser.post(&path, &form).await;
    assert_eq!(page.status, 422);
    assert!(!page.body.contains(&secret));
    assert_eq!(app.count("SELECT COUNT(*) FROM api_keys").await, 1);
    let page = browser.get(&format!("/o/acme/users/{id}")).await;
    assert!(!page.body.contains(&secret) && page.body.contains(&secret[..18]), "the prefix tells keys apart");
    assert_says(&page, "users:read");
    assert_says(&page, "20 Feb 2027");
    assert_eq!(get(app, "/me", &secret).await.status, 200);
    let used = format!("SELECT COUNT(*) FROM api_keys WHERE last_used_at = '{}'", app.clock.now());
    assert_eq!(app.count(&used).await, 1);
    let after = app.events().await.into_iter().find(|event| event.kind == "api_key.created").unwrap().after.unwrap();
    assert_eq!(after["scopes"], json!(["users:read"]));
    assert_eq!(after["prefix"], json!(&secret[..18]));
}

async fn a_key_ends_by_a_click_on_its_day_or_with_the_access(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    let path = format!("/o/acme/users/{id}");
    let status = async |secret: &str| get(app, "/me", secret).await.status;
    // By a click.
    let secret = key(&mut browser, "/o/acme", &id, &[]).await;
    let key_id: (String,) = {
        let mut tx = app.db.read().await.unwrap();
        muster::db::sql("SELECT id FROM api_keys").one(&mut tx).await.unwrap()
    };
    assert_eq!(status(&secret).await, 200);
    browser.post(&format!("{path}/keys/{}/revoke", key_id.0), &[]).await;
    assert_eq!(status(&secret).await, 401);
    assert_eq!(app.events().await.pop().unwrap().kind, "api_key.revoked");
    assert_says(&browser.get(&path).await, "Revoked");
    // On its day.
    let secret = key(&mut browser, "/o/acme", &id, &[("expires", "date"), ("expires_on", "2026-11-22")]).await;
    app.clock.advance(time::Duration::hours(12) - time::Duration::milliseconds(1));
    assert_eq!(status(&secret).await, 200, "to the last millisecond");
    app.clock.advance(time::Duration::milliseconds(1));
    assert_eq!(status(&secret).await, 401);
    // With the access: for good, in the same transaction, and the event says how many.
    let actor = acting(app, &acme, &local(app, &acme, "Adam", Level::Admin).await).await;
    let mut browser = {
        let mut again = Browser::new(app);
        again.sign_in("acme", "olive@example.com", super::pages::PASSWORD).await;
        again
    };
    let secret = key(&mut browser, "/o/acme", &id, &[]).await;
    let mut tx = app.db.write().await.unwrap();
    let ended = suspend(&mut tx, &actor, &acme, &id, "").await.unwrap().ended;
    assert_eq!((ended.api_keys, ended.in_words().as_str()), (1, "0 sessions and 1 API key"));
    tx.commit().await.unwrap();
    let suspended = app.events().await.pop().unwrap();
    assert_eq!((suspended.kind.as_str(), &suspended.after.unwrap()["api_keys_ended"]), ("user.suspended", &json!(1)));
    assert_eq!(status(&secret).await, 401);
    // A key made now would open nothing.
    assert_eq!(send_key(&mut browser, "/o/acme", &id, &[]).await.status, 422);
    let mut tx = app.db.write().await.unwrap();
    lift_suspension(&mut tx, &actor, &acme, &id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(status(&secret).await, 401, "coming back restores roles, never a key");
    let secret = key(&mut browser, "/o/acme", &id, &[]).await;
    assert_eq!(status(&secret).await, 200);
    // Deleted, it is gone with its keys.
    let page = browser.get(&format!("{path}/delete")).await;
    assert_says(&page, "Ends 0 sessions and 1 API key");
    let page = browser.post(&format!("{path}/delete"), &[("name", "CI")]).await;
    assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/o/acme/service-accounts"));
    assert_eq!(status(&secret).await, 401);
    assert_eq!(browser.get(&path).await.status, 404);
}

async fn only_admins_make_keys_and_only_of_service_accounts(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let (olive_id, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    let page = send_key(&mut browser, "/o/acme", &olive_id, &[]).await;
    assert_eq!(page.status, 422, "people have no keys");
    assert_eq!(browser.get(&format!("/o/acme/users/{olive_id}/keys/new")).await.status, 404);
    let page = browser.post(&format!("/o/acme/users/{id}/keys"), &[("id", ApiKeyId::new().as_str())]).await;
    assert_eq!(page.status, 422);
    assert_says(&page, "Say what the key is for");
    let stranger = acting(app, &other, &local(app, &other, "Stranger", Level::Owner).await).await;
    let mia = acting(app, &acme, &local(app, &acme, "Mia", Level::Member).await).await;
    let account = find(app, &acme, &id).await;
    let form = muster::api_keys::KeyForm { id: ApiKeyId::new().to_string(), name: "x".into(), ..Default::default() };
    let mut tx = app.db.write().await.unwrap();
    let made = muster::api_keys::create(&mut tx, &stranger, &account, &form).await;
    assert!(matches!(made, Err(Error::NotFound(_))));
    let made = muster::api_keys::create(&mut tx, &mia, &account, &form).await;
    assert!(matches!(made, Err(Error::Forbidden(_))));
    let made = service::create(&mut tx, &stranger, &acme, &Default::default()).await;
    assert!(matches!(made, Err(Error::NotFound(_))));
    drop(tx);
    assert_eq!(app.count("SELECT COUNT(*) FROM api_keys").await, 0);
}

async fn an_api_key_changes_nothing_and_makes_nobody_an_owner(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let mia = local(app, &acme, "Mia", Level::Member).await;
    let actor = Actor::Key {
        key: ApiKeyId::new(),
        user: UserId::new(),
        organization: acme.clone(),
        name: "CI (API key Production)".into(),
    };
    assert_eq!((actor.kind(), actor.name()), ("api-key", "CI (API key Production)"));
    assert!(actor.require_reader(&acme).is_ok());
    assert!(matches!(actor.require_reader(&other), Err(Error::NotFound(_))));
    assert!(matches!(actor.require_admin(&acme), Err(Error::Forbidden(_))));
    assert!(matches!(actor.require_admin(&other), Err(Error::NotFound(_))));
    let mut tx = app.db.write().await.unwrap();
    for level in [Level::Admin, Level::Owner] {
        assert!(matches!(change_level(&mut tx, &actor, &acme, &mia, level).await, Err(Error::Forbidden(_))));
    }
    assert!(matches!(suspend(&mut tx, &actor, &acme, &mia, "").await, Err(Error::Forbidden(_))));
    drop(tx);
    assert_eq!(find(app, &acme, &mia).await.level, Level::Member);
}

async fn for_a_directory_service_accounts_do_not_exist(app: &TestApp) {
    let scim = app.directory("okta").await;
    let (slug, acme): (&str, OrganizationId) = ("organization-of-okta", scim.organization.clone());
    let (_, mut browser) = olive(app, &acme, slug).await;
    let id = account(&mut browser, &format!("/o/{slug}"), "ci").await;
    scim.get(&format!("/Users/{id}")).await.refused(404, "");
    assert_eq!(scim.find("/Users", "userName eq \"ci\"").await.expect(200).total(), 0);
    assert!(!scim.get("/Users").await.expect(200).ids().contains(&id.to_string()));
    let pushed = scim.user("ci").await;
    assert_ne!(pushed, id.to_string(), "in conflict with nothing");
    scim.post("/Groups", json!({ "displayName": "G", "members": [{ "value": id }] }))
        .await
        .refused(400, "invalidValue");
}

async fn a_service_account_holds_roles_as_people_do(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "CI").await;
    let group = super::group(app, &acme, "Robots").await;
    super::join(app, &group, "user", id.as_str()).await;
    browser.post("/o/acme/roles/new", &[("name", "Deployer"), ("permissions", "deploy:run")]).await;
    let role: (String,) = {
        let mut tx = app.db.read().await.unwrap();
        muster::db::sql("SELECT id FROM roles").one(&mut tx).await.unwrap()
    };
    browser.post(&format!("/o/acme/roles/{}/groups", role.0), &[("group_id", group.as_str())]).await;
    assert_says(&browser.get(&format!("/o/acme/users/{id}")).await, "through Robots");
    let secret = key(&mut browser, "/o/acme", &id, &[]).await;
    let me = get(app, "/me", &secret).await;
    assert_eq!(me.body["roles"][0]["key"], json!("deployer"), "{}", me.body);
    refused(&get(app, "/users/x", &secret).await, 403, "missing_scope");
}

on_both!(
    a_service_account_is_made_named_and_handed_over,
    a_person_must_answer_for_it,
    when_the_person_loses_access_the_account_is_listed_for_another_to_take,
    a_service_account_signs_in_nowhere_and_has_no_level,
    a_key_is_shown_once_kept_as_a_hash_and_listed_by_its_prefix,
    a_key_ends_by_a_click_on_its_day_or_with_the_access,
    only_admins_make_keys_and_only_of_service_accounts,
    an_api_key_changes_nothing_and_makes_nobody_an_owner,
    for_a_directory_service_accounts_do_not_exist,
    a_service_account_holds_roles_as_people_do,
);
