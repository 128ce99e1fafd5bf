//! Moving people to another connection of the organization: how a change of provider is done.
//!
//! Ids, levels, direct roles and history stay. Whom the new directory has sent already is merged: the old id lives on with the
//! new one's profile, links and memberships. Everybody else waits for the new directory to send them, and is linked then. Groups
//! do not move: the new provider pushes its own.

mod carry_out;
mod one;
mod pages;
mod plan;
pub mod routes;
mod store;

pub use carry_out::{Moved, move_people, prepare};
pub use plan::{Conflict, Merge, Plan, Stay};
