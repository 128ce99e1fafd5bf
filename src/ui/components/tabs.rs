//! The parts of one thing.

use leptos::prelude::*;

/// Each item is a label, its address, and whether it is the one shown.
#[component]
pub fn Tabs(items: Vec<(String, String, bool)>) -> impl IntoView {
    let items: Vec<_> = items
        .into_iter()
        .map(|(label, href, active)| {
            view! { <a class="tab" href=href aria-current=active.then_some("page")>{label}</a> }
        })
        .collect();
    view! { <nav class="tabs" aria-label="Parts of this page">{items}</nav> }.into_any()
}
