//! The endpoints of an organization's own resource types (RFC 7643 section 6).

use muster_scim::Document;
use muster_scim::patch::{self, PatchRequest};
use muster_scim::schema::ResourceType;
use serde_json::Value;

use crate::db::Tx;
use crate::directory::resources::{Resource, managed};
use crate::directory::{Clause, Selection};
use crate::error::Result;
use crate::id::ResourceId;
use crate::provisioning::auth::Caller;
use crate::provisioning::endpoint::Endpoint;
use crate::provisioning::error::Failure;
use crate::provisioning::meta::Meta;

pub struct Custom;

impl Endpoint for Custom {
    type Row = Resource;
    const TABLE: &'static str = "resources";

    fn meta<'a>(caller: &Caller, kind: &'a ResourceType, resource: &'a Resource) -> Meta<'a> {
        Meta {
            resource_type: &kind.name,
            id: resource.id.as_str(),
            location: caller.location(kind, resource.id.as_str()),
            version: resource.version,
            created: &resource.created_at,
            last_modified: &resource.updated_at,
        }
    }

    async fn count(tx: &mut Tx, caller: &Caller, kind: &ResourceType, narrow: Clause<'_>) -> Result<u64> {
        managed::count(tx, &caller.actor, kind, narrow).await
    }

    async fn page(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        selection: &Selection<'_>,
    ) -> Result<Vec<Resource>> {
        managed::page(tx, &caller.actor, kind, selection).await
    }

    async fn find(tx: &mut Tx, caller: &Caller, kind: &ResourceType, id: &str) -> Result<Option<Resource>> {
        let Some(id) = ResourceId::parse(id) else { return Ok(None) };
        managed::find(tx, &caller.actor, kind, &id).await
    }

    async fn lock(tx: &mut Tx, caller: &Caller, kind: &ResourceType, id: &str) -> Result<Option<Resource>> {
        let Some(id) = ResourceId::parse(id) else { return Ok(None) };
        managed::lock(tx, &caller.actor, kind, &id).await
    }

    async fn complete(
        _tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        resources: &[Resource],
        _wants: &(dyn Fn(&str) -> bool + Send + Sync),
    ) -> Result<Vec<Document>> {
        let complete = |resource| Self::meta(caller, kind, resource).complete(&resource.document, None);
        Ok(resources.iter().map(complete).collect())
    }

    async fn create(tx: &mut Tx, caller: &Caller, kind: &ResourceType, body: &Value) -> Result<Resource, Failure> {
        let document = kind.read(body)?.document;
        Ok(managed::create(tx, &caller.actor, kind, document).await?)
    }

    async fn replace(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        resource: Resource,
        body: &Value,
    ) -> Result<Resource, Failure> {
        let document = kind.merge_put(&resource.document, kind.read(body)?)?;
        Ok(managed::replace(tx, &caller.actor, kind, resource, document).await?)
    }

    async fn patch(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        resource: Resource,
        body: &Value,
    ) -> Result<Resource, Failure> {
        let request = PatchRequest::parse(body)?;
        let patched = patch::apply(kind, &resource.document, &request, &caller.settings.patch)?;
        Ok(managed::replace(tx, &caller.actor, kind, resource, patched.document).await?)
    }

    async fn delete(tx: &mut Tx, caller: &Caller, kind: &ResourceType, resource: Resource) -> Result<()> {
        managed::delete(tx, &caller.actor, kind, &resource).await
    }
}
