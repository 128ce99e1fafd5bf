//! What the keeper of a resource type can do; the operations are written once, on this.

use muster_scim::Document;
use muster_scim::schema::ResourceType;
use serde_json::Value;

use super::auth::Caller;
use super::error::Failure;
use super::meta::Meta;
use crate::db::Tx;
use crate::directory::{Clause, Selection};
use crate::error::Result;

/// Resources of one type, as one directory sees them.
pub trait Endpoint {
    type Row: Send + Sync;
    /// The table that clauses speak of.
    const TABLE: &'static str;

    fn meta<'a>(caller: &Caller, kind: &'a ResourceType, row: &'a Self::Row) -> Meta<'a>;

    fn count(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        narrow: Clause<'_>,
    ) -> impl Future<Output = Result<u64>> + Send;

    fn page(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        selection: &Selection<'_>,
    ) -> impl Future<Output = Result<Vec<Self::Row>>> + Send;

    /// One resource; `None` for what is no id of ours, too.
    fn find(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        id: &str,
    ) -> impl Future<Output = Result<Option<Self::Row>>> + Send;

    /// As `find`; nobody else changes the resource until the transaction ends.
    fn lock(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        id: &str,
    ) -> impl Future<Output = Result<Option<Self::Row>>> + Send;

    /// As `lock`, for one that is to be deleted.
    fn lock_to_delete(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        id: &str,
    ) -> impl Future<Output = Result<Option<Self::Row>>> + Send {
        Self::lock(tx, caller, kind, id)
    }

    /// The whole resources, before projection. What `wants` does not ask for need not be loaded.
    fn complete(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        rows: &[Self::Row],
        wants: &(dyn Fn(&str) -> bool + Send + Sync),
    ) -> impl Future<Output = Result<Vec<Document>>> + Send;

    fn create(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        body: &Value,
    ) -> impl Future<Output = Result<Self::Row, Failure>> + Send;

    fn replace(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        row: Self::Row,
        body: &Value,
    ) -> impl Future<Output = Result<Self::Row, Failure>> + Send;

    fn patch(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        row: Self::Row,
        body: &Value,
    ) -> impl Future<Output = Result<Self::Row, Failure>> + Send;

    fn delete(
        tx: &mut Tx,
        caller: &Caller,
        kind: &ResourceType,
        row: Self::Row,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Whether the resource is so long that a PATCH is better answered without it.
    fn is_long(_tx: &mut Tx, _caller: &Caller, _row: &Self::Row) -> impl Future<Output = Result<bool>> + Send {
        async { Ok(false) }
    }
}
