//! Groups: pushed by a directory, or local.

pub mod managed;
mod members;
mod model;
pub mod routes;
mod store;

pub use model::{Group, Member, MemberKind};
