//! Writing an event, in the transaction of the change.

use serde_json::Value;

use crate::actor::Actor;
use crate::db::{Dialect, Tx, sql};
use crate::error::Result;
use crate::id::{
    ConnectionId, DomainId, EventId, GroupId, OrganizationId, ResourceId, RoleId, SchemaDocumentId, UserId,
};

/// What an event is about: its kind, its id, and the name it had at the time.
#[derive(Debug, Clone)]
pub struct Subject {
    pub kind: &'static str,
    pub id: String,
    pub name: String,
}

impl Subject {
    pub fn user(id: &UserId, name: impl Into<String>) -> Self {
        Self { kind: "user", id: id.to_string(), name: name.into() }
    }

    pub fn group(id: &GroupId, name: impl Into<String>) -> Self {
        Self { kind: "group", id: id.to_string(), name: name.into() }
    }

    pub fn resource(id: &ResourceId, name: impl Into<String>) -> Self {
        Self { kind: "resource", id: id.to_string(), name: name.into() }
    }

    pub fn schema(id: &SchemaDocumentId, name: impl Into<String>) -> Self {
        Self { kind: "schema", id: id.to_string(), name: name.into() }
    }

    pub fn role(id: &RoleId, name: impl Into<String>) -> Self {
        Self { kind: "role", id: id.to_string(), name: name.into() }
    }

    pub fn connection(id: &ConnectionId, name: impl Into<String>) -> Self {
        Self { kind: "connection", id: id.to_string(), name: name.into() }
    }

    pub fn domain(id: &DomainId, name: impl Into<String>) -> Self {
        Self { kind: "domain", id: id.to_string(), name: name.into() }
    }

    pub fn organization(id: &OrganizationId, name: impl Into<String>) -> Self {
        Self { kind: "organization", id: id.to_string(), name: name.into() }
    }
}

/// A fact to be kept. `before` and `after` hold the parts that changed, never a secret.
#[derive(Debug, Clone)]
pub struct NewEvent<'a> {
    pub organization: &'a OrganizationId,
    /// `noun.verb` in the past tense: `user.created`, `group.member_added`.
    pub kind: &'static str,
    pub subject: Subject,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Keeps the fact, if and only if the transaction is committed.
pub async fn record(tx: &mut Tx, actor: &Actor, event: NewEvent<'_>) -> Result<()> {
    // SQLite has one writer, so the next number is known here. PostgreSQL commits in any order: numbered after commit.
    let position = match tx.dialect() {
        Dialect::Sqlite => "(SELECT COALESCE(MAX(position), 0) + 1 FROM events)",
        Dialect::Postgres => "NULL",
    };
    let now = tx.now();
    sql("INSERT INTO events (id, organization_id, kind, at, actor_kind, actor_id, actor_name, subject_kind, subject_id, \
         subject_name, before, after, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, ")
        .push(position)
        .push(")")
        .bind(&EventId::new())
        .bind(event.organization)
        .bind(event.kind)
        .bind(&now)
        .bind(actor.kind())
        .bind(actor.id())
        .bind(actor.name())
        .bind(event.subject.kind)
        .bind(event.subject.id)
        .bind(event.subject.name)
        .bind(event.before.map(|value| value.to_string()))
        .bind(event.after.map(|value| value.to_string()))
        .run(tx)
        .await?;
    Ok(())
}
