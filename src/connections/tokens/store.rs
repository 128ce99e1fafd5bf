//! Rows of directory tokens and client secrets.

use super::create::New;
use super::{Kind, Token};
use crate::db::{Tx, sql};
use crate::error::{Error, Result};
use crate::id::{DirectoryId, TokenId};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: TokenId,
    kind: String,
    name: String,
    prefix: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl TryFrom<Row> for Token {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            kind: Kind::parse(&row.kind).ok_or_else(|| Error::internal("a token's row cannot be read"))?,
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        })
    }
}

const SELECT: &str = "SELECT id, kind, name, prefix, created_at, last_used_at, expires_at, revoked_at FROM directory_tokens \
     WHERE directory_id = $1";

pub(super) async fn list(tx: &mut Tx, directory: &DirectoryId, kind: Kind) -> Result<Vec<Token>> {
    let rows = sql(SELECT).push(" AND kind = $2 ORDER BY id DESC").bind(directory).bind(kind.as_str()).all::<Row>(tx);
    rows.await?.into_iter().map(Token::try_from).collect()
}

pub(super) async fn find(tx: &mut Tx, directory: &DirectoryId, id: &TokenId) -> Result<Option<Token>> {
    let row = sql(SELECT).push(" AND id = $2").bind(directory).bind(id).optional::<Row>(tx).await?;
    row.map(Token::try_from).transpose()
}

pub(super) async fn exists(tx: &mut Tx, id: &TokenId) -> Result<bool> {
    Ok(sql("SELECT COUNT(*) FROM directory_tokens WHERE id = $1").bind(id).count(tx).await? > 0)
}

pub(super) async fn insert(
    tx: &mut Tx,
    directory: &DirectoryId,
    new: &New<'_>,
    prefix: &str,
    hash: &str,
    by: &str,
) -> Result<()> {
    let now = tx.now();
    sql(
        "INSERT INTO directory_tokens (id, directory_id, kind, name, prefix, hash, created_at, created_by, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(new.id)
    .bind(directory)
    .bind(new.kind.as_str())
    .bind(new.name)
    .bind(prefix)
    .bind(hash)
    .bind(&now)
    .bind(by)
    .bind(new.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn end_at(tx: &mut Tx, id: &TokenId, end: &Timestamp) -> Result<()> {
    sql("UPDATE directory_tokens SET expires_at = $2 WHERE id = $1").bind(id).bind(end).run(tx).await?;
    Ok(())
}

pub(super) async fn revoke(tx: &mut Tx, id: &TokenId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE directory_tokens SET revoked_at = $2 WHERE id = $1").bind(id).bind(&now).run(tx).await?;
    sql("UPDATE access_tokens SET revoked_at = $2 WHERE secret_id = $1 AND revoked_at IS NULL")
        .bind(id)
        .bind(&now)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn revoke_all(tx: &mut Tx, directory: &DirectoryId) -> Result<u64> {
    let now = tx.now();
    let tokens = sql("UPDATE directory_tokens SET revoked_at = $2 WHERE directory_id = $1 AND revoked_at IS NULL");
    let revoked = tokens.bind(directory).bind(&now).run(tx).await?;
    // The federation itself stays; an exchange that is under way finds it changed, and gives out nothing.
    let federation = sql("UPDATE federations SET updated_at = $2 WHERE directory_id = $1");
    federation.bind(directory).bind(&now).run(tx).await?;
    let access = sql("UPDATE access_tokens SET revoked_at = $2 WHERE directory_id = $1 AND revoked_at IS NULL");
    access.bind(directory).bind(&now).run(tx).await?;
    Ok(revoked)
}
