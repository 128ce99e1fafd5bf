//! Groups: pushed by a directory, or local.

pub mod as_roles;
mod claimed;
mod leaving;
mod listing;
pub mod local;
pub mod managed;
mod members;
mod model;
mod nesting;
mod pages;
mod removal;
pub mod routes;
mod store;

pub use claimed::follow_claim;
pub(in crate::directory) use leaving::{leave_all, lock_groups_of};
pub use model::{Group, Member, MemberKind};
pub(in crate::directory) use removal::remove;
pub use store::source_of;
