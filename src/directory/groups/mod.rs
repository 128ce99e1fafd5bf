//! Groups: pushed by a directory, or local.

mod listing;
pub mod managed;
mod members;
mod model;
mod pages;
pub mod routes;
mod store;

pub use model::{Group, Member, MemberKind};
