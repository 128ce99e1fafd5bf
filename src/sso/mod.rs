//! Sign-in through identity providers: OpenID Connect discovery, the authorization code flow, and who may sign in as whom.

mod discovery;
mod provider;
pub mod routes; pub mod links;

pub use discovery::{DiscoveryInput, DiscoveryProblem, Metadata, discover};
pub use provider::Provider;
