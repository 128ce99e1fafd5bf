//! Who would hold no role any more: asked before members leave a group, or a group goes.

mod store;

use crate::db::Tx;
use crate::error::Result;
use crate::id::{GroupId, UserId};

/// The people who may sign in, hold roles through this group, and would hold none without it: if these members left it, and
/// with them everybody in them, or if the group were gone (`None`). What it costs depends on whom it touches, not on how many
/// stay.
pub async fn left_without(tx: &mut Tx, group: &GroupId, leaving: Option<&[String]>) -> Result<Vec<UserId>> {
    if leaving.is_some_and(<[String]>::is_empty) || !store::gives_roles(tx, group).await? {
        return Ok(Vec::new());
    }
    store::reached_no_more(tx, group, leaving).await
}
