//! People and groups, whoever they come from.

pub mod groups;
mod origins;
mod source;
pub mod users;

pub use origins::{Origin, Origins, Provenance, origins, push_provenance};
pub use source::Source;
