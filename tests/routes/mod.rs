mod auth;
mod layers;
mod o;
mod scim;
mod setup;
mod sign_in;
