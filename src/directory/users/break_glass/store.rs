//! Rows of break-glass owners.

use super::BreakGlassOwner;
use crate::db::{Sql, Tx, sql};
use crate::error::Result;
use crate::id::{OrganizationId, UserId};
use crate::time::Timestamp;

/// What makes a person one; the rest of the words behind `SELECT …`.
const THEY: &str = " FROM users JOIN passwords ON passwords.user_id = users.id \
     LEFT JOIN second_factors ON second_factors.user_id = users.id \
     WHERE users.source = 'local' AND users.level = 'owner' AND users.idp_active = TRUE \
     AND users.suspended_at IS NULL AND users.deleted_at IS NULL AND users.organization_id = ";

fn they(select: &str, organization: &OrganizationId) -> Sql {
    sql(select).push(THEY).push_bind(organization)
}

pub(super) async fn has_password(tx: &mut Tx, user: &UserId) -> Result<bool> {
    Ok(sql("SELECT COUNT(*) FROM passwords WHERE user_id = $1").bind(user).count(tx).await? > 0)
}

/// How many there are besides this person.
pub(super) async fn others(tx: &mut Tx, organization: &OrganizationId, except: &UserId) -> Result<i64> {
    they("SELECT COUNT(*)", organization).push(" AND users.id <> ").push_bind(except).count(tx).await
}

pub(super) async fn set_drilled(tx: &mut Tx, id: &UserId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET drilled_at = $2 WHERE id = $1").bind(id).bind(&now).run(tx).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: UserId,
    display_name: String,
    user_name: String,
    factors: i64,
    drilled_at: Option<Timestamp>,
}

/// The organization's break-glass owners, by name.
pub async fn list(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<BreakGlassOwner>> {
    let select = "SELECT users.id, users.display_name, users.user_name, users.drilled_at, \
         CASE WHEN second_factors.user_id IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END AS factors";
    let rows = they(select, organization).push(" ORDER BY users.display_name_key, users.id").all::<Row>(tx).await?;
    let owner = |row: Row| BreakGlassOwner {
        id: row.id,
        name: row.display_name,
        user_name: row.user_name,
        has_second_factor: row.factors == 1,
        drilled_at: row.drilled_at,
    };
    Ok(rows.into_iter().map(owner).collect())
}
