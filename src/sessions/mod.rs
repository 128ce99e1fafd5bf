//! Browser sessions: signing in and out, who is signed in, and the guards that pages put before themselves.
//!
//! A session is a row; the browser holds a random id of which the row keeps a hash. Signing in by password and through an
//! identity provider end in the same [`sign_in`].

pub mod attempt;
mod cleanup;
mod device;
mod ending;
mod fresh;
pub mod guard;
mod layer;
pub mod lifetimes;
pub mod list;
pub mod local;
pub mod me;
mod pages;
pub mod password;
mod provider;
pub mod recovery;
mod refusal;
mod return_to;
pub mod routes;
mod sign_in;
mod store;
pub mod terminal;

pub use cleanup::{clean, run_cleanup};
pub use device::Device;
pub use ending::{Ended, end_provider_session, end_sign_ins, revoke_all, revoke_connection};
pub use fresh::Recency;
pub use layer::layer;
pub use provider::{just_left, remember_provider};
pub use refusal::Refusal;
pub use return_to::ReturnTo;
pub use sign_in::{How, landing, sign_in};
pub use store::Store;

use crate::error::Error;

/// A session that cannot be read or kept is a fault of ours.
pub(crate) fn lost(error: tower_sessions::session::Error) -> Error {
    Error::internal(error)
}
