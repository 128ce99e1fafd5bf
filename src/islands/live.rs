//! Keeps a page that changes by itself up to date.

use leptos::prelude::*;

use super::browser;

/// Asks `url` every two seconds and loads the page again when the answered text is not `version` any more.
///
/// Left out, `version` is the first answer. It waits while somebody is typing or the tab is hidden. The page must be
/// the answer to a GET.
#[island]
pub fn LiveCheck(#[prop(into)] url: String, #[prop(optional, into)] version: Option<String>) -> impl IntoView {
    Effect::new(move |_| browser::reload_on_change(url.clone(), version.clone().unwrap_or_default()));
    view! { <span class="live needs-js"><span class="live-dot" aria-hidden="true"></span>"Updates by itself"</span> }
}
