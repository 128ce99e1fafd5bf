//! The pieces that pages are made of.

use leptos::prelude::*;

/// A framed message; `kind` is `good`, `warn`, `bad` or `info`.
#[component]
pub fn Notice(kind: &'static str, children: Children) -> impl IntoView {
    view! { <div class=format!("notice notice-{kind}") role="note">{children()}</div> }
}
