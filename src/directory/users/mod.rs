//! People: who they are, where they come from, whether they may sign in.

mod model;
pub mod pages;
pub mod routes;
mod store;

pub use model::{NewUser, Status, Suspension, User};
pub use store::{find, insert};
