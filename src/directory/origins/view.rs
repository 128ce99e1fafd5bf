//! Whose something is, as lists and pages say it: a lock and a word.

use leptos::prelude::*;

use super::Origins;
use crate::directory::Source;
use crate::ui::components::{Badge, Icon};

/// A lock and "Managed · Acme Okta", and the word for what nobody brings up to date any more; "Local" for what is ours.
pub fn owner(origins: &Origins, source: &Source) -> AnyView {
    if !source.is_managed() {
        return view! { <span class="text-muted">"Local"</span> }.into_any();
    }
    let text = format!("Managed · {}", origins.name(source));
    view! {
        <span class="inline-flex flex-wrap items-center gap-x-2 gap-y-1 text-muted" title="The profile is read-only here">
            <span class="inline-flex items-center gap-1">{Icon::Lock.view()} {text}</span>
            {no_longer_synced(origins, source)}
        </span>
    }
    .into_any()
}

/// The mark of what its provider left behind.
pub fn no_longer_synced(origins: &Origins, source: &Source) -> Option<AnyView> {
    let left = origins.is_left_behind(source);
    left.then(|| view! { <Badge kind="warn" label="No longer synced"/> }.into_any())
}
