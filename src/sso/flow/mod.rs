//! The authorization code flow with PKCE, state and nonce: the request, its answer, the tokens.

mod pending;
mod request;
mod response;
mod tokens;
mod userinfo;

pub(super) use pending::Pending;
pub(super) use request::authorization_request;
pub(super) use response::{Answer, check_answer};
pub(super) use tokens::{Profile, Verified, redeem};
