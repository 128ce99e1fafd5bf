//! Rows of service accounts.

use super::PER_PAGE;
use super::model::{Answerable, Listed};
use crate::db::{Sql, Tx, like_literal, sql};
use crate::directory::users::model::{Status, User, search_key};
use crate::error::Result;
use crate::id::{OrganizationId, UserId};
use crate::text;
use crate::time::Timestamp;

pub(super) async fn insert(
    tx: &mut Tx,
    organization: &OrganizationId,
    name: &str,
    user_name: &str,
    answerable: &UserId,
) -> Result<UserId> {
    let id = UserId::new();
    let now = tx.now();
    sql(
        "INSERT INTO users (id, organization_id, source, kind, answerable_id, user_name, user_name_key, display_name, \
         display_name_key, search_key, level, operator, idp_active, document, version, created_at, updated_at) \
         VALUES ($1, $2, 'local', 'service', $3, $4, $5, $6, $7, $8, 'member', FALSE, TRUE, '{}', 1, $9, $9)",
    )
    .bind(&id)
    .bind(organization)
    .bind(answerable)
    .bind(user_name)
    .bind(muster_scim::compare::user_name_key(user_name))
    .bind(name)
    .bind(muster_scim::compare::fold(name))
    .bind(search_key(name, user_name, None))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(id)
}

pub(super) async fn rename(tx: &mut Tx, account: &User, name: &str) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET display_name = $2, display_name_key = $3, search_key = $4, version = version + 1, \
         updated_at = $5 WHERE id = $1")
    .bind(&account.id)
    .bind(name)
    .bind(muster_scim::compare::fold(name))
    .bind(search_key(name, &account.user_name, None))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn set_answerable(tx: &mut Tx, id: &UserId, answerable: &UserId) -> Result<()> {
    sql("UPDATE users SET answerable_id = $2 WHERE id = $1").bind(id).bind(answerable).run(tx).await?;
    Ok(())
}

/// The userNames of local users that begin like this one.
pub(super) async fn user_names_like(tx: &mut Tx, organization: &OrganizationId, stem: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> =
        sql("SELECT user_name_key FROM users WHERE organization_id = $1 AND source = 'local' AND deleted_at IS NULL \
             AND user_name_key LIKE $2 ESCAPE '\\'")
        .bind(organization)
        .bind(format!("{}%", like_literal(stem)))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// People who may sign in and have this userName, address or id; two are enough to know that it is not one.
pub(super) async fn people_called(tx: &mut Tx, organization: &OrganizationId, typed: &str) -> Result<Vec<Answerable>> {
    let rows: Vec<(UserId, String)> = sql(
        "SELECT id, display_name FROM users WHERE organization_id = $1 AND kind = 'person' AND deleted_at IS NULL \
             AND idp_active = TRUE AND suspended_at IS NULL AND (id = $2 OR user_name_key = $3 OR email_key = $4) \
             ORDER BY id LIMIT 2",
    )
    .bind(organization)
    .bind(typed)
    .bind(muster_scim::compare::user_name_key(typed))
    .bind(text::fold(typed))
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|(id, name)| Answerable { id, name, is_here: true }).collect())
}

/// What finds this person alone: the userName, or the id where others are called so.
pub(super) async fn called(tx: &mut Tx, organization: &OrganizationId, person: &UserId) -> Result<String> {
    let (user_name,): (String,) = sql("SELECT user_name FROM users WHERE id = $1").bind(person).one(tx).await?;
    let alone = people_called(tx, organization, &user_name).await?.len() == 1;
    Ok(if alone { user_name } else { person.to_string() })
}

/// Whether the person `a` may sign in.
const IS_HERE: &str =
    "CASE WHEN a.deleted_at IS NULL AND a.idp_active = TRUE AND a.suspended_at IS NULL THEN TRUE ELSE FALSE END";

/// Who answers for the account.
pub async fn answerable_of(tx: &mut Tx, account: &User) -> Result<Option<Answerable>> {
    let Some(id) = &account.answerable else { return Ok(None) };
    let row: Option<(UserId, String, bool)> = sql("SELECT a.id, a.display_name, ")
        .push(IS_HERE)
        .push(" FROM users a WHERE a.id = $1")
        .bind(id)
        .optional(tx)
        .await?;
    Ok(row.map(|(id, name, is_here)| Answerable { id, name, is_here }))
}

/// For how many service accounts the person answers.
pub async fn count_answered_by(tx: &mut Tx, person: &UserId) -> Result<i64> {
    let count = sql("SELECT COUNT(*) FROM users WHERE answerable_id = $1 AND kind = 'service' AND deleted_at IS NULL");
    count.bind(person).count(tx).await
}

#[derive(sqlx::FromRow)]
struct Row {
    id: UserId,
    display_name: String,
    idp_active: bool,
    suspended_at: Option<Timestamp>,
    suspended_by: Option<String>,
    answerable_id: Option<UserId>,
    answerable_name: Option<String>,
    is_here: bool,
    keys: i64,
    last_used_at: Option<Timestamp>,
}

impl From<Row> for Listed {
    fn from(row: Row) -> Self {
        let status = match (row.suspended_at, row.idp_active) {
            (Some(_), _) => Status::Suspended,
            (None, false) => Status::Deactivated,
            (None, true) => Status::Active,
        };
        let answerable = row.answerable_id.zip(row.answerable_name);
        Self {
            id: row.id,
            name: row.display_name,
            status,
            suspended_by: row.suspended_by,
            answerable: answerable.map(|(id, name)| Answerable { id, name, is_here: row.is_here }),
            keys: row.keys,
            last_used_at: row.last_used_at,
        }
    }
}

/// The rest of the words behind `SELECT …`; the account is `s`, who answers for it `a`.
fn accounts(select: Sql, organization: &OrganizationId) -> Sql {
    select
        .push(" FROM users s LEFT JOIN users a ON a.id = s.answerable_id WHERE s.kind = 'service' AND s.deleted_at IS NULL")
        .push(" AND s.organization_id = ")
        .push_bind(organization)
}

fn columns(now: &Timestamp) -> Sql {
    sql("SELECT s.id, s.display_name, s.idp_active, s.suspended_at, s.suspended_by, a.id AS answerable_id, \
         a.display_name AS answerable_name, ")
    .push(IS_HERE)
    .push(
        " AS is_here, (SELECT COUNT(*) FROM api_keys k WHERE k.user_id = s.id AND k.revoked_at IS NULL \
         AND (k.expires_at IS NULL OR k.expires_at > ",
    )
    .push_bind(now)
    .push(")) AS keys, (SELECT MAX(k.last_used_at) FROM api_keys k WHERE k.user_id = s.id) AS last_used_at")
}

/// The accounts of this page, by name, and how many there are; `page` counts from 1.
pub async fn list(tx: &mut Tx, organization: &OrganizationId, page: u64) -> Result<(Vec<Listed>, u64)> {
    let total = accounts(sql("SELECT COUNT(*)"), organization).count(tx).await?;
    let offset = i64::try_from(PER_PAGE.saturating_mul(page.saturating_sub(1))).unwrap_or(i64::MAX);
    let rows = accounts(columns(&tx.now()), organization)
        .push(" ORDER BY s.search_key, s.id LIMIT ")
        .push_bind(PER_PAGE as i64)
        .push(" OFFSET ")
        .push_bind(offset)
        .all::<Row>(tx)
        .await?;
    Ok((rows.into_iter().map(Listed::from).collect(), total.unsigned_abs()))
}

/// The accounts that nobody answers for any more: the person was suspended, deactivated or deleted.
pub async fn without_answerable(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<Listed>> {
    let rows = accounts(columns(&tx.now()), organization)
        .push(" AND (a.id IS NULL OR a.deleted_at IS NOT NULL OR a.idp_active = FALSE OR a.suspended_at IS NOT NULL)")
        .push(" ORDER BY s.search_key, s.id")
        .all::<Row>(tx)
        .await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}
