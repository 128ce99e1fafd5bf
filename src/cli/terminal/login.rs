//! `muster login`: the browser asks the person, and the code comes back here.

use std::path::PathBuf;

use super::credentials::{self, Credentials};
use super::loopback::{Loopback, Port};
use super::server::{Identity, Server};
use crate::sessions::terminal::{CLIENT_ID, pkce};
use crate::vault::{self, BASE62};

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Login {
    pub server: String,
    pub port: Port,
    /// What this machine calls itself.
    pub device: String,
    /// The file to keep the token in.
    pub credentials: PathBuf,
}

/// Signs in. `open` is given the address for the browser, once somebody listens for its answer.
///
/// # Errors
/// One line that says what happened and what to do; nothing was kept then.
pub async fn login(wanted: &Login, open: impl FnOnce(&str)) -> Result<Identity, String> {
    let server = Server::at(&wanted.server)?;
    let loopback = Loopback::listen(wanted.port).await?;
    let redirect_uri = loopback.redirect_uri();
    // RFC 7636 section 4.1: 43 to 128 characters of high entropy. 64 letters and digits: 381 bits.
    let verifier = vault::random_text(BASE62, 64);
    let state = vault::random_text(BASE62, 32);
    open(&server.page(
        "/cli/authorize",
        &[
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", &redirect_uri),
            ("code_challenge", &pkce::challenge(&verifier)),
            ("code_challenge_method", "S256"),
            ("state", &state),
            ("device", &wanted.device),
        ],
    )?);
    let code = loopback.code(state).await?;
    let token = server.exchange(&code, &verifier, &redirect_uri).await?;
    let identity = server.whoami(&token).await?;
    credentials::save(&wanted.credentials, &Credentials { server: server.address().to_string(), token })?;
    Ok(identity)
}
