//! Boxes: a card around what belongs together, and the box that stands where nothing is yet.

use leptos::prelude::*;

use super::Maybe;

#[component]
pub fn Card(#[prop(optional, into)] title: Maybe, children: Children) -> impl IntoView {
    let title = title.0.map(|title| view! { <h2 class="card-title">{title}</h2> });
    view! { <section class="card">{title} <div class="card-body">{children()}</div></section> }.into_any()
}

/// Says what will appear here and how to make it appear.
#[component]
pub fn EmptyState(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            <div class="empty-text">{children()}</div>
        </div>
    }
    .into_any()
}
