//! Somebody goes: a user who is deleted, or a group.

use serde_json::json;

use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::Source;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::id::OrganizationId;

/// Locks the groups that somebody is a member of, before whoever it is gets locked themselves.
pub(in crate::directory) async fn lock_groups_of(tx: &mut Tx, member: &str) -> Result<()> {
    store::lock_joined(tx, member).await
}

/// Takes somebody out of every group, whoever's the membership is. Returns how many.
pub(in crate::directory) async fn leave_all(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    member: &str,
    name: &str,
) -> Result<usize> {
    let joined = store::joined(tx, member).await?;
    store::remove_from_all(tx, member).await?;
    for group in &joined {
        store::bump(tx, &group.group_id).await?;
        let mut before = json!({ "member": { "kind": group.member_kind, "id": member, "name": name } });
        if group.source == Source::Local.to_string() {
            before["source"] = json!(group.source);
        }
        let event = NewEvent {
            organization,
            kind: "group.member_removed",
            subject: Subject::group(&group.group_id, &group.group_name),
            before: Some(before),
            after: None,
        };
        events::record(tx, actor, event).await?;
    }
    Ok(joined.len())
}
