//! One event with what it changed.

use leptos::prelude::*;

use super::subject_href;
use crate::events::{Change, Event, changes, effects, sentence};
use crate::time::Timestamp;
use crate::ui::components::{Card, DataTable, Facts, PageHeader, When};
use crate::ui::link::link;

#[derive(Debug, Clone)]
pub(in crate::events) struct EventPage {
    /// `/o/acme`
    pub base: String,
    pub event: Event,
    pub now: Timestamp,
}

pub(in crate::events) fn event_page(model: &EventPage) -> AnyView {
    let event = &model.event;
    let facts = facts(model);
    let difference = difference(&changes(event.before.as_ref(), event.after.as_ref()));
    view! {
        <PageHeader title=sentence(event)/>
        <div class="flex flex-col gap-4">
            <Card title="The event"><Facts rows=facts/></Card>
            {consequences(event)}
            <Card title="Before and after">{difference}</Card>
        </div>
    }
    .into_any()
}

/// Who gained and lost what by it.
fn consequences(event: &Event) -> Option<AnyView> {
    let lines: Vec<_> = effects(event).into_iter().map(|line| view! { <li>{line}</li> }).collect();
    (!lines.is_empty())
        .then(|| view! { <Card title="What it changed"><ul class="flex flex-col gap-1">{lines}</ul></Card> }.into_any())
}

fn facts(model: &EventPage) -> Vec<(String, AnyView)> {
    let event = &model.event;
    let (at, now, exact) = (event.at.clone(), model.now.clone(), event.at.to_string());
    let subject = match subject_href(&model.base, event) {
        Some(href) => view! { <a class="link" href=href>{event.subject_name.clone()}</a> }.into_any(),
        None => event.subject_name.clone().into_any(),
    };
    let history = link(&format!("{}/activity", model.base), &[("subject", &event.subject_id)]);
    vec![
        (
            "When".to_string(),
            view! { <When at=at now=now/> " " <span class="mono text-muted">{exact}</span> }.into_any(),
        ),
        ("By".to_string(), format!("{} ({})", event.actor_name, actor_word(&event.actor_kind)).into_any()),
        ("About".to_string(), view! { {subject} " · " <a class="link" href=history>"its activity"</a> }.into_any()),
        ("Kind".to_string(), view! { <code class="mono">{event.kind.clone()}</code> }.into_any()),
        ("Id".to_string(), view! { <code class="mono break-all">{event.id.to_string()}</code> }.into_any()),
    ]
}

fn actor_word(kind: &str) -> &str {
    match kind {
        "user" => "a person",
        "directory" => "an identity provider, by SCIM",
        "command-line" => "on the server",
        "system" => "by itself",
        other => other,
    }
}

fn difference(changes: &[Change]) -> AnyView {
    if changes.is_empty() {
        return view! { <p class="text-muted">"This event says all in its name; no values changed."</p> }.into_any();
    }
    let rows: Vec<_> = changes
        .iter()
        .map(|change| {
            view! {
                <tr>
                    <td data-label="Field"><code class="mono">{change.field.clone()}</code></td>
                    <td data-label="Before">{side(&change.before)}</td>
                    <td data-label="After">{side(&change.after)}</td>
                </tr>
            }
        })
        .collect();
    view! { <DataTable head=vec!["Field", "Before", "After"]>{rows}</DataTable> }.into_any()
}

fn side(value: &Option<String>) -> AnyView {
    match value {
        Some(value) => {
            view! { <pre class="max-h-none whitespace-pre-wrap break-words">{value.clone()}</pre> }.into_any()
        }
        None => view! { <span class="text-muted">"nothing"</span> }.into_any(),
    }
}
