//! How the log looks: the Activity page, one event, and the timeline on other pages.

mod event;
mod list;
mod timeline;

pub(super) use event::{EventPage, event_page};
pub(super) use list::{ListPage, list_page};
pub use timeline::timeline;

use super::Event;

/// Where the event's subject is shown, if it has a page and is not gone.
fn subject_href(base: &str, event: &Event) -> Option<String> {
    if event.kind.ends_with(".deleted") {
        return None;
    }
    let (base, id) = (base, &event.subject_id);
    match event.subject_kind.as_str() {
        "user" => Some(format!("{base}/users/{id}")),
        "group" => Some(format!("{base}/groups/{id}")),
        "role" => Some(format!("{base}/roles/{id}")),
        "domain" => Some(format!("{base}/settings/domains")),
        "connection" => Some(format!("{base}/connections/{id}")),
        _ => None,
    }
}
