//! Rows of directory tokens.

use super::Token;
use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::{DirectoryId, TokenId};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: TokenId,
    name: String,
    prefix: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl From<Row> for Token {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}

pub(super) struct NewToken<'a> {
    pub id: &'a TokenId,
    pub directory: &'a DirectoryId,
    pub name: &'a str,
    pub prefix: &'a str,
    pub hash: &'a str,
    pub by: &'a str,
}

const SELECT: &str =
    "SELECT id, name, prefix, created_at, last_used_at, revoked_at FROM directory_tokens WHERE directory_id = $1";

pub(super) async fn list(tx: &mut Tx, directory: &DirectoryId) -> Result<Vec<Token>> {
    let rows = sql(SELECT).push(" ORDER BY id DESC").bind(directory).all::<Row>(tx).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(super) async fn find(tx: &mut Tx, directory: &DirectoryId, id: &TokenId) -> Result<Option<Token>> {
    let row = sql(SELECT).push(" AND id = $2").bind(directory).bind(id).optional::<Row>(tx).await?;
    Ok(row.map(Into::into))
}

pub(super) async fn exists(tx: &mut Tx, id: &TokenId) -> Result<bool> {
    Ok(sql("SELECT COUNT(*) FROM directory_tokens WHERE id = $1").bind(id).count(tx).await? > 0)
}

pub(super) async fn insert(tx: &mut Tx, new: NewToken<'_>) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO directory_tokens (id, directory_id, name, prefix, hash, created_at, created_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(new.id)
    .bind(new.directory)
    .bind(new.name)
    .bind(new.prefix)
    .bind(new.hash)
    .bind(&now)
    .bind(new.by)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn revoke(tx: &mut Tx, id: &TokenId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE directory_tokens SET revoked_at = $2 WHERE id = $1").bind(id).bind(&now).run(tx).await?;
    Ok(())
}

pub(super) async fn revoke_all(tx: &mut Tx, directory: &DirectoryId) -> Result<u64> {
    let now = tx.now();
    let update = sql("UPDATE directory_tokens SET revoked_at = $2 WHERE directory_id = $1 AND revoked_at IS NULL");
    update.bind(directory).bind(&now).run(tx).await
}
