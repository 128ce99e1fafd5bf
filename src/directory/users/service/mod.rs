//! Service accounts: users that are programs. They sign in nowhere, call the API with keys, and hold roles as people do. A
//! person answers for each; when that person loses access, the account is listed for another to take.

mod change;
mod create;
mod model;
mod pages;
pub mod routes;
mod store;

pub use change::{change, take_over};
pub use create::create;
pub use model::{Answerable, Listed, ServiceForm};
pub use store::{answerable_of, count_answered_by, list, without_answerable};

/// How many accounts a page has.
const PER_PAGE: u64 = 50;
