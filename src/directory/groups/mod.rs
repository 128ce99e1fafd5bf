//! Groups: pushed by a directory, or local.

mod listing;
mod pages;
pub mod routes;
