//! Roles: what the product behind Muster asks about, and who holds them for which reasons.
//!
//! A role is never stored at a person. [`effective`] computes it from grants and memberships, and says why each time.

mod attach;
mod change;
mod create;
mod delete;
pub mod effects;
mod holding;
mod idp;
mod model;
pub mod owned;
pub mod pages;
pub mod routes;
mod store;
pub mod what_if;

pub use attach::{Attachment, attach_to_group, attach_until, detach_from_group};
pub use change::change;
pub use create::create;
pub use delete::delete;
pub use holding::{
    Attached, EffectiveRole, Holder, Holders, PER_PAGE, Reach, Way, Why, counts, effective, holders, kept,
    left_without, snapshot, with_reach,
};
pub use idp::{assignable_by_idp, follow_idp, granting_nothing};
pub use model::{AttachForm, AttachedGroup, GroupRef, Listed, Role, RoleForm};
pub use store::{all, find, find_group, groups_of_role, groups_without, list, lock_group, owner_of, roles_of_groups};
