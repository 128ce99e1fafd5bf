//! API keys: what a service account calls the API with. Shown once, kept as a hash, good for some scopes and until some day.

mod create;
mod model;
pub mod pages;
mod revoke;
pub mod routes;
mod store;

pub use create::{KeyForm, create};
pub use model::{ApiKey, Credential, KEY, Scope};
pub use revoke::{revoke, revoke_all};
pub use store::{find_by_hash, list, mark_used};
