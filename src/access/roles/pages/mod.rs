//! How roles look: the list, the form, one role, the groups that have it, and the reasons why somebody holds it.

mod attach;
mod form;
mod list;
mod reasons;
mod role;

pub use attach::{attach_form, attached_name, detach_link};
pub(super) use form::{NewPage, Typed, new_page};
pub(super) use list::{ListPage, PER_PAGE, list_page};
pub use reasons::{reasons, with_number};
pub(super) use role::{RolePage, role_page};
