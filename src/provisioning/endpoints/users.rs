//! `/Users` (RFC 7643 section 4.1).

use std::collections::HashMap;

use muster_scim::Document;
use muster_scim::patch::{self, PatchRequest};
use muster_scim::schema::ResourceType;
use serde_json::{Value, json};

use crate::db::Tx;
use crate::directory::users::{User, managed};
use crate::directory::{Clause, Selection, groups};
use crate::error::Result;
use crate::id::UserId;
use crate::provisioning::auth::Caller;
use crate::provisioning::endpoint::Endpoint;
use crate::provisioning::error::Failure;
use crate::provisioning::meta::Meta;

pub struct Users;

impl Endpoint for Users {
    type Row = User;
    const TABLE: &'static str = "users";

    fn meta<'a>(caller: &Caller, kind: &'a ResourceType, user: &'a User) -> Meta<'a> {
        Meta {
            resource_type: &kind.name,
            id: user.id.as_str(),
            location: caller.location(kind, user.id.as_str()),
            version: user.version,
            created: &user.created_at,
            last_modified: &user.updated_at,
        }
    }

    async fn count(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, narrow: Clause<'_>) -> Result<u64> {
        managed::count(tx, &caller.actor, narrow).await
    }

    async fn page(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, selection: &Selection<'_>) -> Result<Vec<User>> {
        managed::page(tx, &caller.actor, selection).await
    }

    async fn find(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, id: &str) -> Result<Option<User>> {
        let Some(id) = UserId::parse(id) else { return Ok(None) };
        managed::find(tx, &caller.actor, &id).await
    }

    async fn lock(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, id: &str) -> Result<Option<User>> {
        let Some(id) = UserId::parse(id) else { return Ok(None) };
        managed::lock(tx, &caller.actor, &id).await
    }

    async fn lock_to_delete(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, id: &str) -> Result<Option<User>> {
        let Some(id) = UserId::parse(id) else { return Ok(None) };
        managed::lock_to_delete(tx, &caller.actor, &id).await
    }

    /// Section 4.1.2: `groups` is read-only and derived from memberships.
    async fn complete(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        users: &[User],
        wants: &(dyn Fn(&str) -> bool + Send + Sync),
    ) -> Result<Vec<Document>> {
        let mut memberships = match wants("groups") {
            true => {
                let ids: Vec<_> = users.iter().map(|user| user.id.clone()).collect();
                groups::managed::groups_of(tx, &caller.actor, &ids).await?
            }
            false => HashMap::new(),
        };
        let complete = |user: &User| {
            let groups = memberships.remove(&user.id).unwrap_or_default().into_iter().map(|(id, name)| -> Value {
                json!({ "value": id, "$ref": format!("{}/Groups/{id}", caller.base), "display": name, "type": "direct" })
            });
            Self::meta(caller, kind, user).complete(&user.document, Some(("groups", groups.collect())))
        };
        Ok(users.iter().map(complete).collect())
    }

    async fn create(tx: &mut Tx, caller: &Caller, kind: &ResourceType, body: &Value) -> Result<User, Failure> {
        let document = kind.read(body)?.document;
        Ok(managed::create(tx, &caller.actor, kind, document, caller.settings.leavers).await?)
    }

    async fn replace(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        user: User,
        body: &Value,
    ) -> Result<User, Failure> {
        let document = kind.merge_put(&user.document, kind.read(body)?)?;
        Ok(managed::replace(tx, &caller.actor, kind, user, document).await?)
    }

    async fn patch(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        user: User,
        body: &Value,
    ) -> Result<User, Failure> {
        let request = PatchRequest::parse(body)?;
        let patched = patch::apply(kind, &user.document, &request, &caller.settings.patch)?;
        Ok(managed::replace(tx, &caller.actor, kind, user, patched.document).await?)
    }

    async fn delete(tx: &mut Tx, caller: &Caller, _kind: &ResourceType, user: User) -> Result<()> {
        managed::delete(tx, &caller.actor, &user).await
    }
}
