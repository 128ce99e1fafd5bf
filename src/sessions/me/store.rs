//! Rows behind `/me`.

use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::UserId;

/// The groups of the person `$1`, those within groups too. UNION, not UNION ALL: a circle ends.
const WITHIN: &str = "WITH RECURSIVE within (group_id) AS ( \
     SELECT group_id FROM memberships WHERE member_id = $1 AND member_kind = 'user' \
     UNION SELECT memberships.group_id FROM memberships JOIN within ON memberships.member_id = within.group_id \
     AND memberships.member_kind = 'group') ";

pub(super) async fn groups(tx: &mut Tx, user: &UserId) -> Result<Vec<String>> {
    let rows = sql(WITHIN)
        .push("SELECT display_name FROM groups WHERE id IN (SELECT group_id FROM within) ORDER BY display_name_key, id")
        .bind(user)
        .all::<(String,)>(tx)
        .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

pub(super) async fn has_password(tx: &mut Tx, user: &UserId) -> Result<bool> {
    Ok(sql("SELECT COUNT(*) FROM passwords WHERE user_id = $1").bind(user).count(tx).await? > 0)
}
