//! People and groups, whoever they come from.

mod changes;
pub mod groups;
mod realm;
mod source;
pub mod users;

pub use realm::Realm;
pub use source::Source;
