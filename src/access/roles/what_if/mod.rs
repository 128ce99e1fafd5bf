//! What a change would do, shown before it is done: who gains and who loses which roles, and the button that does it.
//!
//! The page says what is true when it is opened; the change acts on what is true when it is made, and its event says that.

mod pages;
pub mod routes;

pub use pages::{WhatIfPage, people, what_if_page};
