//! What people may do: roles, and the grants through which they are held.

pub mod roles;
