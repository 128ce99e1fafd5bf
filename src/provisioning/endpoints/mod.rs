//! One keeper a file: how each is reached as SCIM.

mod custom;
mod groups;
mod roles;
mod users;

pub use custom::Custom;
pub use groups::Groups;
pub use roles::Roles;
pub use users::Users;
