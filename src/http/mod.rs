//! The web server itself: assets, layers, health, outgoing calls. It knows no feature.

pub mod assets;
pub mod canonical;
pub mod client;
pub mod health;
pub mod hop;
pub mod layers;
pub mod server;
#[cfg(test)]
pub(crate) mod testing;
