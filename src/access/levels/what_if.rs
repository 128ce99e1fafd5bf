//! Who becomes an admin when a group is mapped, and who is none any more when it is released: the same people.

use super::store;
use crate::db::Tx;
use crate::error::Result;
use crate::id::{GroupId, UserId};

/// How many are named.
const NAMED: u64 = 200;

/// People whose level hangs on one group.
#[derive(Debug, Clone, Default)]
pub struct Concerned {
    pub people: i64,
    /// The first of them, by name.
    pub first: Vec<(UserId, String)>,
}

/// Who is in the group, or in one within it, and an admin neither by their own level nor by another mapped group.
pub async fn concerned(tx: &mut Tx, group: &GroupId) -> Result<Concerned> {
    Ok(Concerned {
        people: store::count_concerned(tx, group).await?,
        first: store::list_concerned(tx, group, Some(NAMED)).await?,
    })
}
