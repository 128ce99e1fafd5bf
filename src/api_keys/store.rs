//! Rows of keys.

use time::Duration;

use super::model::{ApiKey, Credential, Scope};
use crate::db::{Tx, sql};
use crate::directory::users::User;
use crate::error::Result;
use crate::id::{ApiKeyId, OrganizationId, UserId};
use crate::time::Timestamp;

/// How exact "last used" is: a call within this time of the last one writes nothing.
const USED: Duration = Duration::minutes(1);

#[derive(sqlx::FromRow)]
struct Row {
    id: ApiKeyId,
    organization_id: OrganizationId,
    user_id: UserId,
    name: String,
    prefix: String,
    scopes: String,
    created_by: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl TryFrom<Row> for Credential {
    type Error = crate::error::Error;

    fn try_from(row: Row) -> Result<Self> {
        let scopes: Vec<String> = serde_json::from_str(&row.scopes)?;
        let key = ApiKey {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            // A scope that is known no more opens nothing.
            scopes: scopes.iter().filter_map(|scope| Scope::parse(scope)).collect(),
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        };
        Ok(Self { key, user: row.user_id, organization: row.organization_id })
    }
}

const SELECT: &str = "SELECT id, organization_id, user_id, name, prefix, scopes, created_by, created_at, expires_at, \
     last_used_at, revoked_at FROM api_keys WHERE ";

/// The keys of an account, newest first, revoked ones too.
pub async fn list(tx: &mut Tx, user: &UserId) -> Result<Vec<ApiKey>> {
    let rows = sql(SELECT).push("user_id = $1 ORDER BY id DESC").bind(user).all::<Row>(tx).await?;
    rows.into_iter().map(|row| Ok(Credential::try_from(row)?.key)).collect()
}

pub(super) async fn find(tx: &mut Tx, user: &UserId, id: &ApiKeyId) -> Result<Option<ApiKey>> {
    let row = sql(SELECT).push("user_id = $1 AND id = $2").bind(user).bind(id).optional::<Row>(tx).await?;
    row.map(|row| Ok(Credential::try_from(row)?.key)).transpose()
}

/// The key with that hash, revoked or expired as it may be.
pub async fn find_by_hash(tx: &mut Tx, hash: &str) -> Result<Option<Credential>> {
    let row = sql(SELECT).push("hash = $1").bind(hash).optional::<Row>(tx).await?;
    row.map(Credential::try_from).transpose()
}

pub(super) async fn exists(tx: &mut Tx, id: &ApiKeyId) -> Result<bool> {
    Ok(sql("SELECT COUNT(*) FROM api_keys WHERE id = $1").bind(id).count(tx).await? > 0)
}

pub(super) async fn insert(tx: &mut Tx, user: &User, key: &ApiKey, hash: &str) -> Result<()> {
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    sql("INSERT INTO api_keys (id, organization_id, user_id, name, prefix, hash, scopes, created_by, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(&key.id)
    .bind(&user.organization_id)
    .bind(&user.id)
    .bind(&key.name)
    .bind(&key.prefix)
    .bind(hash)
    .bind(serde_json::to_string(&scopes)?)
    .bind(&key.created_by)
    .bind(&key.created_at)
    .bind(key.expires_at.as_ref())
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn revoke(tx: &mut Tx, id: &ApiKeyId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE api_keys SET revoked_at = $2 WHERE id = $1").bind(id).bind(&now).run(tx).await?;
    Ok(())
}

/// Counts those that were live.
pub(super) async fn revoke_all(tx: &mut Tx, user: &UserId) -> Result<u64> {
    let now = tx.now();
    let live = sql(
        "SELECT COUNT(*) FROM api_keys WHERE user_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
    );
    let live = live.bind(user).bind(&now).count(tx).await?;
    let revoke = sql("UPDATE api_keys SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL");
    revoke.bind(user).bind(&now).run(tx).await?;
    Ok(live.unsigned_abs())
}

/// Whether a use now is worth writing down.
fn is_due(key: &ApiKey, now: &Timestamp) -> bool {
    key.last_used_at.as_ref().is_none_or(|last| last.until(now) >= USED)
}

/// Notes that the key was used, at most once a minute.
pub async fn mark_used(db: &crate::db::Db, key: &ApiKey) -> Result<()> {
    if !is_due(key, &db.clock().now()) {
        return Ok(());
    }
    let mut tx = db.write().await?;
    let now = tx.now();
    sql("UPDATE api_keys SET last_used_at = $2 WHERE id = $1").bind(&key.id).bind(&now).run(&mut tx).await?;
    tx.commit().await
}
