//! Copies what another element holds.

use std::time::Duration;

use leptos::prelude::*;

use super::browser;

/// `target` is the id of the element whose text, or value, is copied. Where the browser refuses, the text is selected instead.
#[island]
pub fn CopyButton(#[prop(into)] target: String) -> impl IntoView {
    let label = RwSignal::new("Copy");
    let copy = move |_| {
        browser::copy(&target, move |copied| {
            label.set(if copied { "Copied" } else { "Selected" });
            set_timeout(move || label.set("Copy"), Duration::from_secs(2));
        })
    };
    view! { <button type="button" class="copy-button needs-js" aria-live="polite" on:click=copy>{label}</button> }
}
