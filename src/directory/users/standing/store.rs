//! The columns that only we write: level and suspension. The SCIM resource does not show them, so its version stays.

use crate::actor::Level;
use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::{OrganizationId, UserId};

/// Two people who demote each other at once would leave nobody: such changes happen one after the other.
pub(super) async fn lock_organization(tx: &mut Tx, organization: &OrganizationId) -> Result<()> {
    let lock = tx.dialect().for_update();
    sql("SELECT id FROM organizations WHERE id = $1").push(lock).bind(organization).optional::<(String,)>(tx).await?;
    Ok(())
}

pub(super) async fn has_password(tx: &mut Tx, user: &UserId) -> Result<bool> {
    Ok(sql("SELECT COUNT(*) FROM passwords WHERE user_id = $1").bind(user).count(tx).await? > 0)
}

/// How many active local owners with a password there are besides this person.
pub(super) async fn other_break_glass_owners(
    tx: &mut Tx,
    organization: &OrganizationId,
    except: &UserId,
) -> Result<i64> {
    sql("SELECT COUNT(*) FROM users JOIN passwords ON passwords.user_id = users.id \
         WHERE users.organization_id = $1 AND users.id <> $2 AND users.source = 'local' AND users.level = 'owner' \
         AND users.idp_active = TRUE AND users.suspended_at IS NULL AND users.deleted_at IS NULL")
    .bind(organization)
    .bind(except)
    .count(tx)
    .await
}

pub(super) async fn set_level(tx: &mut Tx, id: &UserId, level: Level) -> Result<()> {
    sql("UPDATE users SET level = $2 WHERE id = $1").bind(id).bind(level.as_str()).run(tx).await?;
    Ok(())
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
