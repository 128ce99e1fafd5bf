mod auth;
mod layers;
mod linking;
mod local;
pub mod o;
mod realm;
pub mod scim;
mod setup;
mod sign_in;
