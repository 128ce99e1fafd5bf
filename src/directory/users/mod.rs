//! People: who they are, where they come from, whether they may sign in.

pub mod adoption;
pub mod aliases;
mod arrival;
pub mod break_glass;
mod claimed;
mod detail;
mod insert;
mod listing;
pub mod local;
pub mod managed;
mod model;
pub mod note;
pub mod pages;
pub(in crate::directory) mod profile;
pub(in crate::directory) mod removal;
pub mod routes;
pub mod service;
mod standing;
mod store;
mod take_over;

pub use claimed::follow_claims;
pub use insert::insert;
pub(in crate::directory) use model::search_key;
pub use model::{NewUser, Status, Suspension, User, UserKind};
pub(in crate::directory) use standing::require_another_operator;
pub use standing::{change_level, lift_suspension, make_operator, suspend, unmake_operator};
pub(in crate::directory) use store::become_another;
pub use store::{find, lock};
