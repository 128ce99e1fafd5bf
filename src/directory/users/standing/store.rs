//! The columns that only we write: level, operator and suspension. The SCIM resource does not show them, so its version stays.

use crate::actor::Level;
use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::{OrganizationId, UserId};

pub(super) async fn set_level(tx: &mut Tx, id: &UserId, level: Level) -> Result<()> {
    sql("UPDATE users SET level = $2 WHERE id = $1").bind(id).bind(level.as_str()).run(tx).await?;
    Ok(())
}

pub(super) async fn set_operator(tx: &mut Tx, id: &UserId, operator: bool) -> Result<()> {
    sql("UPDATE users SET operator = $2 WHERE id = $1").bind(id).bind(operator).run(tx).await?;
    Ok(())
}

/// Whether somebody, other than this person, is an owner and operator who may sign in.
pub(super) async fn makes_operators(
    tx: &mut Tx,
    organization: &OrganizationId,
    except: Option<&UserId>,
) -> Result<bool> {
    let others = sql("SELECT COUNT(*) FROM users WHERE organization_id = $1 AND id <> $2 AND operator = TRUE \
         AND level = 'owner' AND idp_active = TRUE AND suspended_at IS NULL AND deleted_at IS NULL")
    .bind(organization)
    .bind(except.map_or("", UserId::as_str));
    Ok(others.count(tx).await? > 0)
}

pub(super) async fn set_suspension(tx: &mut Tx, id: &UserId, by: &str, reason: Option<&str>) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET suspended_at = $2, suspended_by = $3, suspended_reason = $4 WHERE id = $1")
        .bind(id)
        .bind(&now)
        .bind(by)
        .bind(reason)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn clear_suspension(tx: &mut Tx, id: &UserId) -> Result<()> {
    sql("UPDATE users SET suspended_at = NULL, suspended_by = NULL, suspended_reason = NULL WHERE id = $1")
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}
