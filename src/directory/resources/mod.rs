//! What a directory pushes that is neither a person nor a group: the members of an organization's own resource types.

pub mod managed;
mod model;
mod store;

pub use model::Resource;
