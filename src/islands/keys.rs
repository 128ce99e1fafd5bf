//! Going about by keyboard.

use leptos::prelude::*;

use super::browser;

/// `g` and a letter go to a page below `base` (`/o/acme`), `/` to the search field, `?` opens the list of keys: the
/// `<dialog id="keys">`, which also holds the switch that turns all this off.
#[island]
pub fn Keys(base: String) -> impl IntoView {
    Effect::new(move |_| browser::listen_to_keys(base.clone()));
    view! {
        <button type="button" class="rail-link needs-js" on:click=|_| browser::show_dialog("keys")>
            "Keyboard shortcuts" <kbd>"?"</kbd>
        </button>
    }
}
