//! The column of notes. The SCIM resource does not show it, so its version stays.

use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::UserId;

pub(super) async fn set(tx: &mut Tx, id: &UserId, note: Option<&str>) -> Result<()> {
    sql("UPDATE users SET note = $2 WHERE id = $1").bind(id).bind(note).run(tx).await?;
    Ok(())
}
