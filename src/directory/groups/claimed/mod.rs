//! Groups that the claims of sign-ins name: made when somebody first comes in one of them.

mod store;

use serde_json::json;

use super::store::bump;
use crate::access::roles::effects::Before;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::Source;
use crate::directory::users::User;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::id::GroupId;

/// Makes the person a member of exactly these groups of their source. Other memberships, and other people's, stay.
pub async fn follow_claim(tx: &mut Tx, user: &User, names: &[String]) -> Result<()> {
    let former = store::joined(tx, &user.source, &user.id).await?;
    let mut present = Vec::with_capacity(names.len());
    // In one order for everybody: two people who come in at once wait for each other's groups once.
    let mut names: Vec<&String> = names.iter().collect();
    names.sort_by_cached_key(|name| muster_scim::compare::fold(name));
    for name in names {
        let group = find_or_make(tx, user, name).await?;
        // Two names that differ in capital letters only are one group.
        if !present.contains(&group) {
            present.push(group);
        }
    }
    for (id, name) in present.iter().filter(|group| !former.contains(group)) {
        let before = Before::of(tx, std::slice::from_ref(&user.id)).await?;
        store::join(tx, &user.source, id, &user.id).await?;
        moved(tx, user, "group.member_added", id, name, before).await?;
    }
    for (id, name) in former.iter().filter(|group| !present.contains(group)) {
        let before = Before::of(tx, std::slice::from_ref(&user.id)).await?;
        store::leave(tx, &user.source, id, &user.id).await?;
        moved(tx, user, "group.member_removed", id, name, before).await?;
    }
    Ok(())
}

async fn find_or_make(tx: &mut Tx, user: &User, name: &str) -> Result<(GroupId, String)> {
    let Source::SignIn(_) = &user.source else {
        return Err(crate::error::Error::internal("claims make no groups of a directory"));
    };
    if let Some(found) = store::find(tx, &user.organization_id, &user.source, name).await? {
        return Ok(found);
    }
    let id = store::insert(tx, &user.organization_id, &user.source, name).await?;
    let event = NewEvent {
        organization: &user.organization_id,
        kind: "group.created",
        subject: Subject::group(&id, name),
        before: None,
        after: Some(json!({ "displayName": name })),
    };
    events::record(tx, &Actor::System, event).await?;
    Ok((id, name.to_string()))
}

async fn moved(tx: &mut Tx, user: &User, kind: &'static str, group: &GroupId, name: &str, held: Before) -> Result<()> {
    bump(tx, group).await?;
    let member = Some(json!({ "member": { "kind": "user", "id": user.id, "name": user.display_name } }));
    let (before, mut after) = if kind == "group.member_added" { (None, member) } else { (member, None) };
    held.effects(tx).await?.tell(&user.id, &mut after);
    let subject = Subject::group(group, name);
    let event = NewEvent { organization: &user.organization_id, kind, subject, before, after };
    events::record(tx, &Actor::System, event).await
}
