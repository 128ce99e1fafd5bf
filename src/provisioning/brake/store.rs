//! Rows of brakes, and of who lost access of late.

use std::collections::BTreeSet;

use super::limits::Limits;
use super::state::{Brake, Closed, Crossing, Held};
use crate::db::{Tx, sql};
use crate::directory::Realm;
use crate::error::Result;
use crate::id::{ConnectionId, DirectoryId, OrganizationId, UserId};
use crate::time::Timestamp;

/// How many people one statement lists at most.
const CHUNK: usize = 500;

#[derive(sqlx::FromRow)]
struct Row {
    is_on: bool,
    least: i64,
    percent: i64,
    closed_at: Option<Timestamp>,
    closed_lost: Option<i64>,
    closed_allowed: Option<i64>,
    closed_active: Option<i64>,
}

impl From<Row> for Brake {
    fn from(row: Row) -> Self {
        let crossing = Crossing {
            lost: row.closed_lost.unwrap_or_default(),
            allowed: row.closed_allowed.unwrap_or_default(),
            active: row.closed_active.unwrap_or_default(),
        };
        Self {
            is_on: row.is_on,
            limits: Limits { least: row.least, percent: row.percent },
            closed: row.closed_at.map(|at| Closed { at, crossing }),
        }
    }
}

const SELECT: &str = "SELECT is_on, least, percent, closed_at, closed_lost, closed_allowed, closed_active FROM brakes \
     WHERE directory_id = $1";

/// The directory's brake as it is now.
pub(super) async fn find(tx: &mut Tx, directory: &DirectoryId) -> Result<Brake> {
    let row = sql(SELECT).bind(directory).optional::<Row>(tx).await?;
    Ok(row.map(Brake::from).unwrap_or_default())
}

/// As [`find`]; nobody else counts, keeps or opens until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, directory: &DirectoryId) -> Result<Brake> {
    sql("INSERT INTO brakes (directory_id) VALUES ($1) ON CONFLICT DO NOTHING").bind(directory).run(tx).await?;
    let lock = tx.dialect().for_update();
    let row: Row = sql(SELECT).push(lock).bind(directory).one(tx).await?;
    Ok(row.into())
}

pub(super) async fn save_settings(tx: &mut Tx, directory: &DirectoryId, is_on: bool, limits: Limits) -> Result<()> {
    sql("UPDATE brakes SET is_on = $2, least = $3, percent = $4 WHERE directory_id = $1")
        .bind(directory)
        .bind(is_on)
        .bind(limits.least)
        .bind(limits.percent)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn close(tx: &mut Tx, directory: &DirectoryId, crossing: Crossing) -> Result<()> {
    let now = tx.now();
    sql("UPDATE brakes SET closed_at = $2, closed_lost = $3, closed_allowed = $4, closed_active = $5 WHERE directory_id = $1")
        .bind(directory)
        .bind(&now)
        .bind(crossing.lost)
        .bind(crossing.allowed)
        .bind(crossing.active)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn open(tx: &mut Tx, directory: &DirectoryId) -> Result<()> {
    sql("UPDATE brakes SET closed_at = NULL, closed_lost = NULL, closed_allowed = NULL, closed_active = NULL \
         WHERE directory_id = $1")
    .bind(directory)
    .run(tx)
    .await?;
    Ok(())
}

/// Notes who loses access now: each person once, at the last time.
pub(super) async fn note(tx: &mut Tx, directory: &DirectoryId, people: &BTreeSet<UserId>) -> Result<()> {
    let now = tx.now();
    let people: Vec<&UserId> = people.iter().collect();
    for chunk in people.chunks(CHUNK) {
        let mut insert = sql("INSERT INTO brake_losses (directory_id, user_id, at) VALUES ");
        for (n, id) in chunk.iter().enumerate() {
            insert = insert
                .push(if n == 0 { "(" } else { ", (" })
                .push_bind(directory)
                .push(", ")
                .push_bind(*id)
                .push(", ")
                .push_bind(&now)
                .push(")");
        }
        insert.push(" ON CONFLICT (directory_id, user_id) DO UPDATE SET at = excluded.at").run(tx).await?;
    }
    Ok(())
}

/// Forgets who lost access before the window opened, and says how many did since.
pub(super) async fn count_since(tx: &mut Tx, directory: &DirectoryId, opened: &Timestamp) -> Result<i64> {
    sql("DELETE FROM brake_losses WHERE directory_id = $1 AND at <= $2").bind(directory).bind(opened).run(tx).await?;
    sql("SELECT COUNT(*) FROM brake_losses WHERE directory_id = $1").bind(directory).count(tx).await
}

pub(super) async fn forget_losses(tx: &mut Tx, directory: &DirectoryId) -> Result<()> {
    sql("DELETE FROM brake_losses WHERE directory_id = $1").bind(directory).run(tx).await?;
    Ok(())
}

/// How many of the directory's people were active when the window opened, are so now, and are not noted as lost: all of them,
/// or as far as to this number.
pub(super) async fn unharmed(tx: &mut Tx, realm: &Realm, opened: &Timestamp, most: Option<i64>) -> Result<i64> {
    let people = sql("SELECT COUNT(*) FROM (SELECT users.id FROM users WHERE organization_id = $1 AND source = $2 AND deleted_at IS NULL \
         AND idp_active = TRUE AND suspended_at IS NULL AND active_since <= $3 AND NOT EXISTS ( \
         SELECT 1 FROM brake_losses WHERE brake_losses.directory_id = $4 AND brake_losses.user_id = users.id)")
    .bind(&realm.organization)
    .bind(realm.source.to_string())
    .bind(opened)
    .bind(&realm.directory);
    let people = match most {
        Some(most) => people.push(" LIMIT ").push_bind(most),
        None => people,
    };
    people.push(") AS found").count(tx).await
}

/// The connection that the directory is a half of.
pub(super) async fn connection_of(tx: &mut Tx, directory: &DirectoryId) -> Result<(ConnectionId, String)> {
    sql("SELECT connections.id, connections.name FROM directories JOIN connections ON connections.id = directories.connection_id \
         WHERE directories.id = $1")
    .bind(directory)
    .one(tx)
    .await
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    connection_id: ConnectionId,
    name: String,
    closed_at: Option<Timestamp>,
    changes: i64,
    people: i64,
}

pub(super) async fn held(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<Held>> {
    let rows = sql("SELECT connections.id AS connection_id, connections.name, brakes.closed_at, \
         COUNT(DISTINCT brake_changes.id) AS changes, COUNT(DISTINCT brake_people.user_id) AS people FROM brakes \
         JOIN directories ON directories.id = brakes.directory_id \
         JOIN connections ON connections.id = directories.connection_id \
         LEFT JOIN brake_changes ON brake_changes.directory_id = brakes.directory_id \
         LEFT JOIN brake_people ON brake_people.change_id = brake_changes.id \
         WHERE directories.organization_id = $1 AND (brakes.closed_at IS NOT NULL OR brake_changes.id IS NOT NULL) \
         GROUP BY connections.id, connections.name, connections.name_key, brakes.closed_at \
         ORDER BY connections.name_key, connections.id")
    .bind(organization)
    .all::<HeldRow>(tx)
    .await?;
    let held = |row: HeldRow| Held {
        connection: row.connection_id,
        name: row.name,
        closed_at: row.closed_at,
        changes: row.changes,
        people: row.people,
    };
    Ok(rows.into_iter().map(held).collect())
}
