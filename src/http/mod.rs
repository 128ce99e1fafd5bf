//! The web server itself: assets, layers, health, outgoing calls. It knows no feature.

pub mod assets;
pub mod cached;
pub mod canonical;
pub mod client;
pub mod client_address;
pub mod health;
pub mod hop;
pub mod layers;
pub mod limits;
pub mod oauth;
pub mod server;
#[cfg(test)]
pub(crate) mod testing;
