//! Browser sessions: who is signed in, and the guards that pages put before themselves.

pub mod guard;
mod layer;
pub mod routes; pub mod password; pub mod recovery;
mod store;

pub use layer::layer;
