//! The authorization code flow with PKCE, state and nonce: the request, its answer, the tokens.

mod client;
mod id_token;
mod pending;
mod profile;
mod refusals;
mod request;
mod response;
mod tokens;
mod userinfo;

pub(super) use pending::{Pending, Purpose};
pub(super) use profile::{Profile, Verified};
pub(super) use request::authorization_request;
pub(super) use response::{Answer, check_answer};
pub(super) use tokens::redeem;
