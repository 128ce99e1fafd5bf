//! The recursive statements behind [`super`]: down from the members that leave, and up again by every other way.

use crate::access::roles::holding::store::{MAY_SIGN_IN, push_live};
use crate::db::{Sql, Tx, sql};
use crate::error::Result;
use crate::id::{GroupId, UserId};

/// Who below the leaving members may sign in and is reached by no live grant otherwise.
pub(super) async fn reached_no_more(tx: &mut Tx, group: &GroupId, leaving: Option<&[String]>) -> Result<Vec<UserId>> {
    let now = tx.now();
    // The memberships that would go.
    let going = |statement: Sql| {
        let statement = statement.push("m.group_id = ").push_bind(group);
        match leaving {
            Some(ids) => statement.push(" AND m.member_id IN ").push_list(ids),
            None => statement,
        }
    };
    let statement = sql("WITH RECURSIVE leaving (member_id, member_kind) AS (
             SELECT m.member_id, m.member_kind FROM memberships m WHERE ");
    let statement = going(statement).push(
        "), below (group_id) AS (
                 SELECT member_id FROM leaving WHERE member_kind = 'group'
                 UNION SELECT m.member_id FROM below JOIN memberships m ON m.group_id = below.group_id AND m.member_kind = 'group'
             ), touched (user_id) AS (
                 SELECT member_id FROM leaving WHERE member_kind = 'user'
                 UNION SELECT m.member_id FROM below JOIN memberships m ON m.group_id = below.group_id AND m.member_kind = 'user'
             ), up (user_id, group_id) AS (
                 SELECT m.member_id, m.group_id FROM touched JOIN memberships m ON m.member_id = touched.user_id WHERE NOT (",
    );
    let statement = going(statement).push(
        ") UNION SELECT up.user_id, m.group_id FROM up
                 JOIN memberships m ON m.member_id = up.group_id AND m.member_kind = 'group' WHERE NOT (",
    );
    let statement = going(statement).push(
        ")), holding (user_id) AS (
                 SELECT up.user_id FROM up JOIN grants ON grants.group_id = up.group_id WHERE ",
    );
    let statement = push_live(statement, &now)
        .push(" UNION SELECT grants.user_id FROM touched JOIN grants ON grants.user_id = touched.user_id WHERE ");
    let rows: Vec<(UserId,)> = push_live(statement, &now)
        .push(") SELECT users.id FROM users WHERE users.id IN (SELECT user_id FROM touched EXCEPT SELECT user_id FROM holding) AND ")
        .push(MAY_SIGN_IN)
        .push(" ORDER BY users.id")
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether being in the group gives a role, by itself or by a group that it is in.
pub(super) async fn gives_roles(tx: &mut Tx, group: &GroupId) -> Result<bool> {
    let now = tx.now();
    let statement = sql("WITH RECURSIVE above (group_id) AS (SELECT id FROM groups WHERE id = $1
             UNION SELECT m.group_id FROM above JOIN memberships m ON m.member_id = above.group_id AND m.member_kind = 'group'
         ) SELECT COUNT(*) FROM above JOIN grants ON grants.group_id = above.group_id WHERE ")
    .bind(group);
    Ok(push_live(statement, &now).count(tx).await? > 0)
}
