//! Where the log is shown.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use serde::Deserialize;

use super::pages::{EventPage, ListPage, event_page, list_page};
use super::{Filter, find, list};
use crate::app::App;
use crate::db::Db;
use crate::error::Error;
use crate::id::EventId;
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/activity", get(show_list))
        .route("/o/{organization}/activity/{event}", get(show_event))
}

const PER_PAGE: u64 = 50;

/// The filters as they stand in the address. What cannot be read does not narrow.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    kind: String,
    actor: String,
    subject: String,
    from: String,
    to: String,
    before: String,
}

impl From<Asked> for Filter {
    fn from(asked: Asked) -> Self {
        Self {
            q: asked.q,
            kind: asked.kind,
            actor: asked.actor,
            subject: asked.subject,
            from: day(asked.from),
            to: day(asked.to),
            before: EventId::parse(&asked.before),
        }
    }
}

/// `2026-11-22`, or nothing.
fn day(text: String) -> String {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    if time::Date::parse(&text, format).is_ok() { text } else { String::new() }
}

async fn show_list(State(db): State<Db>, admin: OrganizationAdmin, Query(asked): Query<Asked>, ui: Ui) -> PageResult {
    let frame = admin.frame(Nav::Activity);
    let filter = Filter::from(asked);
    let mut tx = db.read().await?;
    // One more than is shown tells whether there are older ones.
    let mut events = list(&mut tx, &admin.organization.id, &filter, PER_PAGE + 1).await?;
    let has_older = events.len() as u64 > PER_PAGE;
    events.truncate(PER_PAGE as usize);
    let model = ListPage { base: frame.path(""), filter, events, has_older, now: tx.now() };
    Ok(ui.ok(Head::framed("Activity", frame), move || list_page(&model)).await)
}

async fn show_event(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Path<(String, String)>,
    ui: Ui,
) -> PageResult {
    let frame = admin.frame(Nav::Activity);
    let mut tx = db.read().await?;
    let id = EventId::parse(&id).ok_or(Error::NotFound("event"))?;
    let event = find(&mut tx, &admin.organization.id, &id).await?.ok_or(Error::NotFound("event"))?;
    let model = EventPage { base: frame.path(""), event, now: tx.now() };
    let frame = frame.crumb("Activity", model.base.clone() + "/activity");
    Ok(ui.ok(Head::framed("Event", frame), move || event_page(&model)).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_day_does_not_narrow() {
        assert_eq!(day("2026-11-22".into()), "2026-11-22");
        assert_eq!(day("yesterday".into()), "");
        assert_eq!(day("2026-11-22' OR 1=1".into()), "");
    }
}
