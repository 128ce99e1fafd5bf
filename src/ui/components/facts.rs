//! Names and values.

use leptos::prelude::*;

#[component]
pub fn Facts(rows: Vec<(String, AnyView)>) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, value)| view! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> })
        .collect();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}
