//! The SCIM 2.0 service (RFC 7643, RFC 7644): what identity providers speak to.
//!
//! One request: [`auth`] finds the directory by its token, an endpoint reads the body ([`body`]) and the query
//! ([`request`]), calls `directory::{users, groups}::managed`, and answers through [`answer`] or [`error`]; [`inspector`]
//! keeps a record of it. Before a change is committed, [`brake`] is asked whether it takes access from too many. Whatever happens below the base URL, the answer is SCIM; [`oauth`] alone, where clients get access
//! tokens, answers as RFC 6749 says.

mod answer;
mod auth;
mod body;
pub mod brake;
mod catalog;
mod discovery;
mod endpoint;
mod endpoints;
pub mod error;
mod handlers;
pub mod inspector;
mod layers;
mod meta;
pub mod oauth;
mod operations;
mod query;
mod reindex;
mod request;
pub mod routes;
pub mod schemas;
mod store;
pub mod tokens;

pub use reindex::bring_up_to_date;

/// The SCIM base URL of a directory: what an admin pastes into the identity provider.
pub fn base_url(public_url: &str, label: &str) -> String {
    format!("{}/scim/v2/{label}", public_url.trim_end_matches('/'))
}
