//! Which part of a long list this is.

use leptos::prelude::*;

use super::Icon;

/// `page` counts from 1; `href` is the list's address with its filters and without `page`.
#[component]
pub fn Pager(page: u64, total: u64, per_page: u64, #[prop(into)] href: String) -> impl IntoView {
    let first = page.saturating_sub(1) * per_page + 1;
    let last = (page * per_page).min(total);
    let text = match total {
        0 => "Nothing found".to_string(),
        _ if total <= per_page => format!("{total} in all"),
        _ => format!("{first}–{last} of {total}"),
    };
    let separator = if href.contains('?') { '&' } else { '?' };
    let to = |page: u64| format!("{href}{separator}page={page}");
    let previous = (page > 1).then(|| to(page - 1));
    let next = (page * per_page < total).then(|| to(page + 1));
    let links = (total > per_page).then(|| {
        view! {
            {step(previous, "prev", view! { {Icon::Previous.view()} "Previous" }.into_any())}
            {step(next, "next", view! { "Next" {Icon::Next.view()} }.into_any())}
        }
    });
    view! { <nav class="pager" aria-label="Pages"><span class="pager-text">{text}</span> {links}</nav> }.into_any()
}

/// A link, or the same words where it would lead nowhere: so that the other one does not move.
fn step(href: Option<String>, rel: &'static str, label: AnyView) -> AnyView {
    match href {
        Some(href) => view! { <a class="button button-secondary" rel=rel href=href>{label}</a> }.into_any(),
        None => view! { <span class="button button-secondary" aria-disabled="true">{label}</span> }.into_any(),
    }
}
