//! Groups: pushed by a directory, or local.

mod claimed;
mod listing;
pub mod managed;
mod members;
mod model;
mod pages;
pub mod routes;
mod store;

pub use claimed::follow_claim;
pub use model::{Group, Member, MemberKind};
