//! A framed message within a page.

use leptos::prelude::*;

use super::Icon;

/// `kind` is `good`, `warn`, `bad` or `info`.
#[component]
pub fn Notice(kind: &'static str, children: Children) -> impl IntoView {
    let icon = match kind {
        "good" => Icon::Tick,
        "warn" => Icon::Warning,
        "bad" => Icon::Cross,
        _ => Icon::Info,
    };
    view! {
        <div class=format!("notice notice-{kind}") role="note">
            {icon.view()}
            <div class="notice-text">{children()}</div>
        </div>
    }
    .into_any()
}
