//! Local people and a directory: what its token sees, and how it takes them over (identity.md, "What a directory's token can
//! see and take over", "Sources of users", "Leavers").

use muster::actor::Level;
use muster::db::sql;
use muster::id::{ConnectionId, RoleId, UserId};
use serde_json::{Value, json};

use crate::routes::o::{acting, find, group, join, local, password};
use crate::support::sign_in::enrol;
use crate::support::{Answer, ScimClient, TestApp, on_both};

/// Okta at an organization that has proven example.com, where everybody local has an address.
async fn verified(app: &TestApp) -> ScimClient {
    let okta = app.directory("okta").await;
    app.verified_domain(&okta.organization, "example.com").await;
    okta
}

fn ada(rest: Value) -> Value {
    let mut body =
        json!({ "userName": "ada@example.com", "externalId": "00u1", "name": { "formatted": "Ada Lovelace" } });
    body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    body
}

async fn direct_role(app: &TestApp, okta: &ScimClient, user: &UserId) -> RoleId {
    let role = RoleId::new();
    let mut tx = app.db.write().await.unwrap();
    let now = tx.now();
    sql("INSERT INTO roles (id, organization_id, name, name_key, key, description, permissions, created_at, updated_at) \
         VALUES ($1, $2, 'Editor', 'editor', 'editor', '', '[]', $3, $3)")
    .bind(&role)
    .bind(&okta.organization)
    .bind(&now)
    .run(&mut tx)
    .await
    .unwrap();
    sql("INSERT INTO grants (id, organization_id, role_id, user_id, origin, granted_by, created_at) \
         VALUES ($1, $2, $3, $4, 'direct', 'Olive', $5)")
    .bind(UserId::new().to_string())
    .bind(&okta.organization)
    .bind(&role)
    .bind(user)
    .bind(&now)
    .run(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    role
}

async fn source(app: &TestApp, id: &str) -> String {
    let mut tx = app.db.read().await.unwrap();
    let row: (String,) = sql("SELECT source FROM users WHERE id = $1").bind(id).one(&mut tx).await.unwrap();
    row.0
}

async fn waiting(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM adoptions WHERE state = 'pending'").await
}

async fn switch_off(app: &TestApp) {
    app.execute("UPDATE directories SET take_over_local = FALSE").await;
}

/// What an admin's click on the page comes to.
async fn confirm(app: &TestApp, okta: &ScimClient, by: &UserId) -> muster::error::Result<()> {
    let actor = acting(app, &okta.organization, by).await;
    let mut tx = app.db.write().await.unwrap();
    let (id, connection): (muster::id::AdoptionId, ConnectionId) =
        sql("SELECT a.id, d.connection_id FROM adoptions a JOIN directories d ON d.id = a.directory_id ORDER BY a.id LIMIT 1")
            .one(&mut tx)
            .await
            .unwrap();
    let organization = &okta.organization;
    muster::directory::users::adoption::confirm(&mut tx, &actor, organization, &connection, &id).await?;
    tx.commit().await
}

async fn local_members_and_admins_are_found_looked_up_and_listed(app: &TestApp) {
    let okta = app.directory("okta").await;
    let mia = local(app, &okta.organization, "Mia", Level::Member).await;
    let adam = local(app, &okta.organization, "Adam", Level::Admin).await;
    let own = okta.user("own@example.com").await;
    let read = okta.get(&format!("/Users/{mia}")).await.expect(200);
    assert_eq!((&read.body["userName"], &read.body["displayName"]), (&json!("mia@example.com"), &json!("Mia")));
    assert_eq!((&read.body["active"], &read.body["emails"][0]["value"]), (&json!(true), &json!("mia@example.com")));
    assert_eq!(read.body.get("externalId"), None);

    let mut all = vec![mia.to_string(), adam.to_string(), own.clone()];
    all.sort();
    let list = okta.get("/Users").await.expect(200);
    assert_eq!((list.total(), list.ids()), (3, all.clone()), "in the order of ids, as ever");
    assert_eq!(okta.get("/Users?startIndex=2&count=1").await.ids(), [all[1].clone()]);
    let page = okta.get("/Users?cursor=&count=2").await.expect(200);
    assert_eq!(page.ids(), all[..2]);
    let next = page.body["nextCursor"].as_str().unwrap();
    assert_eq!(okta.get(&format!("/Users?cursor={next}&count=2")).await.expect(200).ids(), all[2..]);
    for filter in ["userName eq \"MIA@example.com\"", "emails.value eq \"mia@example.com\"", "displayName sw \"mi\""] {
        assert_eq!(okta.find("/Users", filter).await.ids(), [mia.to_string()], "{filter}");
    }
    let sorted = okta.get("/Users?sortBy=userName").await.expect(200);
    assert_eq!(sorted.ids(), [adam.to_string(), mia.to_string(), own]);
}

async fn owners_and_operators_do_not_exist_for_a_directory(app: &TestApp) {
    let okta = verified(app).await;
    let olive = local(app, &okta.organization, "Olive", Level::Owner).await;
    let operator = local(app, &okta.organization, "Orin", Level::Admin).await;
    app.execute(&format!("UPDATE users SET operator = TRUE WHERE id = '{operator}'")).await;
    assert_eq!(okta.get("/Users").await.total(), 0, "not listed");
    for (hidden, name) in [(&olive, "olive@example.com"), (&operator, "orin@example.com")] {
        let path = format!("/Users/{hidden}");
        okta.get(&path).await.refused(404, "");
        okta.put(&path, json!({ "userName": name })).await.refused(404, "");
        okta.patch(&path, json!([{ "op": "replace", "value": { "title": "x" } }])).await.refused(404, "");
        okta.delete(&path).await.refused(404, "");
        assert_eq!(okta.find("/Users", &format!("userName eq \"{name}\"")).await.total(), 0, "not matched");
        let made = okta.post("/Users", json!({ "userName": name, "emails": [{ "value": name }] })).await.expect(201);
        assert_ne!(made.id(), hidden.to_string(), "not adopted, and in conflict with nothing");
        assert_eq!(source(app, hidden.as_str()).await, "local");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM adoptions").await, 0);
}

async fn local_people_of_another_organization_are_not_seen(app: &TestApp) {
    let okta = app.directory("okta").await;
    let other = app.organization("Other").await;
    let stranger = local(app, &other, "Stranger", Level::Member).await;
    assert_eq!(okta.get("/Users").await.total(), 0);
    okta.get(&format!("/Users/{stranger}")).await.refused(404, "");
    okta.post("/Users", json!({ "userName": "stranger@example.com" })).await.expect(201);
}

async fn with_the_switch_off_there_are_no_local_people(app: &TestApp) {
    let okta = verified(app).await;
    let mia = local(app, &okta.organization, "Mia", Level::Member).await;
    switch_off(app).await;
    okta.get(&format!("/Users/{mia}")).await.refused(404, "");
    assert_eq!(okta.find("/Users", "userName eq \"mia@example.com\"").await.total(), 0);
    let made = okta.user("mia@example.com").await;
    assert_ne!(made, mia.to_string());
    assert_eq!((source(app, mia.as_str()).await.as_str(), waiting(app).await), ("local", 0));
}

async fn a_create_adopts_a_member_of_a_verified_domain(app: &TestApp) {
    let okta = verified(app).await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    let role = direct_role(app, &okta, &mine).await;
    let team = group(app, &okta.organization, "Team").await;
    join(app, &team, "user", mine.as_str()).await;
    password(app, &mine).await;
    enrol(app, &okta.organization, &mine).await;
    app.session(mine.as_str()).await;
    let seen = app.events().await.len();

    let adopted = okta.post("/Users", ada(json!({ "title": "Countess" }))).await.expect(201);
    assert_eq!(adopted.id(), mine.to_string(), "the same id");
    assert_eq!(adopted.body["title"], "Countess", "the profile is the document's");
    let user = find(app, &okta.organization, &mine).await;
    assert_eq!((user.level, user.display_name.as_str()), (Level::Member, "Ada Lovelace"));
    assert_eq!(user.source.to_string(), format!("directory:{}", okta.directory));
    let kept = app.count(&format!("SELECT COUNT(*) FROM grants WHERE user_id = '{mine}' AND role_id = '{role}'")).await;
    assert_eq!(kept, 1, "the same direct roles");
    assert_eq!(app.count("SELECT COUNT(*) FROM memberships").await, 1);
    for gone in ["sessions WHERE user_id IS NOT NULL", "passwords", "second_factors", "recovery_codes"] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {gone}")).await, 0, "{gone}");
    }
    let events = app.events().await.split_off(seen);
    let event = events.iter().find(|event| event.kind == "user.adopted").expect("an event");
    assert_eq!(event.before.as_ref().unwrap()["source"], "local");
    let after = event.after.as_ref().unwrap();
    assert_eq!(after["source"], format!("directory:{}", okta.directory));
    assert_eq!((&after["sessions_ended"], &after["password_removed"]), (&json!(1), &json!(true)));
    assert_eq!(after["second_factor_removed"], json!(true));
    // From now on they are one of its own.
    okta.post("/Users", ada(json!({}))).await.refused(409, "uniqueness");
    let found = okta.find("/Users", "externalId eq \"00u1\"").await;
    assert_eq!(found.ids(), [mine.to_string()]);
    assert_eq!(okta.find("/Users", "userName eq \"ada@example.com\"").await.ids(), [mine.to_string()]);
}

async fn links_and_what_they_made_are_revoked_with_an_adoption(app: &TestApp) {
    let okta = verified(app).await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    app.execute(&format!(
        "INSERT INTO single_use_links (id, user_id, purpose, hash, created_at, expires_at) VALUES ('{}', '{mine}', \
         'invitation', 'h', '2026-11-22T12:00:00.000Z', '2026-11-29T12:00:00.000Z')",
        UserId::new()
    ))
    .await;
    okta.post("/Users", ada(json!({}))).await.expect(201);
    assert_eq!(app.count("SELECT COUNT(*) FROM single_use_links").await, 0);
    let event = app.events().await.into_iter().find(|event| event.kind == "user.adopted").unwrap();
    assert_eq!(event.after.unwrap()["links_ended"], json!(1));
}

async fn the_first_put_adopts(app: &TestApp) {
    let okta = verified(app).await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    let path = format!("/Users/{mine}");
    let answer = okta.put(&path, ada(json!({}))).await.expect(200);
    assert_eq!((answer.id(), answer.body["externalId"].as_str()), (mine.to_string(), Some("00u1")));
    assert_eq!(source(app, mine.as_str()).await, format!("directory:{}", okta.directory));
    let seen = app.events().await.len();
    okta.put(&path, ada(json!({}))).await.expect(200);
    assert_eq!(app.kinds_since(seen).await, [] as [&str; 0], "the second is an ordinary one");
}

async fn the_first_patch_adopts(app: &TestApp) {
    let okta = verified(app).await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    let path = format!("/Users/{mine}");
    okta.patch(&path, json!([{ "op": "add", "path": "externalId", "value": "00u1" }])).await.expect(200);
    assert_eq!(source(app, mine.as_str()).await, format!("directory:{}", okta.directory));
    let read = okta.get(&path).await;
    assert_eq!((&read.body["displayName"], &read.body["externalId"]), (&json!("Ada"), &json!("00u1")));
}

async fn a_patch_that_deactivates_adopts_and_takes_the_access(app: &TestApp) {
    let okta = verified(app).await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    let seen = app.events().await.len();
    let path = format!("/Users/{mine}");
    okta.patch(&path, json!([{ "op": "replace", "value": { "active": false } }])).await.expect(200);
    assert!(!find(app, &okta.organization, &mine).await.may_sign_in());
    assert_eq!(app.kinds_since(seen).await, ["user.adopted", "user.deactivated"]);
}

async fn the_primary_address_matches_as_well_as_the_user_name(app: &TestApp) {
    let okta = verified(app).await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    let by_name = local(app, &okta.organization, "Bob", Level::Member).await;
    let body = json!({ "userName": "alovelace", "emails": [
        { "value": "other@example.com" }, { "value": "ADA@Example.com", "primary": true },
    ] });
    assert_eq!(okta.post("/Users", body).await.expect(201).id(), mine.to_string());
    let folded = okta.post("/Users", json!({ "userName": "BOB@example.com" })).await.expect(201);
    assert_eq!(folded.id(), by_name.to_string());
}

async fn more_than_one_hit_adopts_nobody_and_nothing_waits(app: &TestApp) {
    let okta = verified(app).await;
    let one = local(app, &okta.organization, "Ada", Level::Member).await;
    let other = local(app, &okta.organization, "Eve", Level::Member).await;
    let body = ada(json!({ "emails": [{ "value": "eve@example.com", "primary": true }] }));
    let detail = okta.post("/Users", body).await.refused(409, "uniqueness");
    assert!(detail.contains("2 local people") && detail.contains("nothing was changed"), "{detail}");
    assert_eq!((source(app, one.as_str()).await, source(app, other.as_str()).await), ("local".into(), "local".into()));
    assert_eq!(app.count("SELECT COUNT(*) FROM adoptions").await, 0);
}

async fn without_a_verified_domain_a_create_waits_for_an_admin(app: &TestApp) {
    let okta = app.directory("okta").await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    let olive = local(app, &okta.organization, "Olive", Level::Owner).await;
    password(app, &mine).await;
    let detail = okta.post("/Users", ada(json!({}))).await.refused(409, "uniqueness");
    for said in
        ["is not verified", "nothing was changed", "Connections → Acme okta → Pending", "Tasks → Retry", "Entra"]
    {
        assert!(detail.contains(said), "{said} in {detail}");
    }
    assert_eq!(source(app, mine.as_str()).await, "local");
    assert_eq!(app.count("SELECT COUNT(*) FROM passwords").await, 1);
    let kept = "SELECT COUNT(*) FROM adoptions WHERE user_name = 'ada@example.com' AND external_id = '00u1' AND state = 'pending'";
    assert_eq!(app.count(kept).await, 1);
    // Asking again is no second request and no second event.
    okta.post("/Users", ada(json!({}))).await.refused(409, "uniqueness");
    okta.put(&format!("/Users/{mine}"), ada(json!({}))).await.refused(409, "uniqueness");
    assert_eq!(app.count("SELECT COUNT(*) FROM adoptions").await, 1);
    assert_eq!(app.kinds_since(0).await, ["user.adoption_asked"]);

    confirm(app, &okta, &olive).await.unwrap();
    assert_eq!(source(app, mine.as_str()).await, "local", "the click alone changes nothing");
    assert_eq!(okta.post("/Users", ada(json!({}))).await.expect(201).id(), mine.to_string());
    assert_eq!(app.count("SELECT COUNT(*) FROM adoptions WHERE state = 'done' AND decided_by IS NOT NULL").await, 1);
    assert_eq!(app.kinds_since(0).await, ["user.adoption_asked", "user.adoption_confirmed", "user.adopted"]);
}

async fn a_domain_that_another_organization_has_proven_opens_nothing(app: &TestApp) {
    let okta = app.directory("okta").await;
    let other = app.organization("Other").await;
    app.verified_domain(&other, "example.com").await;
    local(app, &okta.organization, "Ada", Level::Member).await;
    okta.post("/Users", ada(json!({}))).await.refused(409, "uniqueness");
}

async fn an_admin_always_needs_the_click_of_another(app: &TestApp) {
    let okta = verified(app).await;
    let adam = local(app, &okta.organization, "Adam", Level::Admin).await;
    let other = local(app, &okta.organization, "Zoe", Level::Admin).await;
    let body = || json!({ "userName": "adam@example.com", "externalId": "00u2" });
    let detail = okta.post("/Users", body()).await.refused(409, "uniqueness");
    assert!(detail.contains("another admin confirms it"), "{detail}");
    let refusal = confirm(app, &okta, &adam).await.unwrap_err().to_string();
    assert!(refusal.contains("Nobody hands their own admin account"), "{refusal}");
    okta.post("/Users", body()).await.refused(409, "uniqueness");
    confirm(app, &okta, &other).await.unwrap();
    let by = format!("SELECT COUNT(*) FROM adoptions WHERE decided_by = '{other}' AND decided_by_name = 'Zoe'");
    assert_eq!(app.count(&by).await, 1, "who it was is written down");
    assert_eq!(okta.post("/Users", body()).await.expect(201).id(), adam.to_string());
    let user = find(app, &okta.organization, &adam).await;
    assert_eq!((user.level, user.source.is_managed()), (Level::Admin, true), "the same level");
}

async fn no_address_is_rewritten_before_an_adoption_is_allowed(app: &TestApp) {
    let okta = app.directory("okta").await;
    app.verified_domain(&okta.organization, "proven.example").await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    let path = format!("/Users/{mine}");
    let emails = json!([{ "op": "replace", "path": "emails[primary eq true].value", "value": "ada@proven.example" }]);
    okta.patch(&path, emails).await.refused(409, "uniqueness");
    let sent = ada(json!({ "emails": [{ "value": "ada@proven.example", "primary": true }] }));
    okta.put(&path, sent.clone()).await.refused(409, "uniqueness");
    okta.post("/Users", sent).await.refused(409, "uniqueness");
    let user = find(app, &okta.organization, &mine).await;
    assert_eq!((user.email.as_deref(), user.source.is_managed()), (Some("ada@example.com"), false));
    assert_eq!(okta.find("/Users", "emails.value eq \"ada@proven.example\"").await.total(), 0);
}

async fn a_delete_of_a_local_resource_is_403(app: &TestApp) {
    let okta = verified(app).await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    let detail = okta.delete(&format!("/Users/{mine}")).await.refused(403, "");
    assert!(detail.contains("local person") && detail.contains("nothing was changed"), "{detail}");
    assert_eq!(source(app, mine.as_str()).await, "local");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE deleted_at IS NOT NULL").await, 0);
}

async fn a_local_person_becomes_a_member_only_after_the_adoption(app: &TestApp) {
    let okta = verified(app).await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    let team = okta.group("Team", &[]).await;
    let path = format!("/Groups/{team}");
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": mine }] }]);
    okta.patch(&path, add.clone()).await.refused(400, "invalidValue");
    okta.put(&format!("/Users/{mine}"), ada(json!({}))).await.expect(200);
    okta.patch(&path, add).await.expect(200);
    assert_eq!(okta.members(&team).await, [mine.to_string()]);
}

async fn an_operation_of_a_bulk_request_waits_like_any_other(app: &TestApp) {
    let okta = app.directory("okta").await;
    local(app, &okta.organization, "Ada", Level::Member).await;
    let operations = json!([
        { "method": "POST", "path": "/Users", "bulkId": "a", "data": ada(json!({})) },
        { "method": "POST", "path": "/Users", "bulkId": "b", "data": { "userName": "bob@example.com" } },
    ]);
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
    let answer = okta.post("/Bulk", json!({ "schemas": schemas, "Operations": operations })).await.expect(200);
    let statuses: Vec<_> =
        answer.body["Operations"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["409", "201"]);
    assert_eq!(waiting(app).await, 1);
}

async fn what_was_declined_stays_refused_without_asking_again(app: &TestApp) {
    let okta = verified(app).await;
    let mine = local(app, &okta.organization, "Adam", Level::Admin).await;
    let body = || json!({ "userName": "adam@example.com" });
    okta.post("/Users", body()).await.refused(409, "uniqueness");
    app.execute("UPDATE adoptions SET state = 'declined'").await;
    let detail = okta.post("/Users", body()).await.refused(409, "uniqueness");
    assert!(detail.contains("an admin declined it"), "{detail}");
    assert_eq!((waiting(app).await, source(app, mine.as_str()).await.as_str()), (0, "local"));
    let asked = app.kinds_since(0).await.into_iter().filter(|kind| kind == "user.adoption_asked").count();
    assert_eq!(asked, 1);
}

async fn a_link_of_the_same_connection_stays_pinned_at_an_adoption(app: &TestApp) {
    use muster::sso::Provider;
    let acme = crate::support::sign_in::connect(app, Provider::Okta).await;
    app.verified_domain(&acme.organization, "example.com").await;
    let mine = local(app, &acme.organization, "Ada", Level::Member).await;
    acme.idp.person(json!({ "sub": "s-1", "email": "ada@example.com", "email_verified": true }));
    let mut browser = crate::support::browser::Browser::new(app);
    assert_eq!(acme.sign_in(&mut browser).await.location(), "/me", "linked by the address");
    let token = app.token(&acme.directory).await;
    let label = format!("d{}", &acme.directory.as_str()[24..]);
    let okta = app.client(&label, &token, acme.directory.clone(), acme.organization.clone());
    okta.post("/Users", ada(json!({ "externalId": "mallory" }))).await.expect(201);
    let pinned = "SELECT COUNT(*) FROM identities WHERE subject = 's-1' AND pending_subject = 'mallory'";
    assert_eq!(app.count(pinned).await, 1, "another subject waits for a confirmation");
    assert_eq!(find(app, &acme.organization, &mine).await.external_id.as_deref(), Some("mallory"));
}

async fn with_scim_turned_on_the_subject_takes_a_sign_in_person_over(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (grace, connection) = signed_in(app, &okta, "grace", "s-1").await;
    app.session(grace.as_str()).await;
    let seen = app.events().await.len();
    let body = json!({ "userName": "ghopper", "externalId": "s-1", "title": "Admiral" });
    assert_eq!(okta.post("/Users", body).await.expect(201).id(), grace.to_string(), "the same id, without asking");
    assert_eq!(app.kinds_since(seen).await, ["user.taken_over"]);
    let event = app.events().await.pop().unwrap();
    assert_eq!(event.before.unwrap()["source"], format!("sign-in:{connection}"));
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE user_id IS NOT NULL").await, 1, "they stay signed in");
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    let user = find(app, &okta.organization, &grace).await;
    assert_eq!((user.user_name.as_str(), user.title.as_deref()), ("ghopper", Some("Admiral")));
}

async fn then_the_same_user_name_takes_a_sign_in_person_over(app: &TestApp) {
    let okta = app.directory("okta").await;
    let (grace, _) = signed_in(app, &okta, "grace", "s-1").await;
    let body = json!({ "userName": "GRACE", "externalId": "another" });
    assert_eq!(okta.post("/Users", body).await.expect(201).id(), grace.to_string());
    // Not those of another connection.
    let entra = app.directory_of(&okta.organization, "entra").await;
    let (other, _) = signed_in(app, &entra, "eve", "s-2").await;
    assert_ne!(okta.user("eve").await, other.to_string());
}

/// Somebody whom a sign-in through the directory's connection made.
async fn signed_in(app: &TestApp, okta: &ScimClient, name: &str, subject: &str) -> (UserId, ConnectionId) {
    use muster::directory::Source;
    use muster::directory::users::{self, NewUser};
    let mut tx = app.db.write().await.unwrap();
    let (connection,): (ConnectionId,) =
        sql("SELECT connection_id FROM directories WHERE id = $1").bind(&okta.directory).one(&mut tx).await.unwrap();
    let document = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "externalId": subject, "active": true,
    });
    let new = NewUser {
        organization_id: okta.organization.clone(),
        source: Source::SignIn(connection.clone()),
        user_name: name.into(),
        external_id: Some(subject.into()),
        display_name: None,
        given_name: None,
        family_name: None,
        email: None,
        level: Level::Member,
        operator: false,
        idp_active: true,
        document: document.as_object().unwrap().clone(),
    };
    let id = users::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    (id, connection)
}

async fn who_was_deleted_is_linked_as_formerly(app: &TestApp) {
    let okta = app.directory("okta").await;
    let formerly = |id: String| async move {
        let mut tx = app.db.read().await.unwrap();
        let row: (Option<String>,) =
            sql("SELECT formerly_id FROM users WHERE id = $1").bind(id).one(&mut tx).await.unwrap();
        row.0
    };
    let create = |body: Value| okta.post("/Users", body);
    let first = create(json!({ "userName": "ada", "externalId": "1" })).await.expect(201).id();
    assert_eq!(formerly(first.clone()).await, None);
    okta.delete(&format!("/Users/{first}")).await.expect(204);
    let other = create(json!({ "userName": "other", "externalId": "2" })).await.expect(201).id();
    okta.delete(&format!("/Users/{other}")).await.expect(204);
    // The externalId counts before the userName.
    let second = create(json!({ "userName": "other", "externalId": "1" })).await.expect(201).id();
    assert_eq!(formerly(second.clone()).await, Some(first));
    okta.delete(&format!("/Users/{second}")).await.expect(204);
    // Else the userName, and of several the newest.
    let third = create(json!({ "userName": "OTHER" })).await.expect(201);
    assert_eq!(formerly(third.id()).await, Some(second.clone()));
    let created = app.events().await.into_iter().rfind(|event| event.kind == "user.created").unwrap();
    assert_eq!(created.after.unwrap()["formerly"], json!(second));
    // Another directory's leavers are nobody's past.
    let entra = app.directory_of(&okta.organization, "entra").await;
    assert_eq!(formerly(entra.user("ada").await).await, None);
}

async fn local_people_of_an_older_program_get_documents_at_start(app: &TestApp) {
    let okta = app.directory("okta").await;
    let mia = local(app, &okta.organization, "Mia", Level::Member).await;
    app.execute("UPDATE users SET document = '{}'").await;
    app.execute("DELETE FROM attribute_values").await;
    muster::provisioning::bring_up_to_date(&app.db).await.unwrap();
    assert_eq!(okta.find("/Users", "userName eq \"mia@example.com\"").await.ids(), [mia.to_string()]);
    let read: Answer = okta.get(&format!("/Users/{mia}")).await.expect(200);
    assert_eq!((read.body["userName"].as_str(), read.etag().as_str()), (Some("mia@example.com"), "W/\"1\""));
}

async fn two_directories_see_the_same_local_people(app: &TestApp) {
    let okta = verified(app).await;
    let entra = app.directory_of(&okta.organization, "entra").await;
    let mine = local(app, &okta.organization, "Ada", Level::Member).await;
    for directory in [&okta, &entra] {
        assert_eq!(directory.find("/Users", "userName eq \"ada@example.com\"").await.ids(), [mine.to_string()]);
    }
    okta.post("/Users", ada(json!({}))).await.expect(201);
    assert_eq!(entra.find("/Users", "userName eq \"ada@example.com\"").await.total(), 0);
    entra.get(&format!("/Users/{mine}")).await.refused(404, "");
    // The same person in two directories is two users.
    assert_ne!(entra.post("/Users", ada(json!({}))).await.expect(201).id(), mine.to_string());
}

on_both!(
    local_members_and_admins_are_found_looked_up_and_listed,
    owners_and_operators_do_not_exist_for_a_directory,
    local_people_of_another_organization_are_not_seen,
    with_the_switch_off_there_are_no_local_people,
    a_create_adopts_a_member_of_a_verified_domain,
    links_and_what_they_made_are_revoked_with_an_adoption,
    the_first_put_adopts,
    the_first_patch_adopts,
    a_patch_that_deactivates_adopts_and_takes_the_access,
    the_primary_address_matches_as_well_as_the_user_name,
    more_than_one_hit_adopts_nobody_and_nothing_waits,
    without_a_verified_domain_a_create_waits_for_an_admin,
    a_domain_that_another_organization_has_proven_opens_nothing,
    an_admin_always_needs_the_click_of_another,
    no_address_is_rewritten_before_an_adoption_is_allowed,
    a_delete_of_a_local_resource_is_403,
    a_local_person_becomes_a_member_only_after_the_adoption,
    an_operation_of_a_bulk_request_waits_like_any_other,
    what_was_declined_stays_refused_without_asking_again,
    a_link_of_the_same_connection_stays_pinned_at_an_adoption,
    with_scim_turned_on_the_subject_takes_a_sign_in_person_over,
    then_the_same_user_name_takes_a_sign_in_person_over,
    who_was_deleted_is_linked_as_formerly,
    local_people_of_an_older_program_get_documents_at_start,
    two_directories_see_the_same_local_people,
);
