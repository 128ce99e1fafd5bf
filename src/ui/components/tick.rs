//! One thing that is on or off: a checkbox with its words beside it.

use leptos::prelude::*;

use super::Maybe;
use super::field::Around;

/// A checkbox, sent as `on` when it is ticked.
#[component]
pub fn Tick(
    #[prop(into)] label: String,
    name: &'static str,
    ticked: bool,
    #[prop(into, optional)] help: Maybe,
) -> AnyView {
    let around = Around::new(name, Maybe(None), help);
    let described_by = around.described_by();
    let notes = around.notes();
    view! {
        <div class="field">
            <label class="tick"><input type="checkbox" name=name checked=ticked aria-describedby=described_by/> <span>{label}</span></label>
            {notes}
        </div>
    }
    .into_any()
}
