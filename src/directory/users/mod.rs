//! People: who they are, where they come from, whether they may sign in.

pub mod managed;
mod model;
pub mod pages;
pub(in crate::directory) mod profile;
pub mod routes;
mod store;

pub use model::{NewUser, Status, Suspension, User};
pub use store::{end_sessions, find, insert};
