//! Signing in with what is kept here: the second factor behind the password, links that are good once, and who may use a
//! password at all.

mod factor;
mod forget;
pub mod links;
mod pages;
mod pending;
mod proceed;
pub mod routes;
pub mod sso;
mod store;
mod totp;

pub use factor::{Next, clear, enrol, next, take};
pub use forget::{Forgotten, forget};
pub(super) use proceed::proceed;
