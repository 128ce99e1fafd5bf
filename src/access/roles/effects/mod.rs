//! What a change does to what people may do: which roles they gain and lose, and whether a group makes them admins.
//!
//! Of few people, [`Before`] compares what they hold before a change with what they hold after it: the cost follows the people
//! whom the change touches. Of a whole group, [`through_group`] asks the database for those whom one way more, or one way less,
//! makes a difference to: before the change as a what-if, at the change for its event.

mod people;
mod sets;
mod store;

pub use people::{Before, Effect, Effects};
pub use sets::{Affected, Person, Without, gained_by, holders_of, roles_through, through_group};

use serde_json::Value;

use crate::db::Tx;
use crate::error::Result;
use crate::id::GroupId;

/// Whether anything hangs on who is in this group: a live grant or a level, of it or of a group around it.
pub async fn matters(tx: &mut Tx, group: &GroupId) -> Result<bool> {
    store::matters(tx, group).await
}

/// Puts a word into one side of an event that may have none yet.
fn put(side: &mut Option<Value>, key: &str, value: Value) {
    side.get_or_insert_with(|| Value::Object(serde_json::Map::new()))[key] = value;
}
