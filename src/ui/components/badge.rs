//! A status: a word and a shape, so that it does not hang on colour.

use leptos::prelude::*;

use super::Icon;

/// `kind` is `good`, `warn`, `bad`, `accent` or `muted`.
#[component]
pub fn Badge(kind: &'static str, #[prop(into)] label: String) -> impl IntoView {
    let icon = match kind {
        "good" => Icon::Tick,
        "warn" => Icon::Warning,
        "bad" => Icon::Cross,
        "accent" => Icon::Diamond,
        _ => Icon::Ring,
    };
    view! { <span class=format!("badge badge-{kind}")>{icon.view()} {label}</span> }.into_any()
}
