//! A person becomes a directory's: the same id, level, roles and memberships; the profile is the directory's from now on.

use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

use super::managed::{follow_external_id, record, reload, require_free};
use super::model::User;
use super::profile::Profile;
use super::{aliases, store};
use crate::access::roles;
use crate::access::roles::effects::Before;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::changes::changes;
use crate::directory::{Realm, brake, values};
use crate::error::Result;
use crate::events::Subject;
use crate::sessions;

/// Puts the document and the directory in the place of the person's former profile and source. `kind` names the event; `told`
/// is what else it says. `user` is locked.
///
/// # Errors
/// [`crate::error::Error::Conflict`] if the userName or the externalId belongs to somebody of the directory.
pub(super) async fn take_over(
    tx: &mut Tx,
    actor: &Actor,
    kind: (&'static str, &ResourceType),
    user: User,
    document: Map<String, Value>,
    told: Map<String, Value>,
) -> Result<User> {
    let (event, kind) = kind;
    let realm = Realm::of(actor)?;
    let mut profile = Profile::of(&document)?;
    if !document.contains_key("active") {
        profile.active = user.idp_active;
    }
    require_free(tx, &realm, &user, &profile).await?;
    values::require_unique(tx, &realm, kind, user.id.as_str(), &document).await?;
    let held = Before::of(tx, std::slice::from_ref(&user.id)).await?;
    store::become_another(tx, &user.id, &realm.source, &profile, &document).await?;
    values::save(tx, &realm, kind, user.id.as_str(), &document).await?;

    let subject = Subject::user(&user.id, &profile.display_name);
    let (mut before, mut after) = changes(&user.document, &document).unwrap_or((json!({}), json!({})));
    for side in [&mut before, &mut after].into_iter().filter_map(Value::as_object_mut) {
        side.shift_remove("active");
    }
    before["source"] = json!(user.source.to_string());
    after["source"] = json!(realm.source.to_string());
    after.as_object_mut().into_iter().for_each(|after| after.extend(told.clone()));
    record(tx, actor, &realm, event, subject.clone(), Some(before), Some(after)).await?;

    follow_external_id(tx, &realm, &user.id, profile.external_id.as_deref()).await?;
    roles::follow_idp(tx, actor, &user.id, &profile.display_name, &document).await?;
    aliases::follow(tx, actor, &realm, kind, &user.id, &profile.display_name, &document).await?;
    match (user.idp_active, profile.active) {
        (true, false) => {
            brake::lost(tx, [user.id.clone()]).await?;
            let mut after = json!({ "active": false });
            sessions::revoke_all(tx, &user.id).await?.tell(&mut after);
            let mut after = Some(after);
            held.effects(tx).await?.tell(&user.id, &mut after);
            record(tx, actor, &realm, "user.deactivated", subject, Some(json!({ "active": true })), after).await?;
        }
        (false, true) => {
            brake::came_back(tx, &user.id).await?;
            let (before, mut after) = (json!({ "active": false }), Some(json!({ "active": true })));
            held.effects(tx).await?.tell(&user.id, &mut after);
            record(tx, actor, &realm, "user.reactivated", subject, Some(before), after).await?;
        }
        _ => {}
    }
    reload(tx, &realm, &user.id).await
}
