//! Rows of custom resources.

use serde_json::{Map, Value};

use super::model::Resource;
use crate::db::{Sql, Tx, sql};
use crate::directory::Realm;
use crate::directory::selection::{Clause, Selection};
use crate::error::{Error, Result};
use crate::id::ResourceId;
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: ResourceId,
    document: String,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl TryFrom<Row> for Resource {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let document = serde_json::from_str(&row.document)?;
        Ok(Self { id: row.id, document, version: row.version, created_at: row.created_at, updated_at: row.updated_at })
    }
}

const SELECT: &str = "SELECT id, document, version, created_at, updated_at FROM resources WHERE ";

fn within(sql: Sql, realm: &Realm, kind: &str) -> Sql {
    sql.push("directory_id = ").push_bind(&realm.directory).push(" AND kind = ").push_bind(kind)
}

pub(super) async fn find(tx: &mut Tx, realm: &Realm, kind: &str, id: &ResourceId) -> Result<Option<Resource>> {
    let row = within(sql(SELECT), realm, kind).push(" AND id = ").push_bind(id).optional::<Row>(tx).await?;
    row.map(Resource::try_from).transpose()
}

pub(super) async fn lock(tx: &mut Tx, realm: &Realm, kind: &str, id: &ResourceId) -> Result<Option<Resource>> {
    let lock = tx.dialect().for_update();
    let row = within(sql(SELECT), realm, kind).push(" AND id = ").push_bind(id).push(lock).optional::<Row>(tx).await?;
    row.map(Resource::try_from).transpose()
}

pub(super) async fn count(tx: &mut Tx, realm: &Realm, kind: &str, narrow: Clause<'_>) -> Result<u64> {
    let all = within(sql("SELECT COUNT(*) FROM resources WHERE "), realm, kind);
    Ok(narrow(all).count(tx).await?.unsigned_abs())
}

pub(super) async fn page(tx: &mut Tx, realm: &Realm, kind: &str, selection: &Selection<'_>) -> Result<Vec<Resource>> {
    let rows = selection.complete(within(sql(SELECT), realm, kind)).all::<Row>(tx).await?;
    rows.into_iter().map(Resource::try_from).collect()
}

pub(super) async fn insert(
    tx: &mut Tx,
    realm: &Realm,
    kind: &str,
    id: &ResourceId,
    external_id: Option<&str>,
    document: &Map<String, Value>,
) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO resources (id, organization_id, directory_id, kind, external_id, document, version, created_at, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)")
    .bind(id)
    .bind(&realm.organization)
    .bind(&realm.directory)
    .bind(kind)
    .bind(external_id)
    .bind(&Value::Object(document.clone()))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn update(
    tx: &mut Tx,
    id: &ResourceId,
    external_id: Option<&str>,
    document: &Map<String, Value>,
) -> Result<()> {
    let now = tx.now();
    sql("UPDATE resources SET external_id = $1, document = $2, version = version + 1, updated_at = $3 WHERE id = $4")
        .bind(external_id)
        .bind(&Value::Object(document.clone()))
        .bind(&now)
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, id: &ResourceId) -> Result<()> {
    sql("DELETE FROM resources WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}
