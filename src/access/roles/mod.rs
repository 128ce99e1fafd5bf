//! Roles: what the product behind Muster asks about.

pub mod routes;
