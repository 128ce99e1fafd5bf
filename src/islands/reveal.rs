//! Shows what was typed into a password field.

use leptos::prelude::*;

use super::browser;

/// `target` is the id of the input.
#[island]
pub fn Reveal(target: String) -> impl IntoView {
    let shown = RwSignal::new(false);
    let controls = target.clone();
    let toggle = move |_| {
        shown.update(|shown| *shown = !*shown);
        browser::set_input_type(&target, if shown.get_untracked() { "text" } else { "password" });
    };
    let label = move || if shown.get() { "Hide" } else { "Show" };
    view! {
        <button type="button" class="reveal needs-js" aria-controls=controls on:click=toggle>{label}</button>
    }
}
