//! How roles look: the list, the form, one role, and the reasons why somebody holds one.

mod form;
mod list;
mod reasons;
mod role;

pub(super) use form::{NewPage, Typed, new_page};
pub(super) use list::{ListPage, PER_PAGE, list_page};
pub use reasons::{reasons, with_number};
pub(super) use role::{Attached, RolePage, role_page};
