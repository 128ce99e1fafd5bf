//! Rows of requests that wait, and of whom they would take access from.

use std::collections::{BTreeSet, HashMap};

use muster_scim::bulk::Method;
use serde_json::{Value, json};

use super::list::{Listed, Person};
use super::{Later, Pending, parse_method};
use crate::db::{Tx, sql};
use crate::error::{Error, Result};
use crate::id::{DirectoryId, PendingChangeId, UserId};
use crate::time::Timestamp;

/// How many people one statement lists at most.
const CHUNK: usize = 500;

#[derive(sqlx::FromRow)]
struct Row {
    id: PendingChangeId,
    place: i64,
    method: String,
    endpoint: String,
    resource_id: String,
    body: String,
    later: String,
    revision: i64,
}

const SELECT: &str =
    "SELECT id, place, method, endpoint, resource_id, body, later, revision FROM brake_changes WHERE directory_id = $1";

impl TryFrom<Row> for Pending {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let later: Vec<Value> = serde_json::from_str(&row.later)?;
        Ok(Self {
            method: method(&row.method)?,
            later: later.into_iter().map(read_later).collect::<Result<_>>()?,
            body: serde_json::from_str(&row.body)?,
            id: row.id,
            place: row.place,
            endpoint: row.endpoint,
            resource_id: row.resource_id,
            revision: row.revision,
        })
    }
}

fn method(text: &str) -> Result<Method> {
    parse_method(text).ok_or_else(|| Error::internal("a pending change's method cannot be read"))
}

fn read_later(mut value: Value) -> Result<Later> {
    Ok(Later { method: method(value["method"].as_str().unwrap_or_default())?, body: value["body"].take() })
}

/// A request as it is to be kept.
pub(super) struct Kept<'a> {
    pub method: Method,
    pub endpoint: &'a str,
    pub resource_id: &'a str,
    pub fingerprint: String,
    pub body: String,
}

/// Keeps the request at the end of the line, in the place of its twin if it has one.
pub(super) async fn put(
    tx: &mut Tx,
    directory: &DirectoryId,
    kept: &Kept<'_>,
    people: &BTreeSet<UserId>,
) -> Result<()> {
    let now = tx.now();
    let (place,): (i64,) = sql("UPDATE brakes SET places = places + 1 WHERE directory_id = $1 RETURNING places")
        .bind(directory)
        .one(tx)
        .await?;
    let (id,): (PendingChangeId,) = sql("INSERT INTO brake_changes (id, directory_id, place, method, endpoint, resource_id, fingerprint, body, \
         later, revision, times, first_asked_at, last_asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '[]', 1, 1, $9, $9) \
         ON CONFLICT (directory_id, resource_id, method, fingerprint) DO UPDATE SET place = excluded.place, \
         body = excluded.body, later = excluded.later, revision = brake_changes.revision + 1, \
         times = brake_changes.times + 1, last_asked_at = excluded.last_asked_at, failure = NULL RETURNING id")
    .bind(&PendingChangeId::new())
    .bind(directory)
    .bind(place)
    .bind(kept.method.as_str())
    .bind(kept.endpoint)
    .bind(kept.resource_id)
    .bind(&kept.fingerprint)
    .bind(&kept.body)
    .bind(&now)
    .one(tx)
    .await?;
    sql("DELETE FROM brake_people WHERE change_id = $1").bind(&id).run(tx).await?;
    let people: Vec<&UserId> = people.iter().collect();
    for chunk in people.chunks(CHUNK) {
        let mut insert = sql("INSERT INTO brake_people (change_id, user_id) VALUES ");
        for (n, user) in chunk.iter().enumerate() {
            let start = if n == 0 { "(" } else { ", (" };
            insert = insert.push(start).push_bind(&id).push(", ").push_bind(*user).push(")");
        }
        insert.run(tx).await?;
    }
    Ok(())
}

/// Drops what waits about the resource, but for the request's twin.
pub(super) async fn drop_others(tx: &mut Tx, directory: &DirectoryId, kept: &Kept<'_>) -> Result<()> {
    sql("DELETE FROM brake_changes WHERE directory_id = $1 AND resource_id = $2 AND NOT (method = $3 AND fingerprint = $4)")
        .bind(directory)
        .bind(kept.resource_id)
        .bind(kept.method.as_str())
        .bind(&kept.fingerprint)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn drop_delete(tx: &mut Tx, directory: &DirectoryId, resource_id: &str) -> Result<()> {
    sql("DELETE FROM brake_changes WHERE directory_id = $1 AND resource_id = $2 AND method = 'DELETE'")
        .bind(directory)
        .bind(resource_id)
        .run(tx)
        .await?;
    Ok(())
}

/// What waits about the resource, in order; nobody else changes it until the transaction ends.
pub(super) async fn lock_about(tx: &mut Tx, directory: &DirectoryId, resource_id: &str) -> Result<Vec<Pending>> {
    let lock = tx.dialect().for_update();
    let rows = sql(SELECT).push(" AND resource_id = $2 ORDER BY place").push(lock).bind(directory).bind(resource_id);
    rows.all::<Row>(tx).await?.into_iter().map(Pending::try_from).collect()
}

pub(super) async fn remove(tx: &mut Tx, id: &PendingChangeId) -> Result<()> {
    sql("DELETE FROM brake_changes WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}

pub(super) async fn save_later(tx: &mut Tx, id: &PendingChangeId, later: &[Later]) -> Result<()> {
    let later: Value = later.iter().map(|one| json!({ "method": one.method.as_str(), "body": one.body })).collect();
    sql("UPDATE brake_changes SET later = $2, revision = revision + 1 WHERE id = $1")
        .bind(id)
        .bind(&later)
        .run(tx)
        .await?;
    Ok(())
}

/// The first that waits behind one place, up to another.
pub async fn next(tx: &mut Tx, directory: &DirectoryId, place: i64, up_to: i64) -> Result<Option<Pending>> {
    let row = sql(SELECT).push(" AND place > $2 AND place <= $3 ORDER BY place LIMIT 1");
    let row = row.bind(directory).bind(place).bind(up_to);
    row.optional::<Row>(tx).await?.map(Pending::try_from).transpose()
}

/// Takes it out of the line, if it is still as it was read.
pub async fn take(tx: &mut Tx, pending: &Pending) -> Result<bool> {
    let rows = sql("DELETE FROM brake_changes WHERE id = $1 AND revision = $2");
    Ok(rows.bind(&pending.id).bind(pending.revision).run(tx).await? == 1)
}

pub async fn save_failure(tx: &mut Tx, pending: &Pending, failure: &str) -> Result<()> {
    sql("UPDATE brake_changes SET failure = $3 WHERE id = $1 AND revision = $2")
        .bind(&pending.id)
        .bind(pending.revision)
        .bind(failure)
        .run(tx)
        .await?;
    Ok(())
}

/// Everybody whom the change would take access from.
pub async fn all_people(tx: &mut Tx, id: &PendingChangeId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> =
        sql("SELECT user_id FROM brake_people WHERE change_id = $1 ORDER BY user_id").bind(id).all(tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many requests wait behind this place.
pub async fn count_behind(tx: &mut Tx, directory: &DirectoryId, place: i64) -> Result<i64> {
    sql("SELECT COUNT(*) FROM brake_changes WHERE directory_id = $1 AND place > $2")
        .bind(directory)
        .bind(place)
        .count(tx)
        .await
}

/// What waits up to a place, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Totals {
    pub changes: i64,
    /// From how many people they would take access.
    pub people: i64,
    /// The place of the last of them.
    pub last: i64,
}

pub async fn totals(tx: &mut Tx, directory: &DirectoryId, up_to: i64) -> Result<Totals> {
    sql("SELECT COUNT(DISTINCT brake_changes.id) AS changes, COUNT(DISTINCT brake_people.user_id) AS people, \
         COALESCE(MAX(brake_changes.place), 0) AS last FROM brake_changes \
         LEFT JOIN brake_people ON brake_people.change_id = brake_changes.id \
         WHERE brake_changes.directory_id = $1 AND brake_changes.place <= $2")
    .bind(directory)
    .bind(up_to)
    .one(tx)
    .await
}

pub async fn remove_up_to(tx: &mut Tx, directory: &DirectoryId, place: i64) -> Result<()> {
    sql("DELETE FROM brake_changes WHERE directory_id = $1 AND place <= $2")
        .bind(directory)
        .bind(place)
        .run(tx)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    id: PendingChangeId,
    method: String,
    endpoint: String,
    resource_id: String,
    name: String,
    times: i64,
    last_asked_at: Timestamp,
    failure: Option<String>,
    people: i64,
}

impl From<ListedRow> for Listed {
    fn from(row: ListedRow) -> Self {
        Self {
            id: row.id,
            method: row.method,
            endpoint: row.endpoint,
            resource_id: row.resource_id,
            name: row.name,
            times: row.times,
            last_asked_at: row.last_asked_at,
            failure: row.failure,
            people: row.people,
            first: Vec::new(),
        }
    }
}

const SELECT_LISTED: &str = "SELECT c.id, c.method, c.endpoint, c.resource_id, \
     COALESCE(users.display_name, groups.display_name, '') AS name, c.times, c.last_asked_at, c.failure, \
     (SELECT COUNT(*) FROM brake_people WHERE brake_people.change_id = c.id) AS people FROM brake_changes c \
     LEFT JOIN users ON users.id = c.resource_id LEFT JOIN groups ON groups.id = c.resource_id WHERE c.directory_id = $1";

pub(super) async fn page(tx: &mut Tx, directory: &DirectoryId, per_page: u64, page: u64) -> Result<Vec<Listed>> {
    let rows = sql(SELECT_LISTED)
        .push(" ORDER BY c.place LIMIT $2 OFFSET $3")
        .bind(directory)
        .bind(per_page as i64)
        .bind(offset(per_page, page))
        .all::<ListedRow>(tx)
        .await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

pub(super) async fn one(tx: &mut Tx, directory: &DirectoryId, id: &PendingChangeId) -> Result<Option<Listed>> {
    let row = sql(SELECT_LISTED).push(" AND c.id = $2").bind(directory).bind(id);
    Ok(row.optional::<ListedRow>(tx).await?.map(Listed::from))
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: UserId,
    name: String,
    is_suspended: bool,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self { id: row.id, name: row.name, is_suspended: row.is_suspended }
    }
}

const PERSON: &str = "users.id, users.display_name AS name, users.suspended_at IS NOT NULL AS is_suspended";

pub(super) async fn people(tx: &mut Tx, id: &PendingChangeId, per_page: u64, page: u64) -> Result<Vec<Person>> {
    let rows = sql("SELECT ")
        .push(PERSON)
        .push(" FROM brake_people p JOIN users ON users.id = p.user_id WHERE p.change_id = $1 ORDER BY users.search_key, users.id LIMIT $2 OFFSET $3")
        .bind(id)
        .bind(per_page as i64)
        .bind(offset(per_page, page))
        .all::<PersonRow>(tx)
        .await?;
    Ok(rows.into_iter().map(Person::from).collect())
}

#[derive(sqlx::FromRow)]
struct FirstRow {
    change_id: PendingChangeId,
    #[sqlx(flatten)]
    person: PersonRow,
}

/// The first few people of each of the changes, in one query for a page of them.
pub(super) async fn first_people(
    tx: &mut Tx,
    ids: &[PendingChangeId],
    most: i64,
) -> Result<HashMap<PendingChangeId, Vec<Person>>> {
    let rows = sql("SELECT p.change_id, ")
        .push(PERSON)
        .push(
            " FROM (SELECT change_id, user_id, ROW_NUMBER() OVER (PARTITION BY change_id ORDER BY user_id) AS number \
              FROM brake_people WHERE change_id IN ",
        )
        .push_list(ids)
        .push(") AS p JOIN users ON users.id = p.user_id WHERE p.number <= ")
        .push_bind(most)
        .push(" ORDER BY p.change_id, users.search_key, users.id")
        .all::<FirstRow>(tx)
        .await?;
    let mut found: HashMap<PendingChangeId, Vec<Person>> = HashMap::new();
    for row in rows {
        found.entry(row.change_id).or_default().push(row.person.into());
    }
    Ok(found)
}

fn offset(per_page: u64, page: u64) -> i64 {
    i64::try_from(per_page.saturating_mul(page.saturating_sub(1))).unwrap_or(i64::MAX)
}
