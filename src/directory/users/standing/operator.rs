//! Who runs this installation: an operator acts as an admin in every organization, and is made by one.

use serde_json::json;

use super::{is_self, lock, store};
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::users::{self, User};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{OrganizationId, UserId};
use crate::organizations;
use crate::sessions::local::links as once;
use crate::sessions::{self, Ended};

/// Makes an admin or owner of the home organization an operator.
///
/// # Errors
/// [`Error::Forbidden`] to all but owners there who are operators themselves, [`Error::NotFound`] in other organizations,
/// [`Error::Conflict`] for members and for operators.
pub async fn make_operator(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &UserId) -> Result<User> {
    let user = load(tx, actor, organization, id).await?;
    let name = &user.display_name;
    if user.operator {
        return Err(Error::conflict(format!("{name} is an operator already. Nothing was changed.")));
    }
    if user.level < Level::Admin {
        return Err(Error::conflict(format!(
            "{name} is a member, and operators act as admins. Nothing was changed; make {name} an admin first."
        )));
    }
    store::set_operator(tx, id, true).await?;
    // An admin's link for an admin must not open an operator's account.
    once::revoke_for(tx, id).await?;
    let ended = sessions::end_sign_ins(tx, id).await?;
    record(tx, actor, &user, "user.operator_made", &ended).await?;
    Ok(User { operator: true, ..user })
}

/// Takes it from them again; their level stays.
///
/// # Errors
/// As [`make_operator`], and [`Error::Forbidden`] for oneself: so one is always left.
pub async fn unmake_operator(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &UserId) -> Result<User> {
    let user = load(tx, actor, organization, id).await?;
    if is_self(actor, &user) {
        return Err(Error::forbidden(
            "Nobody ceases to be an operator by themselves. Nothing was changed; ask another operator.",
        ));
    }
    if !user.operator {
        return Err(Error::conflict(format!("{} is no operator. Nothing was changed.", user.display_name)));
    }
    require_another(tx, &user).await?;
    end(tx, actor, &user).await?;
    Ok(User { operator: false, ..user })
}

/// Refuses a change that takes this person from the operators who make operators when no other is left. The caller has locked the
/// organization. What an identity provider takes, `muster owner reset` gives back.
///
/// # Errors
/// [`Error::Conflict`].
pub(in crate::directory) async fn require_another(tx: &mut Tx, user: &User) -> Result<()> {
    let makes_operators = user.operator && user.level == Level::Owner && user.may_sign_in();
    if !makes_operators || store::makes_operators(tx, &user.organization_id, Some(&user.id)).await? {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "{} is the last owner who is an operator: without one, nobody makes operators. Nothing was changed; make another \
         owner an operator first.",
        user.display_name
    )))
}

/// Makes an owner who was let in again an operator, where nobody is left who makes operators.
pub(in crate::directory::users) async fn restore(tx: &mut Tx, actor: &Actor, owner: &User) -> Result<()> {
    let organization = &owner.organization_id;
    let home = organizations::find(tx, organization).await?.is_some_and(|organization| organization.home);
    if !home || store::makes_operators(tx, organization, None).await? {
        return Ok(());
    }
    make_operator(tx, actor, organization, &owner.id).await.map(drop)
}

/// Somebody became a member: nobody who sees only their own account runs the installation.
pub(super) async fn end(tx: &mut Tx, actor: &Actor, user: &User) -> Result<()> {
    store::set_operator(tx, &user.id, false).await?;
    let ended = sessions::revoke_all(tx, &user.id).await?;
    record(tx, actor, user, "user.operator_unmade", &ended).await
}

/// The person, if there are operators here and the actor makes them.
async fn load(tx: &mut Tx, actor: &Actor, organization: &OrganizationId, id: &UserId) -> Result<User> {
    actor.require_owner(organization)?;
    if !organizations::find(tx, organization).await?.is_some_and(|organization| organization.home) {
        return Err(Error::NotFound("page"));
    }
    let loaded = lock(tx, organization, id).await?;
    if let Actor::Person { user, .. } = actor {
        let acting = users::find(tx, organization, user).await?;
        if !acting.is_some_and(|acting| acting.operator && acting.may_sign_in()) {
            return Err(Error::forbidden(
                "Only an operator who is an owner makes operators. Nothing was changed; ask one of them.",
            ));
        }
    }
    Ok(loaded)
}

/// Nothing that was opened before goes on: the person signs in again, under a new id.
async fn record(tx: &mut Tx, actor: &Actor, user: &User, kind: &'static str, ended: &Ended) -> Result<()> {
    let (before, mut after) = (json!({ "operator": user.operator }), json!({ "operator": !user.operator }));
    ended.tell(&mut after);
    let subject = Subject::user(&user.id, &user.display_name);
    let event =
        NewEvent { organization: &user.organization_id, kind, subject, before: Some(before), after: Some(after) };
    events::record(tx, actor, event).await
}
