//! People and groups, whoever they come from.

pub mod groups;
mod source;
pub mod users;

pub use source::Source;
