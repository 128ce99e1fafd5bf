//! Since when people have had access.

use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::UserId;
use crate::time::Timestamp;

/// How many people one statement lists at most.
pub(super) const CHUNK: usize = 500;

/// Which of these people was let in by then, and is not suspended: whoever is has no access to lose. Programs are no people.
pub(super) async fn active_before(tx: &mut Tx, people: &[UserId], moment: &Timestamp) -> Result<Vec<UserId>> {
    let mut found = Vec::new();
    for chunk in people.chunks(CHUNK) {
        let rows: Vec<(UserId,)> = sql(
            "SELECT id FROM users WHERE kind = 'person' AND suspended_at IS NULL AND active_since <= $1 AND id IN ",
        )
        .bind(moment)
        .push_list(chunk)
        .push(" ORDER BY id")
        .all(tx)
        .await?;
        found.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(found)
}

/// The person is let in again, from now on.
pub async fn came_back(tx: &mut Tx, id: &UserId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET active_since = $2 WHERE id = $1").bind(id).bind(&now).run(tx).await?;
    Ok(())
}
