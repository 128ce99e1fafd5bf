//! Sign-in through identity providers: OpenID Connect discovery, the authorization code flow, and who may sign in as whom.
//!
//! Each step of the protocol is a pair, build the request and check the response, and every failure has its own code.

mod admit;
mod client_authentication;
pub mod client_keys;
mod connection;
mod discovery;
mod flow;
pub mod links;
mod logout;
mod provider;
pub mod routes;
mod store;

pub use client_authentication::ClientAuthentication;
pub use connection::Offer;
pub use discovery::{DiscoveryInput, DiscoveryProblem, Metadata, discover};
pub use logout::can_sign_out;
pub use provider::Provider;
pub use store::offers;
