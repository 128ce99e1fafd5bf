//! Values that go to another console.

use std::hash::{DefaultHasher, Hash, Hasher};

use leptos::prelude::*;

use super::Icon;
use crate::islands::CopyButton;

/// A value in the mono face, with a button that copies it. Without JavaScript one click selects the whole of it.
#[component]
pub fn CopyValue(#[prop(into)] label: String, #[prop(into)] value: String) -> impl IntoView {
    let id = id_for(&label, &value);
    let (target, name) = (id.clone(), format!("{id}-name"));
    view! {
        <div class="copy" role="group" aria-labelledby=name.clone()>
            <span class="label" id=name.clone()>{label}</span>
            <span class="copy-row"><code class="copy-text" id=id>{value}</code> <CopyButton target=target/></span>
        </div>
    }
    .into_any()
}

/// A secret that is shown this once. The button reads it from the page: islands' properties stay readable in the HTML.
#[component]
pub fn Secret(#[prop(into)] label: String, #[prop(into)] value: String) -> impl IntoView {
    view! {
        <div class="secret">
            <CopyValue label=label value=value/>
            <p class="secret-note">{Icon::Warning.view()} "Shown only now. Store it before you leave this page; it cannot be shown again."</p>
        </div>
    }
    .into_any()
}

/// The same label may stand on a page twice, with another value.
fn id_for(label: &str, value: &str) -> String {
    let mut hash = DefaultHasher::new();
    (label, value).hash(&mut hash);
    format!("copy-{:x}", hash.finish())
}
