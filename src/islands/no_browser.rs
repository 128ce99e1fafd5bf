//! The server's side of `browser`: the same functions, never called.

pub fn copy(_target: &str, _then: impl FnOnce(bool) + 'static) {}

pub fn set_input_type(_target: &str, _kind: &str) {}

pub fn theme() -> String {
    String::new()
}

pub fn set_theme(_theme: &str) {}

pub fn reload_on_change(_url: String, _version: String) {}

pub fn listen_to_keys(_base: String) {}

pub fn show_dialog(_id: &str) {}
