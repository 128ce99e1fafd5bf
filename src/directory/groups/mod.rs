//! Groups: pushed by a directory, or local.

pub mod as_roles;
mod claimed;
mod listing;
pub mod managed;
mod members;
mod model;
mod nesting;
mod pages;
pub mod routes;
mod store;

pub use claimed::follow_claim;
pub use model::{Group, Member, MemberKind};
pub use store::source_of;
