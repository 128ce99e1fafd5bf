mod auth;
mod layers;
mod o;
pub mod scim;
mod setup;
mod sign_in;
