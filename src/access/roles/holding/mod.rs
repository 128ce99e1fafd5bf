//! Who holds which role, and why: computed from grants and memberships each time it is asked.

mod effective;
mod holders;
mod losing;
mod store;

pub use effective::{EffectiveRole, Way, Why, counts, effective, kept, snapshot};
pub use holders::{Attached, Holder, Holders, PER_PAGE, Reach, holders, with_reach};
pub use losing::left_without;
pub(super) use store::{MAY_SIGN_IN, active_role_counts, push_live};
