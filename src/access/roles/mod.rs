//! Roles: what the product behind Muster asks about, and who holds them for which reasons.
//!
//! A role is never stored at a person. [`effective`] computes it from grants and memberships, and says why each time.

mod attach;
mod change;
mod create;
mod delete;
mod holding;
mod idp;
mod model;
pub mod pages;
pub mod routes;
mod store;

pub use attach::{Attachment, attach_to_group, detach_from_group};
pub use change::change;
pub use create::create;
pub use delete::delete;
pub use holding::{
    Attached, EffectiveRole, Holder, Holders, PER_PAGE, Reach, Way, Why, counts, effective, holders, kept,
    left_without, with_reach,
};
pub use idp::{assignable_by_idp, follow_idp};
pub use model::{AttachedGroup, GroupRef, Listed, Role, RoleForm};
pub use store::{all, find, groups_of_role, groups_without, list, roles_of_groups};
