//! *Every pushed group is a role*: in a directory where this is on, each group owns one role, whose holders are the group's
//! members; and roles that no group owns are shown to the directory as groups without members, so that they can be imported and
//! linked.
//!
//! Such an offered group is a row like any other, so that SCIM finds, filters and pages it; the dashboard leaves it out. The
//! first PUT or PATCH makes it a group of the directory's, under the same id.

mod offers;
mod own;
mod pages;
mod plan;
pub mod routes;
mod store;
mod switch;

pub use offers::bring_up_to_date;
pub(super) use own::{await_turn, claim, created, deleted, refuse_offered, renamed};
pub use store::{is_on, lock_directory};
pub use switch::{Switched, turn_off, turn_on};
