//! Groups: pushed by a directory, or local.

pub mod routes;
