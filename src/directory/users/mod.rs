//! People: who they are, where they come from, whether they may sign in.

pub mod aliases;
pub mod break_glass;
mod claimed;
mod detail;
mod listing;
pub mod local;
pub mod managed;
mod model;
pub mod note;
pub mod pages;
pub(in crate::directory) mod profile;
pub mod routes;
pub mod service;
mod standing;
mod store;

pub use claimed::follow_claims;
pub use model::{NewUser, Status, Suspension, User, UserKind};
pub use standing::{change_level, lift_suspension, make_operator, suspend, unmake_operator};
pub use store::{find, insert};
