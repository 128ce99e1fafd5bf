//! Rows of users.

use serde_json::Value;

use super::model::{NewUser, Suspension, User, search_key};
use crate::actor::Level;
use crate::db::{Tx, sql};
use crate::directory::Source;
use crate::error::{Error, Result};
use crate::id::{OrganizationId, UserId};
use crate::text;
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: UserId,
    organization_id: OrganizationId,
    source: String,
    user_name: String,
    external_id: Option<String>,
    display_name: String,
    given_name: Option<String>,
    family_name: Option<String>,
    email: Option<String>,
    title: Option<String>,
    department: Option<String>,
    level: String,
    operator: bool,
    idp_active: bool,
    suspended_at: Option<Timestamp>,
    suspended_by: Option<String>,
    suspended_reason: Option<String>,
    document: String,
    version: i64,
    last_sign_in_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl TryFrom<Row> for User {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let suspension = match (row.suspended_at, row.suspended_by) {
            (Some(at), Some(by)) => Some(Suspension { at, by, reason: row.suspended_reason }),
            _ => None,
        };
        let document = match serde_json::from_str(&row.document)? {
            Value::Object(document) => document,
            _ => return Err(Error::internal("a user's document is no JSON object")),
        };
        Ok(Self {
            source: Source::parse(&row.source).ok_or_else(|| Error::internal("a user's source cannot be read"))?,
            level: Level::parse(&row.level).ok_or_else(|| Error::internal("a user's level cannot be read"))?,
            id: row.id,
            organization_id: row.organization_id,
            user_name: row.user_name,
            external_id: row.external_id,
            display_name: row.display_name,
            given_name: row.given_name,
            family_name: row.family_name,
            email: row.email,
            title: row.title,
            department: row.department,
            operator: row.operator,
            idp_active: row.idp_active,
            suspension,
            document,
            version: row.version,
            last_sign_in_at: row.last_sign_in_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Deleted people are left out everywhere: `SELECT … FROM users WHERE deleted_at IS NULL`, ready for ` AND …`.
pub(super) const SELECT: &str = "SELECT id, organization_id, source, user_name, external_id, display_name, given_name, \
     family_name, email, title, department, level, operator, idp_active, suspended_at, suspended_by, suspended_reason, \
     document, version, last_sign_in_at, created_at, updated_at FROM users WHERE deleted_at IS NULL";

/// One person of this organization.
pub async fn find(tx: &mut Tx, organization: &OrganizationId, id: &UserId) -> Result<Option<User>> {
    let row = sql(SELECT).push(" AND organization_id = $1 AND id = $2").bind(organization).bind(id);
    row.optional::<Row>(tx).await?.map(User::try_from).transpose()
}

/// Adds a person. The caller has made sure that the userName is free within its source.
///
/// # Errors
/// [`Error::Conflict`] if another process took the name in the same moment.
pub async fn insert(tx: &mut Tx, new: &NewUser) -> Result<UserId> {
    let id = UserId::new();
    let now = tx.now();
    let display_name = new.display_name.as_deref().unwrap_or(&new.user_name);
    sql("INSERT INTO users (id, organization_id, source, user_name, user_name_key, external_id, display_name, given_name, \
         family_name, email, email_key, search_key, level, operator, idp_active, document, version, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1, $17, $17)")
    .bind(&id)
    .bind(&new.organization_id)
    .bind(new.source.to_string())
    .bind(&new.user_name)
    .bind(muster_scim::compare::user_name_key(&new.user_name))
    .bind(new.external_id.as_deref())
    .bind(display_name)
    .bind(new.given_name.as_deref())
    .bind(new.family_name.as_deref())
    .bind(new.email.as_deref())
    .bind(new.email.as_deref().map(text::fold))
    .bind(search_key(display_name, &new.user_name, new.email.as_deref()))
    .bind(new.level.as_str())
    .bind(new.operator)
    .bind(new.idp_active)
    .bind(&Value::Object(new.document.clone()))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(id)
}
