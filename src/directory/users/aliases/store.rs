//! Rows of aliases.

use serde_json::{Map, Value};

use super::model::{Alias, Name, Origin};
use crate::db::{Sql, Tx, like_literal, sql};
use crate::error::{Error, Result};
use crate::id::{AliasId, DirectoryId, OrganizationId, UserId};

/// How many names one statement asks for: three values each, far below what either engine binds.
const CHUNK: usize = 150;
/// How many documents are read at once.
const BATCH: i64 = 500;

#[derive(sqlx::FromRow)]
struct Row {
    id: AliasId,
    set_name: String,
    alias: String,
    origin: String,
}

impl TryFrom<Row> for Alias {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let origin = Origin::parse(&row.origin).ok_or_else(|| Error::internal("an alias's origin cannot be read"))?;
        Ok(Self { id: row.id, set: row.set_name, alias: row.alias, origin })
    }
}

/// The user's aliases, by set and name.
pub async fn of_user(tx: &mut Tx, user: &UserId) -> Result<Vec<Alias>> {
    let rows =
        sql("SELECT id, set_name, alias, origin FROM identity_aliases WHERE user_id = $1 ORDER BY set_name, alias, id");
    rows.bind(user).all::<Row>(tx).await?.into_iter().map(Alias::try_from).collect()
}

/// The first of these names that somebody of the organization has, with whoever it is.
pub(super) async fn taken(
    tx: &mut Tx,
    organization: &OrganizationId,
    except: &UserId,
    names: &[Name],
) -> Result<Option<(Name, UserId)>> {
    for chunk in names.chunks(CHUNK) {
        let mut query =
            sql("SELECT set_name, alias, user_id FROM identity_aliases WHERE user_id <> $1 AND (").bind(except);
        for (n, name) in chunk.iter().enumerate() {
            query = query
                .push(if n == 0 { "(organization_id = " } else { " OR (organization_id = " })
                .push_bind(organization)
                .push(" AND set_name = ")
                .push_bind(&name.set)
                .push(" AND alias = ")
                .push_bind(&name.alias)
                .push(")");
        }
        let found = query.push(") ORDER BY set_name, alias LIMIT 1").optional::<(String, String, UserId)>(tx).await?;
        if let Some((set, alias, user)) = found {
            return Ok(Some((Name { set, alias }, user)));
        }
    }
    Ok(None)
}

pub(super) async fn insert(
    tx: &mut Tx,
    organization: &OrganizationId,
    user: &UserId,
    name: &Name,
    origin: &Origin,
) -> Result<()> {
    let now = tx.now();
    sql(
        "INSERT INTO identity_aliases (id, organization_id, user_id, set_name, alias, search_key, origin, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&AliasId::new())
    .bind(organization)
    .bind(user)
    .bind(&name.set)
    .bind(&name.alias)
    .bind(name.search_key())
    .bind(origin.to_string())
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn set_origin(tx: &mut Tx, id: &AliasId, origin: &Origin) -> Result<()> {
    sql("UPDATE identity_aliases SET origin = $2 WHERE id = $1").bind(id).bind(origin.to_string()).run(tx).await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, id: &AliasId) -> Result<()> {
    sql("DELETE FROM identity_aliases WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}

pub(super) async fn delete_all(tx: &mut Tx, user: &UserId) -> Result<()> {
    sql("DELETE FROM identity_aliases WHERE user_id = $1").bind(user).run(tx).await?;
    Ok(())
}

/// Adds the condition that a user, whose id is `column`, has an alias that is found by a pattern of LIKE.
pub fn push_search(statement: Sql, column: &str, organization: &OrganizationId, folded: &str) -> Sql {
    statement
        .push(column)
        .push(" IN (SELECT user_id FROM identity_aliases WHERE organization_id = ")
        .push_bind(organization)
        .push(" AND search_key LIKE ")
        .push_bind(format!("%{}%", like_literal(folded)))
        .push(" ESCAPE '\\')")
}

/// Documents of a directory's people that hold the attribute, by id, behind one of them.
pub(super) async fn documents_with(
    tx: &mut Tx,
    directory: &DirectoryId,
    attribute: &str,
    after: Option<&UserId>,
) -> Result<Vec<(UserId, Map<String, Value>)>> {
    let rows: Vec<(UserId, String)> = sql("SELECT id, document FROM users WHERE deleted_at IS NULL AND id IN \
         (SELECT resource_id FROM attribute_values WHERE directory_id = $1 AND kind = 'User' AND path = $2) \
         AND id > $3 ORDER BY id LIMIT ")
    .bind(directory)
    .bind(attribute)
    .bind(after.map_or("", UserId::as_str))
    .push_bind(BATCH)
    .all(tx)
    .await?;
    rows.into_iter().map(|(id, document)| Ok((id, serde_json::from_str(&document)?))).collect()
}

pub(super) async fn save_document(tx: &mut Tx, id: &UserId, document: &Map<String, Value>) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET document = $2, version = version + 1, updated_at = $3 WHERE id = $1")
        .bind(id)
        .bind(&Value::Object(document.clone()))
        .bind(&now)
        .run(tx)
        .await?;
    Ok(())
}

/// The rows by which filters are answered follow the attribute's name.
pub(super) async fn rename_values(tx: &mut Tx, directory: &DirectoryId, former: &str, name: &str) -> Result<()> {
    sql("UPDATE attribute_values SET path = $3 WHERE directory_id = $1 AND kind = 'User' AND path = $2")
        .bind(directory)
        .bind(former)
        .bind(name)
        .run(tx)
        .await?;
    Ok(())
}
