//! The end of a group, whoever decides it: its memberships and the grants to it go with it, its members stay.

use serde_json::{Value, json};

use super::leaving::leave_all;
use super::store;
use crate::access::levels::Below;
use crate::access::roles::effects::{self, Without};
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::values;
use crate::error::Result;
use crate::events::{self, NewEvent, Subject};
use crate::id::{GroupId, OrganizationId};

/// Removes a group that is locked. `told` is what the event says of it beside its roles and what its people lose.
pub(in crate::directory) async fn remove(
    tx: &mut Tx,
    actor: &Actor,
    organization: &OrganizationId,
    id: &GroupId,
    name: &str,
    mut told: Value,
) -> Result<()> {
    told["roles"] = json!(store::granted_roles(tx, id).await?);
    let given = effects::roles_through(tx, id).await?;
    let lost = effects::through_group(tx, id, &given, Without::Group(id)).await?;
    let levels = Below::of(tx, id, id).await?;
    leave_all(tx, actor, organization, id.as_str(), name).await?;
    values::remove(tx, id.as_str()).await?;
    store::delete(tx, id).await?;
    let mut after = None;
    lost.tell_lost(&mut after);
    levels.settle(tx, &mut after).await?;
    let subject = Subject::group(id, name);
    let event = NewEvent { organization, kind: "group.deleted", subject, before: Some(told), after };
    events::record(tx, actor, event).await
}
