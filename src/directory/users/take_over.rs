//! A person becomes a directory's: the same id, level, roles and memberships; the profile is the directory's from now on.

use muster_scim::schema::ResourceType;
use serde_json::{Map, Value, json};

use super::managed::{follow_active, follow_external_id, record, reload, require_free};
use super::model::User;
use super::profile::Profile;
use super::{aliases, store};
use crate::access::roles;
use crate::access::roles::effects::Before;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::changes::changes;
use crate::directory::{Realm, values};
use crate::error::Result;
use crate::events::Subject;

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
    record(tx, actor, &realm, event, subject, Some(before), Some(after)).await?;

    follow_external_id(tx, &realm, &user.id, profile.external_id.as_deref()).await?;
    roles::follow_idp(tx, actor, &user.id, &profile.display_name, &document).await?;
    aliases::follow(tx, actor, &realm, kind, &user.id, &profile.display_name, &document).await?;
    follow_active(tx, actor, &realm, &user, &profile, held).await?;
    reload(tx, &realm, &user.id).await
}
