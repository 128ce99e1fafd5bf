//! Buttons, and links that look like them.

use leptos::prelude::*;

/// Sends the form it stands in. `kind` is `primary` (also when left out), `secondary` or `danger`.
#[component]
pub fn Submit(#[prop(into)] label: String, #[prop(optional)] kind: &'static str) -> impl IntoView {
    view! { <button type="submit" class=class_of(kind)>{label}</button> }.into_any()
}

/// Leads to another page. `kind` as for [`Submit`].
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] kind: &'static str,
) -> impl IntoView {
    view! { <a class=class_of(kind) href=href>{label}</a> }.into_any()
}

fn class_of(kind: &str) -> &'static str {
    match kind {
        "secondary" => "button button-secondary",
        "danger" => "button button-danger",
        _ => "button button-primary",
    }
}
