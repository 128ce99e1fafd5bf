//! Organizations: customers, and the home organization that runs Muster. Set-up makes the first one.

pub mod domains;
mod model;
mod overview;
pub mod routes;
pub mod settings;
pub mod setup;
mod store;
mod switch;

pub use model::Organization;
pub use store::{all, count, find, find_by_slug, former_slug, hold, lock, lock_alone};
