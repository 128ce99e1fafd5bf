//! The only code the browser runs. Each island is small, works on its own, and its page works without it.
//!
//! An island that does nothing without JavaScript carries the class `needs-js` and is not shown there. No property holds a
//! secret: properties stay readable in the HTML, so islands name the element to read instead.

// On the server, islands are only drawn: what they would ask of the browser is empty there.
#[cfg(target_family = "wasm")]
mod browser;
#[cfg(not(target_family = "wasm"))]
#[path = "no_browser.rs"]
mod browser;

mod copy;
mod keys;
mod live;
mod reveal;
mod theme;

pub use copy::CopyButton;
pub use keys::Keys;
pub use live::LiveCheck;
pub use reveal::Reveal;
pub use theme::ThemeSwitch;
