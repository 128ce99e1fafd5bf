//! What is ours to do with groups: making, renaming and deleting local ones, and putting people and programs into groups of
//! either kind. What an identity provider put into a group is its own: it is neither shown to it nor touched here.

mod add_member;
mod change;
mod create;
mod delete;
mod effects;
mod model;
pub(in crate::directory::groups) mod pages;
mod remove_member;
pub mod routes;
mod store;

pub use add_member::add_member;
pub use change::rename;
pub use create::create;
pub use delete::delete;
pub use model::{Candidate, Target};
pub use remove_member::remove_member;

use serde_json::Value;

use crate::actor::Actor;
use crate::db::Tx;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};

/// A fact about a group.
async fn record(
    tx: &mut Tx,
    actor: &Actor,
    group: &Target,
    kind: &'static str,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let subject = Subject::group(&group.id, &group.name);
    events::record(tx, actor, NewEvent { organization: &group.organization, kind, subject, before, after }).await
}
