//! Groups: pushed by a directory, or local.

mod claimed;
mod leaving;
mod listing;
pub mod local;
pub mod managed;
mod members;
mod model;
mod pages;
pub mod routes;
mod store;

pub use claimed::follow_claim;
pub(in crate::directory) use leaving::{leave_all, lock_groups_of};
pub use model::{Group, Member, MemberKind};
