//! Rows of sessions: tower-sessions' store on our database.
//!
//! A handler that holds a writing transaction must not touch its session: on SQLite the two would wait for each other.

use async_trait::async_trait;
use serde_json::Value;
use time::Duration;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, SessionStore};

use super::lifetimes::{Lifetime, STRANGER};
use crate::access::levels::EFFECTIVE;
use crate::db::{Db, Sql, Tx, sql};
use crate::error::{Error, Result};
use crate::id::{OrganizationId, SessionId, UserId};
use crate::time::Timestamp;
use crate::vault;

/// The keys of a session's data that stand in columns too.
pub(super) const USER: &str = "user_id";
pub(super) const ORGANIZATION: &str = "organization_id";
pub(super) const CONNECTION: &str = "connection_id";
pub(super) const ADDRESS: &str = "address";
pub(super) const USER_AGENT: &str = "user_agent";
/// What the provider calls the session (`sid`).
pub(super) const PROVIDER_SESSION: &str = "provider_session";
/// When the sign-in was: no column.
pub(super) const SIGNED_IN_AT: &str = "signed_in_at";

/// What somebody hears who lost their access between the sign-in and its session.
pub(super) const NO_ACCESS: &str =
    "Your access was taken away while you were signing in. You are not signed in; ask an admin for help.";

/// How exact "last seen" is: a request within this time of the last one writes nothing.
const SEEN: Duration = Duration::minutes(1);

#[derive(Clone)]
pub struct Store {
    db: Db,
}

#[derive(sqlx::FromRow)]
struct Row {
    data: String,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    /// What the organization has chosen for people of this level; nothing before a sign-in.
    idle_minutes: Option<i64>,
    absolute_minutes: Option<i64>,
}

impl Row {
    fn end(&self) -> Timestamp {
        let lifetime = match (self.idle_minutes, self.absolute_minutes) {
            (Some(idle), Some(absolute)) => {
                Lifetime { idle: Duration::minutes(idle), absolute: Duration::minutes(absolute) }
            }
            _ => STRANGER,
        };
        lifetime.end(&self.created_at, &self.last_seen_at)
    }
}

/// The level is the person's present one, whatever it was at the sign-in.
fn find() -> Sql {
    sql("SELECT sessions.data, sessions.created_at, sessions.last_seen_at, CASE WHEN ")
        .push(EFFECTIVE)
        .push(" = 'member' THEN organizations.member_idle_minutes ELSE organizations.admin_idle_minutes END AS idle_minutes, CASE WHEN ")
        .push(EFFECTIVE)
        .push(
            " = 'member' THEN organizations.member_absolute_minutes ELSE organizations.admin_absolute_minutes END \
             AS absolute_minutes FROM sessions LEFT JOIN users ON users.id = sessions.user_id \
             LEFT JOIN organizations ON organizations.id = users.organization_id WHERE sessions.id_hash = $1",
        )
}

impl Store {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    async fn insert(&self, record: &Record) -> Result<()> {
        let mut tx = self.db.write().await?;
        let column = |key| record.data.get(key).and_then(Value::as_str);
        if let Some(user) = column(USER) {
            require_access(&mut tx, user).await?;
        }
        let now = tx.now();
        sql("INSERT INTO sessions (id, id_hash, user_id, connection_id, data, address, user_agent, created_at, last_seen_at, \
             provider_session) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)")
        .bind(&SessionId::new())
        .bind(id_hash(&record.id))
        .bind(column(USER))
        .bind(column(CONNECTION))
        .bind(serde_json::to_string(&record.data)?)
        .bind(column(ADDRESS))
        .bind(column(USER_AGENT))
        .bind(&now)
        .bind(column(PROVIDER_SESSION))
        .run(&mut tx)
        .await?;
        tx.commit().await
    }

    /// Never makes a row: a session that was ended while a request was under way stays ended.
    async fn update(&self, record: &Record) -> Result<()> {
        let mut tx = self.db.write().await?;
        let now = tx.now();
        sql("UPDATE sessions SET data = $1, last_seen_at = $2, provider_session = $3 WHERE id_hash = $4")
            .bind(serde_json::to_string(&record.data)?)
            .bind(&now)
            .bind(record.data.get(PROVIDER_SESSION).and_then(Value::as_str))
            .bind(id_hash(&record.id))
            .run(&mut tx)
            .await?;
        tx.commit().await
    }

    async fn find(&self, id: &Id) -> Result<Option<Record>> {
        let mut tx = self.db.read().await?;
        let now = tx.now();
        let row = find().bind(id_hash(id)).optional::<Row>(&mut tx).await?;
        let Some(row) = row.filter(|row| row.end() > now) else { return Ok(None) };
        if row.last_seen_at.until(&now) >= SEEN {
            // Beside the request: it neither waits for this nor fails with it.
            tokio::spawn(seen(self.db.clone(), id_hash(id)));
        }
        let (data, expiry_date) = (serde_json::from_str(&row.data)?, row.end().datetime());
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn remove(&self, id: &Id) -> Result<()> {
        let mut tx = self.db.write().await?;
        sql("DELETE FROM sessions WHERE id_hash = $1").bind(id_hash(id)).run(&mut tx).await?;
        tx.commit().await
    }
}

/// Between the sign-in and its session, the person may have been deactivated: then there is no session.
pub(super) async fn require_access(tx: &mut Tx, user: &str) -> Result<()> {
    let lock = tx.dialect().for_update();
    let active = sql(
        "SELECT id FROM users WHERE id = $1 AND deleted_at IS NULL AND idp_active = TRUE AND suspended_at IS NULL \
             AND kind = 'person'",
    )
    .push(lock)
    .bind(user)
    .optional::<(String,)>(tx)
    .await?;
    active.map(|_| ()).ok_or_else(|| Error::forbidden(NO_ACCESS))
}

async fn seen(db: Db, id_hash: String) {
    let touch = async {
        let mut tx = db.write().await?;
        let now = tx.now();
        sql("UPDATE sessions SET last_seen_at = $1 WHERE id_hash = $2").bind(&now).bind(id_hash).run(&mut tx).await?;
        tx.commit().await
    };
    if let Err(error) = touch.await {
        tracing::warn!(%error, "a session could not be marked as seen");
    }
}

/// The cookie's value is never stored: a copy of the table opens nothing.
pub(super) fn id_hash(id: &Id) -> String {
    vault::digest(&id.to_string())
}

/// Removes the sessions of before a sign-in that have ended by themselves.
pub(super) async fn delete_expired_strangers(tx: &mut Tx) -> Result<u64> {
    let (seen, begun) = STRANGER.limits(&tx.now());
    sql("DELETE FROM sessions WHERE user_id IS NULL AND (last_seen_at <= $1 OR created_at <= $2)")
        .bind(&seen)
        .bind(&begun)
        .run(tx)
        .await
}

/// Removes the sessions of an organization's people that have ended by themselves: of its members, or of all others.
pub(super) async fn delete_expired(
    tx: &mut Tx,
    organization: &OrganizationId,
    members: bool,
    lifetime: Lifetime,
) -> Result<u64> {
    let (seen, begun) = lifetime.limits(&tx.now());
    let whose = if members { " = 'member'" } else { " <> 'member'" };
    sql("DELETE FROM sessions WHERE (last_seen_at <= $1 OR created_at <= $2) \
         AND user_id IN (SELECT id FROM users WHERE organization_id = $3 AND ")
    .push(EFFECTIVE)
    .push(whose)
    .push(")")
    .bind(&seen)
    .bind(&begun)
    .bind(organization)
    .run(tx)
    .await
}

pub(super) async fn set_last_sign_in(tx: &mut Tx, user: &UserId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET last_sign_in_at = $1 WHERE id = $2").bind(&now).bind(user).run(tx).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct PasswordRow {
    user_id: UserId,
    hash: String,
}

/// The person with a password whom the typed name means: by address, else by userName.
pub(super) async fn find_password(
    tx: &mut Tx,
    organization: &OrganizationId,
    email_key: &str,
    user_name_key: &str,
) -> Result<Option<(UserId, String)>> {
    let row =
        sql("SELECT passwords.user_id, passwords.hash FROM passwords JOIN users ON users.id = passwords.user_id \
                   WHERE users.organization_id = $1 AND users.deleted_at IS NULL \
                   AND (users.email_key = $2 OR users.user_name_key = $3) \
                   ORDER BY CASE WHEN users.email_key = $2 THEN 0 ELSE 1 END, users.id LIMIT 1")
        .bind(organization)
        .bind(email_key)
        .bind(user_name_key)
        .optional::<PasswordRow>(tx)
        .await?;
    Ok(row.map(|row| (row.user_id, row.hash)))
}

pub(super) async fn password_of(tx: &mut Tx, user: &UserId) -> Result<Option<String>> {
    let row = sql("SELECT hash FROM passwords WHERE user_id = $1").bind(user).optional::<(String,)>(tx).await?;
    Ok(row.map(|(hash,)| hash))
}

pub(super) async fn set_password(tx: &mut Tx, user: &UserId, hash: &str) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, $2, $3) \
         ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at")
    .bind(user)
    .bind(hash)
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn delete_password(tx: &mut Tx, user: &UserId) -> Result<bool> {
    Ok(sql("DELETE FROM passwords WHERE user_id = $1").bind(user).run(tx).await? > 0)
}

pub(super) async fn replace_recovery_codes(tx: &mut Tx, user: &UserId, hashes: &[String]) -> Result<()> {
    sql("DELETE FROM recovery_codes WHERE user_id = $1").bind(user).run(tx).await?;
    let now = tx.now();
    for hash in hashes {
        sql("INSERT INTO recovery_codes (id, user_id, hash, created_at) VALUES ($1, $2, $3, $4)")
            .bind(&crate::id::RecoveryCodeId::new())
            .bind(user)
            .bind(hash)
            .bind(&now)
            .run(tx)
            .await?;
    }
    Ok(())
}

/// False if there is no such code, or it was used before.
pub(super) async fn use_recovery_code(tx: &mut Tx, user: &UserId, hash: &str) -> Result<bool> {
    let now = tx.now();
    let used = sql("UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL");
    Ok(used.bind(user).bind(hash).bind(&now).run(tx).await? == 1)
}

pub(super) async fn unused_recovery_codes(tx: &mut Tx, user: &UserId) -> Result<i64> {
    sql("SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL").bind(user).count(tx).await
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // Always a fresh id: what was emptied by a sign-out does not live on under its old one.
        record.id = Id::default();
        self.insert(record).await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.update(record).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        self.find(id).await.map_err(backend)
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.remove(id).await.map_err(backend)
    }
}

fn backend(error: Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}
