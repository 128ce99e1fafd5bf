//! Finding in a list: a search field, and filters as chips. Both live in the address.

use leptos::prelude::*;

use super::Icon;

/// Asks `action` with `?q=…`.
#[component]
pub fn SearchForm(
    #[prop(into)] action: String,
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    #[prop(into)] placeholder: String,
) -> impl IntoView {
    view! {
        <form class="search" role="search" method="get" action=action>
            {Icon::Search.view()}
            <input class="input" type="search" name="q" value=value placeholder=placeholder aria-label=label autocomplete="off"/>
            <kbd class="search-key needs-js" aria-hidden="true">"/"</kbd>
        </form>
    }
    .into_any()
}

/// A filter: its `href` switches it on, or off when it is active.
#[derive(Debug, Clone)]
pub struct Chip {
    pub label: String,
    pub href: String,
    pub active: bool,
}

#[component]
pub fn Chips(items: Vec<Chip>) -> impl IntoView {
    let items: Vec<_> = items
        .into_iter()
        .map(|chip| {
            let current = chip.active.then_some("true");
            let tick = chip.active.then(|| Icon::Tick.view());
            view! { <li><a class="chip" href=chip.href aria-current=current>{tick} {chip.label}</a></li> }
        })
        .collect();
    view! { <ul class="chips" aria-label="Filters">{items}</ul> }.into_any()
}
