//! The head of a page: what it is, and the one thing to do there.

use leptos::prelude::*;

use super::Maybe;

/// The children are the page's actions, the primary one first.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: Maybe,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let lead = lead.0.map(|lead| view! { <p class="page-lead">{lead}</p> });
    let actions = children.map(|children| view! { <div class="page-actions">{children()}</div> });
    view! { <header class="page-header"><div><h1>{title}</h1> {lead}</div> {actions}</header> }.into_any()
}
