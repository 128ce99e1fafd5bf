//! What islands ask of the browser. Whatever is missing there (an old browser, storage switched off) is passed over.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::futures::spawn_local;
use leptos::prelude::{document, set_interval, set_timeout, window};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent, Response, Storage};

/// Puts the text of an element on the clipboard; `then` hears whether it went there or was only selected.
pub fn copy(target: &str, then: impl FnOnce(bool) + 'static) {
    let Some(element) = document().get_element_by_id(target) else { return };
    let text = match element.dyn_ref::<HtmlInputElement>() {
        Some(input) => input.value(),
        None => element.text_content().unwrap_or_default(),
    };
    spawn_local(async move {
        let copied = has_clipboard() && window().navigator().clipboard().write_text(&text).await.is_ok();
        if !copied {
            select(&element);
        }
        then(copied);
    });
}

/// Browsers hide the clipboard from pages that came over plain http from another machine.
fn has_clipboard() -> bool {
    js_sys::Reflect::get(&window().navigator(), &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object())
}

fn select(element: &Element) {
    if let Ok(Some(selection)) = window().get_selection() {
        let _ = selection.select_all_children(element);
    }
}

pub fn set_input_type(target: &str, kind: &str) {
    if let Some(input) = document().get_element_by_id(target) {
        let _ = input.set_attribute("type", kind);
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn stored(key: &str) -> Option<String> {
    storage().and_then(|storage| storage.get_item(key).ok().flatten())
}

pub fn theme() -> String {
    stored("theme").unwrap_or_else(|| "system".to_string())
}

/// `system`, `light` or `dark`; the script in the document's head reads the same key.
pub fn set_theme(theme: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item("theme", theme);
    }
    if let Some(root) = document().document_element() {
        let _ = match theme {
            "system" => root.remove_attribute("data-theme"),
            _ => root.set_attribute("data-theme", theme),
        };
    }
}

pub fn reload_on_change(url: String, version: String) {
    let known = Rc::new(std::cell::RefCell::new(version));
    let check = move || {
        if document().hidden() || is_typing() {
            return;
        }
        let (url, known) = (url.clone(), known.clone());
        spawn_local(async move {
            let Some(text) = fetch_text(&url).await else { return };
            if known.borrow().is_empty() {
                *known.borrow_mut() = text;
            } else if *known.borrow() != text {
                let _ = window().location().reload();
            }
        });
    };
    set_interval(check, Duration::from_secs(2));
}

async fn fetch_text(url: &str) -> Option<String> {
    let response: Response = window().fetch_with_str(url).await.ok()?.unchecked_into();
    if response.status() == 401 {
        // Signed out meanwhile: the page that loads anew says why, and asks nothing more.
        let _ = window().location().reload();
    }
    if !response.ok() {
        return None;
    }
    response.text().ok()?.await.ok()?.as_string()
}

/// Whether keys belong to a field, or to an open dialog, now.
fn is_typing() -> bool {
    let fields = "input:not([type=checkbox], [type=radio]):focus, textarea:focus, select:focus, dialog[open]";
    find::<Element>(fields).is_some()
}

pub fn show_dialog(id: &str) {
    let dialog = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = dialog
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}

pub fn listen_to_keys(base: String) {
    bind_switch();
    let after_g = Rc::new(Cell::new(false));
    let on_key = move |event: KeyboardEvent| {
        let held = event.ctrl_key() || event.alt_key() || event.meta_key();
        if held || event.is_composing() || is_typing() || stored("keys").as_deref() == Some("off") {
            return;
        }
        let key = event.key();
        if after_g.replace(false)
            && let Some(page) = page_of(&key)
        {
            let _ = window().location().assign(&format!("{base}{page}"));
            return;
        }
        match key.as_str() {
            "g" => {
                after_g.set(true);
                let after_g = after_g.clone();
                set_timeout(move || after_g.set(false), Duration::from_millis(1500));
            }
            "/" => {
                if let Some(search) = find::<HtmlElement>("main input[type=search]") {
                    // Otherwise the slash itself would be typed.
                    event.prevent_default();
                    let _ = search.focus();
                }
            }
            "?" => show_dialog("keys"),
            _ => {}
        }
    };
    listen("keydown", on_key);
}

fn page_of(key: &str) -> Option<&'static str> {
    Some(match key {
        "o" => "",
        "u" => "/users",
        "g" => "/groups",
        "r" => "/roles",
        "c" => "/connections",
        "a" => "/activity",
        "s" => "/settings",
        _ => return None,
    })
}

/// WCAG 2.1.4: shortcuts of one character can be turned off.
fn bind_switch() {
    let Some(switch) = find::<HtmlInputElement>("#keys-on") else { return };
    switch.set_checked(stored("keys").as_deref() != Some("off"));
    let read = switch.clone();
    let keep = Closure::<dyn FnMut()>::new(move || {
        if let Some(storage) = storage() {
            let _ = storage.set_item("keys", if read.checked() { "on" } else { "off" });
        }
    });
    let _ = switch.add_event_listener_with_callback("change", keep.as_ref().unchecked_ref());
    // It lives as long as the page.
    keep.forget();
}

fn listen(event: &str, on_event: impl FnMut(KeyboardEvent) + 'static) {
    let listener = Closure::<dyn FnMut(KeyboardEvent)>::new(on_event);
    let _ = document().add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    listener.forget();
}

fn find<T: JsCast>(selector: &str) -> Option<T> {
    document().query_selector(selector).ok().flatten().and_then(|element| element.dyn_into::<T>().ok())
}
