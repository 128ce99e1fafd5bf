//! The browser's entry: wakes the islands that a page holds.

// Naming the crate keeps its islands' exports in the module.
use muster as _;

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
