//! Reading the log.

use serde_json::Value;

use crate::db::{Sql, Tx, like_literal, sql};
use crate::error::Result;
use crate::id::{EventId, OrganizationId};
use crate::time::Timestamp;

/// A fact as it was kept.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: EventId,
    pub kind: String,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub actor_name: String,
    pub subject_kind: String,
    pub subject_id: String,
    pub subject_name: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Which events are asked for; what is empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// How the kind begins: `user.` or `user.created`.
    pub kind: String,
    /// The id of whoever did it.
    pub actor: String,
    /// The id of what it is about.
    pub subject: String,
    /// Found in the name of the subject or of the actor. Capital letters A to Z are the same as small ones.
    pub q: String,
    /// From the first moment of this day on, `2026-11-22`, in UTC.
    pub from: String,
    /// To the last moment of this day.
    pub to: String,
    /// Older than this event.
    pub before: Option<EventId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: EventId,
    kind: String,
    at: Timestamp,
    actor_kind: String,
    actor_id: Option<String>,
    actor_name: String,
    subject_kind: String,
    subject_id: String,
    subject_name: String,
    before: Option<String>,
    after: Option<String>,
}

impl TryFrom<Row> for Event {
    type Error = crate::error::Error;

    fn try_from(row: Row) -> Result<Self> {
        let json = |text: Option<String>| text.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Self {
            before: json(row.before)?,
            after: json(row.after)?,
            id: row.id,
            kind: row.kind,
            at: row.at,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            subject_name: row.subject_name,
        })
    }
}

fn select() -> Sql {
    sql("SELECT id, kind, at, actor_kind, actor_id, actor_name, subject_kind, subject_id, subject_name, before, after \
         FROM events WHERE organization_id = $1")
}

/// The newest events that the filter lets through, at most `limit`.
pub async fn list(tx: &mut Tx, organization: &OrganizationId, filter: &Filter, limit: u64) -> Result<Vec<Event>> {
    let mut statement = select().bind(organization);
    if !filter.kind.is_empty() {
        statement = statement
            .push(" AND kind LIKE ")
            .push_bind(format!("{}%", like_literal(&filter.kind)))
            .push(" ESCAPE '\\'");
    }
    if !filter.actor.is_empty() {
        statement = statement.push(" AND actor_id = ").push_bind(&filter.actor);
    }
    if !filter.subject.is_empty() {
        statement = statement.push(" AND subject_id = ").push_bind(&filter.subject);
    }
    if !filter.q.trim().is_empty() {
        // lower() knows the letters A to Z on both engines, and no others: the columns collate as "C" on PostgreSQL.
        let pattern = format!("%{}%", like_literal(&filter.q.trim().to_ascii_lowercase()));
        statement = statement
            .push(" AND (lower(subject_name) LIKE ")
            .push_bind(&pattern)
            .push(" ESCAPE '\\' OR lower(actor_name) LIKE ")
            .push_bind(&pattern)
            .push(" ESCAPE '\\')");
    }
    // Moments are texts of a fixed width, `2026-11-22T…`: a day is the beginning of its moments, and U comes after T.
    if !filter.from.is_empty() {
        statement = statement.push(" AND at >= ").push_bind(&filter.from);
    }
    if !filter.to.is_empty() {
        statement = statement.push(" AND at < ").push_bind(format!("{}U", filter.to));
    }
    if let Some(before) = &filter.before {
        statement = statement.push(" AND id < ").push_bind(before);
    }
    let rows = statement.push(" ORDER BY id DESC LIMIT ").push_bind(limit as i64).all::<Row>(tx).await?;
    rows.into_iter().map(Event::try_from).collect()
}

/// One event of this organization.
pub async fn find(tx: &mut Tx, organization: &OrganizationId, id: &EventId) -> Result<Option<Event>> {
    let row = select().push(" AND id = $2").bind(organization).bind(id);
    row.optional::<Row>(tx).await?.map(Event::try_from).transpose()
}
