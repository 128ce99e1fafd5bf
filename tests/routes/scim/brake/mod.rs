//! The brake, as an identity provider meets it: what is counted, what is refused, what is kept, and what goes on.

mod closed;
mod counting;

use crate::support::{Answer, ScimClient, TestApp};
use muster::access::roles::{self, RoleForm};
use muster::actor::{Actor, Level};
use muster::db::sql;
use muster::directory::Source;
use muster::directory::users::{self, NewUser};
use muster::id::{GroupId, RoleId, UserId};
use serde_json::{Value, json};
use time::Duration;

/// Adds so many people to the directory, who have been active for eleven minutes.
pub async fn crowd(app: &TestApp, okta: &ScimClient, number: usize) -> Vec<String> {
    let ids = newcomers(app, okta, number).await;
    app.clock.advance(Duration::minutes(11));
    ids
}

/// Adds people who are active from now on.
pub async fn newcomers(app: &TestApp, okta: &ScimClient, number: usize) -> Vec<String> {
    let mut ids = Vec::new();
    let mut tx = app.db.write().await.unwrap();
    for n in 0..number {
        let user_name = format!("person{n}@{}.example", UserId::new());
        let document =
            json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name, "active": true });
        let new = NewUser {
            organization_id: okta.organization.clone(),
            source: Source::Directory(okta.directory.clone()),
            external_id: None,
            display_name: Some(format!("Person {n}")),
            given_name: None,
            family_name: None,
            email: None,
            user_name,
            level: Level::Member,
            operator: false,
            idp_active: true,
            document: document.as_object().unwrap().clone(),
        };
        ids.push(users::insert(&mut tx, &new).await.unwrap().to_string());
    }
    tx.commit().await.unwrap();
    ids
}

pub async fn deactivate(okta: &ScimClient, id: &str) -> Answer {
    okta.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "value": { "active": false } }])).await
}

/// Deactivates them one after the other, and says how many were let through.
pub async fn deactivate_all(okta: &ScimClient, people: &[String]) -> usize {
    let mut through = 0;
    for id in people {
        through += usize::from(deactivate(okta, id).await.status == 200);
    }
    through
}

/// The limit of a small directory is crossed: ten people are gone, and the eleventh is held back.
pub async fn close(okta: &ScimClient, people: &[String]) {
    assert_eq!(deactivate_all(okta, &people[..11]).await, 10);
}

/// Adds a role, and gives it to the group.
pub async fn role_for(app: &TestApp, okta: &ScimClient, name: &str, group: &str) -> RoleId {
    let mut tx = app.db.write().await.unwrap();
    let form = RoleForm { name: name.into(), ..RoleForm::default() };
    let role = roles::create(&mut tx, &Actor::System, &okta.organization, &form).await.unwrap();
    let group = GroupId::parse(group).unwrap();
    roles::attach_to_group(&mut tx, &Actor::System, &okta.organization, &role, &group).await.unwrap();
    tx.commit().await.unwrap();
    role
}

/// A group with these people, whose only role it gives.
pub async fn team(app: &TestApp, okta: &ScimClient, name: &str, people: &[String]) -> String {
    let group = okta.group(name, &people.iter().map(String::as_str).collect::<Vec<_>>()).await;
    role_for(app, okta, &format!("Role of {name}"), &group).await;
    group
}

pub fn members(people: &[String]) -> Value {
    people.iter().map(|id| json!({ "value": id })).collect()
}

/// What waits, in order: method, resource, how often it was asked.
pub async fn pending(app: &TestApp) -> Vec<(String, String, i64)> {
    let mut tx = app.db.read().await.unwrap();
    sql("SELECT method, resource_id, times FROM brake_changes ORDER BY directory_id, place").all(&mut tx).await.unwrap()
}

pub async fn is_closed(app: &TestApp, okta: &ScimClient) -> bool {
    let closed =
        format!("SELECT COUNT(*) FROM brakes WHERE directory_id = '{}' AND closed_at IS NOT NULL", okta.directory);
    app.count(&closed).await == 1
}

pub async fn active(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM users WHERE deleted_at IS NULL AND idp_active = TRUE").await
}
