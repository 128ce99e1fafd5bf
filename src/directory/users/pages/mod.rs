//! How people look: the list, and one person.

mod formerly;
mod list;
mod operator;
mod ownership;
mod service;
mod sessions;
mod sign_in;
mod standing;
mod status;
mod user;

pub(super) use list::{ListPage, list_page};
pub(super) use operator::Operating;
pub use status::status_badge;
pub(super) use user::{Refused, UserPage, Viewer, user_page};
