//! The integration tests: the real router, the real databases. Laid out as the URLs are.

mod database;
mod house;
mod keys;
mod laws;
mod routes;
mod security_page;
mod sentences;
mod support;
