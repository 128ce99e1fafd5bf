//! How groups look: the list, and one group.

mod group;
mod list;
mod ownership;

pub(super) use group::{GroupPage, group_page};
pub(super) use list::{ListPage, list_page};
