//! Rows of the record, and of what is known about a directory's traffic.

use super::kept::Kept;
use super::list::{Filter, Keeping, Line, Outcome, Recorded, RecordedBody};
use crate::db::{Sql, Tx, sql};
use crate::error::{Error, Result};
use crate::id::{DirectoryId, OrganizationId, RequestId, TokenId};
use crate::time::Timestamp;

/// A call arrived at the directory.
pub(super) async fn touch_directory(tx: &mut Tx, id: &DirectoryId, at: &Timestamp) -> Result<()> {
    sql(
        "UPDATE directories SET first_request_at = COALESCE(first_request_at, $1), last_request_at = $1 WHERE id = $2 \
         AND (last_request_at IS NULL OR last_request_at <= $1)",
    )
    .bind(at)
    .bind(id)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn save_error(tx: &mut Tx, id: &DirectoryId, at: &Timestamp, detail: &str) -> Result<()> {
    sql("UPDATE directories SET last_error_at = $1, last_error = $2 WHERE id = $3")
        .bind(at)
        .bind(detail)
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

/// Written once a minute at most: nobody needs to know more exactly.
pub(super) async fn touch_token(tx: &mut Tx, id: &TokenId, at: &Timestamp) -> Result<()> {
    let minute_ago = at.plus(time::Duration::minutes(-1));
    sql("UPDATE directory_tokens SET last_used_at = $1 WHERE id = $2 AND (last_used_at IS NULL OR last_used_at <= $3)")
        .bind(at)
        .bind(id)
        .bind(&minute_ago)
        .run(tx)
        .await?;
    Ok(())
}

/// These calls were answered and not kept.
pub(super) async fn count_dropped(tx: &mut Tx, id: &DirectoryId, reads: i64, strangers: i64) -> Result<()> {
    sql("UPDATE directories SET reads_dropped = reads_dropped + $1, strangers_dropped = strangers_dropped + $2 WHERE id = $3")
        .bind(reads)
        .bind(strangers)
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

/// Keeps a call, unless its directory is gone by now.
pub(super) async fn insert(tx: &mut Tx, call: &Kept) -> Result<()> {
    sql("INSERT INTO scim_requests (directory_id, id, at, duration_us, token_prefix, user_agent, method, path, query, status, \
         scim_type, reason, advice, request_body, request_bytes, request_truncated, response_body, response_bytes, \
         response_truncated, understood, ignored, resource_id) \
         SELECT d.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22 \
         FROM directories d WHERE d.id = $1")
    .bind(&call.directory)
    .bind(&call.id)
    .bind(&call.at)
    .bind(call.duration_us)
    .bind(call.token_prefix.as_deref())
    .bind(&call.user_agent)
    .bind(&call.method)
    .bind(&call.path)
    .bind(call.query.as_deref())
    .bind(i64::from(call.status))
    .bind(call.scim_type)
    .bind(call.reason.as_deref())
    .bind(call.advice.as_deref())
    .bind(call.request.text.as_deref())
    .bind(call.request.bytes)
    .bind(call.request.truncated)
    .bind(call.response.text.as_deref())
    .bind(call.response.bytes)
    .bind(call.response.truncated)
    .bind(&call.understood.summary)
    .bind(serde_json::to_string(&call.understood.ignored)?)
    .bind(call.resource_id.as_deref())
    .run(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: RequestId,
    at: Timestamp,
    duration_us: i64,
    method: String,
    path: String,
    status: i64,
    understood: String,
    known: bool,
}

/// The newest calls that the filter lets through, at most `limit`.
pub(super) async fn list(tx: &mut Tx, of: &DirectoryId, filter: &Filter, limit: u64) -> Result<Vec<Line>> {
    let mut statement =
        sql("SELECT id, at, duration_us, method, path, status, understood, token_prefix IS NOT NULL AS known \
         FROM scim_requests WHERE directory_id = $1")
        .bind(of);
    if filter.outcome == Outcome::Failed {
        statement = statement.push(" AND status >= 400");
    }
    if let Some(before) = &filter.before {
        statement = statement.push(" AND id < ").push_bind(before);
    }
    let rows = statement.push(" ORDER BY id DESC LIMIT ").push_bind(limit as i64).all::<LineRow>(tx).await?;
    let line = |row: LineRow| Line {
        id: row.id,
        at: row.at,
        duration_us: row.duration_us,
        method: row.method,
        path: row.path,
        status: row.status,
        understood: row.understood,
        known: row.known,
    };
    Ok(rows.into_iter().map(line).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: RequestId,
    at: Timestamp,
    duration_us: i64,
    token_prefix: Option<String>,
    user_agent: String,
    method: String,
    path: String,
    query: Option<String>,
    status: i64,
    scim_type: Option<String>,
    reason: Option<String>,
    advice: Option<String>,
    request_body: Option<String>,
    request_bytes: i64,
    request_truncated: bool,
    response_body: Option<String>,
    response_bytes: i64,
    response_truncated: bool,
    understood: String,
    ignored: String,
}

impl TryFrom<Row> for Recorded {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let body = |text, bytes, truncated| RecordedBody { text, bytes, truncated };
        Ok(Self {
            ignored: serde_json::from_str(&row.ignored)?,
            request: body(row.request_body, row.request_bytes, row.request_truncated),
            response: body(row.response_body, row.response_bytes, row.response_truncated),
            id: row.id,
            at: row.at,
            duration_us: row.duration_us,
            token_prefix: row.token_prefix,
            user_agent: row.user_agent,
            method: row.method,
            path: row.path,
            query: row.query,
            status: row.status,
            scim_type: row.scim_type,
            reason: row.reason,
            advice: row.advice,
            understood: row.understood,
        })
    }
}

pub(super) async fn find(tx: &mut Tx, of: &DirectoryId, id: &RequestId) -> Result<Option<Recorded>> {
    let row =
        sql("SELECT id, at, duration_us, token_prefix, user_agent, method, path, query, status, scim_type, reason, advice, \
         request_body, request_bytes, request_truncated, response_body, response_bytes, response_truncated, understood, \
         ignored FROM scim_requests WHERE directory_id = $1 AND id = $2")
    .bind(of)
    .bind(id);
    row.optional::<Row>(tx).await?.map(Recorded::try_from).transpose()
}

#[derive(sqlx::FromRow)]
struct KeepingRow {
    records_kept: i64,
    record_days: i64,
    reads_dropped: i64,
    strangers_dropped: i64,
}

/// How much is kept of a directory of this organization.
pub(super) async fn keeping(tx: &mut Tx, organization: &OrganizationId, of: &DirectoryId) -> Result<Option<Keeping>> {
    let row = sql("SELECT records_kept, record_days, reads_dropped, strangers_dropped FROM directories \
         WHERE id = $1 AND organization_id = $2")
    .bind(of)
    .bind(organization)
    .optional::<KeepingRow>(tx)
    .await?;
    Ok(row.map(|row| Keeping {
        records: row.records_kept,
        days: row.record_days,
        reads_dropped: row.reads_dropped,
        strangers_dropped: row.strangers_dropped,
    }))
}

/// Every directory, with how many calls are kept of it and for how many days.
pub(super) async fn directories(tx: &mut Tx) -> Result<Vec<(DirectoryId, i64, i64)>> {
    sql("SELECT id, records_kept, record_days FROM directories ORDER BY id").all(tx).await
}

/// Forgets calls from before that moment, at most `batch` of them.
pub(super) async fn delete_older(tx: &mut Tx, of: &DirectoryId, before: &Timestamp, batch: i64) -> Result<u64> {
    // Ids grow as time does: only the oldest are looked at.
    let oldest = "SELECT id FROM (SELECT id, at FROM scim_requests WHERE directory_id = $1 ORDER BY id LIMIT $3) AS oldest \
         WHERE at < $2";
    delete(oldest).bind(of).bind(before).bind(batch).run(tx).await
}

/// Forgets all but the newest `kept` calls, at most `batch` of them.
pub(super) async fn delete_beyond(tx: &mut Tx, of: &DirectoryId, kept: i64, batch: i64) -> Result<u64> {
    let beyond = "SELECT id FROM scim_requests WHERE directory_id = $1 ORDER BY id DESC LIMIT $3 OFFSET $2";
    delete(beyond).bind(of).bind(kept).bind(batch).run(tx).await
}

/// As [`delete_beyond`], among the calls of strangers.
pub(super) async fn delete_strangers_beyond(tx: &mut Tx, of: &DirectoryId, kept: i64, batch: i64) -> Result<u64> {
    let beyond = "SELECT id FROM scim_requests WHERE directory_id = $1 AND token_prefix IS NULL ORDER BY id DESC \
         LIMIT $3 OFFSET $2";
    delete(beyond).bind(of).bind(kept).bind(batch).run(tx).await
}

fn delete(which: &str) -> Sql {
    sql("DELETE FROM scim_requests WHERE id IN (").push(which).push(")")
}
