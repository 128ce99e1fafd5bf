//! The brake's pages.

mod brake;
mod change;
mod people;

pub use brake::{BrakePage, brake_page};
pub use change::{ChangePage, change_page};

use super::pending::Listed;

/// "Delete Ada Lovelace", "Change Engineering"
fn title(change: &Listed) -> String {
    let verb = match change.method.as_str() {
        "DELETE" => "Delete",
        "PUT" => "Replace",
        "POST" => "Create",
        _ => "Change",
    };
    let name = if change.name.is_empty() { &change.resource_id } else { &change.name };
    format!("{verb} {name}")
}
