//! The brake: when a directory's calls would take access from too many people within ten minutes, the call that would cross
//! the limit is refused and kept, and so is every one after it that takes access from anybody, until an owner decides.
//!
//! `directory::brake` notes whom a transaction takes access from. Before it is committed, [`verdict`] counts. What is held back
//! [`pending`] keeps: [`release`] applies it all, [`discard`] forgets it.

mod discard;
mod limits;
mod pages;
mod pending;
mod release;
pub mod routes;
mod settings;
mod state;
mod store;
mod verdict;

pub(super) use pending::{keep, settle};
pub(super) use verdict::verdict;

pub use settings::{BrakeForm, Settings, change_settings, settings};
pub use state::{Held, held};
