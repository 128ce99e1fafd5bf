//! People and groups, whoever they come from.

mod changes;
pub mod groups;
mod origins;
mod realm;
mod source;
pub mod users;

pub use origins::{Origin, Origins, origins};
pub use realm::Realm;
pub use source::Source;
