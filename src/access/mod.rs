//! What people may do: roles, and the grants through which they are held.

pub mod grants;
pub mod levels;
pub mod roles;
