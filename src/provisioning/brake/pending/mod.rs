//! Requests that were refused and wait for an owner. They are kept so that they can be carried out later as if they came
//! then: the method, the resource, the body without its password, and whatever was let through about the same resource since.

mod body;
mod keep;
mod list;
mod settle;
pub(super) mod store;

pub use keep::keep;
pub use list::{Listed, PER_PAGE, Person, list, people};
pub use settle::settle;

use muster_scim::bulk::Method;
use serde_json::Value;

use crate::id::PendingChangeId;

/// A request that waits.
#[derive(Debug, Clone)]
pub struct Pending {
    pub id: PendingChangeId,
    /// Its turn: the latest request comes last.
    pub place: i64,
    pub method: Method,
    /// "/Users"
    pub endpoint: String,
    pub resource_id: String,
    pub body: Value,
    /// In their order.
    pub later: Vec<Later>,
    /// Another number after every change of what is kept.
    pub revision: i64,
}

/// A request about the same resource that was let through after the one that waits: to be carried out after it once more, so
/// that the older one does not overrule it.
#[derive(Debug, Clone, PartialEq)]
pub struct Later {
    pub method: Method,
    pub body: Value,
}

fn parse_method(text: &str) -> Option<Method> {
    [Method::Post, Method::Put, Method::Patch, Method::Delete].into_iter().find(|method| method.as_str() == text)
}
