//! What happened to one thing, newest first: a part of that thing's page.

use leptos::prelude::*;

use crate::events::{Timeline, sentence};
use crate::ui::components::When;
use crate::ui::link::link;

pub fn timeline(model: &Timeline) -> AnyView {
    if model.events.is_empty() {
        return view! { <p class="text-muted">"Nothing has happened yet."</p> }.into_any();
    }
    let rows = model.events.iter().map(|event| {
        let href = format!("{}/activity/{}", model.base, event.id);
        let (text, at, now) = (sentence(event), event.at.clone(), model.now.clone());
        view! {
            <li class="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-2">
                <a class="link min-w-0 break-words" href=href>{text}</a>
                <span class="text-muted"><When at=at now=now/></span>
            </li>
        }
    });
    let all = link(&format!("{}/activity", model.base), &[("subject", &model.subject_id)]);
    view! {
        <ol class="divide-y divide-line">{rows.collect::<Vec<_>>()}</ol>
        <p class="pt-2"><a class="link" href=all>"All of its activity"</a></p>
    }
    .into_any()
}
