//! Light, dark, or as the system has it.

use leptos::prelude::*;

use super::browser;

/// The choice is kept in this browser; a script in the document's head applies it before the first paint.
#[island]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new("system".to_string());
    Effect::new(move |_| theme.set(browser::theme()));
    let choice = |value: &'static str, label: &'static str| {
        let choose = move |_| {
            browser::set_theme(value);
            theme.set(value.to_string());
        };
        let pressed = move || if theme.get() == value { "true" } else { "false" };
        view! { <button type="button" class="theme-choice" aria-pressed=pressed on:click=choose>{label}</button> }
    };
    view! {
        <div class="theme needs-js" role="group" aria-label="Theme">
            {choice("system", "System")} {choice("light", "Light")} {choice("dark", "Dark")}
        </div>
    }
}
