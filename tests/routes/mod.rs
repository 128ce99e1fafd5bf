mod auth;
mod o;
mod scim;
mod sign_in;
