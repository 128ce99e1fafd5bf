//! `/o/{organization}/…`: what admins see and do.

mod brake;
mod break_glass;
pub mod connections;
mod domains;
mod grants;
pub mod invitations;
mod level_mappings;
mod levels;
mod links;
mod local_groups;
mod local_people;
mod moving;
mod operators;
mod ownership;
pub mod pages;
mod pending;
mod release;
mod requests;
mod roles;
mod schemas;
pub mod service_accounts;
mod settings;
mod suspensions;
mod tokens;
mod what_if;

use muster::actor::{Actor, Level};
use muster::db::sql;
use muster::directory::Source;
use muster::directory::users::{self, NewUser, User};
use muster::id::{GroupId, OrganizationId, UserId};

use crate::support::TestApp;

/// Somebody of the organization, with the source and level given.
async fn person(app: &TestApp, organization: &OrganizationId, name: &str, level: Level, source: Source) -> UserId {
    let user_name = format!("{}@example.com", name.to_lowercase());
    let new = NewUser {
        organization_id: organization.clone(),
        source,
        external_id: None,
        display_name: Some(name.into()),
        given_name: None,
        family_name: None,
        email: Some(user_name.clone()),
        user_name,
        level,
        operator: false,
        idp_active: true,
        document: serde_json::Map::new(),
    };
    let mut tx = app.db.write().await.unwrap();
    let id = users::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

pub async fn local(app: &TestApp, organization: &OrganizationId, name: &str, level: Level) -> UserId {
    person(app, organization, name, level, Source::Local).await
}

/// Gives the person a password that nobody knows: enough to be a break-glass owner.
pub async fn password(app: &TestApp, user: &UserId) {
    let mut tx = app.db.write().await.unwrap();
    let now = tx.now();
    sql("INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, 'x', $2)")
        .bind(user)
        .bind(&now)
        .run(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

pub async fn group(app: &TestApp, organization: &OrganizationId, name: &str) -> GroupId {
    let id = GroupId::new();
    let mut tx = app.db.write().await.unwrap();
    let now = tx.now();
    sql("INSERT INTO groups (id, organization_id, source, display_name, display_name_key, document, version, created_at, updated_at) \
         VALUES ($1, $2, 'local', $3, $4, '{}', 1, $5, $5)")
    .bind(&id)
    .bind(organization)
    .bind(name)
    .bind(name.to_lowercase())
    .bind(&now)
    .run(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

/// Puts a user or a group into a group.
pub async fn join(app: &TestApp, group: &GroupId, kind: &str, member: &str) {
    let mut tx = app.db.write().await.unwrap();
    let now = tx.now();
    sql("INSERT INTO memberships (group_id, member_id, member_kind, source, created_at) VALUES ($1, $2, $3, 'local', $4)")
        .bind(group)
        .bind(member)
        .bind(kind)
        .bind(&now)
        .run(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

pub async fn find(app: &TestApp, organization: &OrganizationId, id: &UserId) -> User {
    let mut tx = app.db.read().await.unwrap();
    users::find(&mut tx, organization, id).await.unwrap().expect("the person is there")
}

/// The person as an actor, with the level that they have now.
pub async fn acting(app: &TestApp, organization: &OrganizationId, id: &UserId) -> Actor {
    let user = find(app, organization, id).await;
    Actor::Person { user: user.id, organization: user.organization_id, level: user.level, name: user.display_name }
}
