//! `muster login`, `muster whoami`, `muster logout`: for people at a terminal, on any machine that reaches the server.

pub mod credentials;
mod login;
mod loopback;
mod server;

use std::path::Path;
use std::process::{Command, Stdio};

use clap::Args;

use crate::config::Config;
use credentials::Credentials;
pub use login::{Login, login};
pub use loopback::Port;
pub use server::{Identity, Server};

#[derive(Args)]
pub(super) struct Arguments {
    /// Address of the Muster server [default: the public URL of the settings]
    #[arg(long, env = "MUSTER_SERVER", value_name = "URL")]
    server: Option<String>,
    /// Where the browser brings the answer on this machine: a port, or any [default: 10000, or any where that is taken]
    #[arg(long, value_name = "PORT|any")]
    port: Option<Port>,
    /// Do not open a browser; print the address only
    #[arg(long)]
    no_browser: bool,
}

pub(super) async fn run_login(config: Config, arguments: Arguments) -> Result<(), String> {
    let wanted = Login {
        server: arguments.server.unwrap_or(config.public_url),
        port: arguments.port.unwrap_or_default(),
        device: device(),
        credentials: credentials::path()?,
    };
    let identity = login(&wanted, |address| {
        say!("Open this address in a browser on this machine:\n\n  {address}\n");
        if !arguments.no_browser {
            open_browser(address);
        }
    })
    .await?;
    say!("{identity}");
    Ok(())
}

pub(super) async fn run_whoami() -> Result<(), String> {
    say!("{}", whoami(&credentials::path()?).await?);
    Ok(())
}

pub(super) async fn run_logout() -> Result<(), String> {
    let server = logout(&credentials::path()?).await?;
    say!("Signed out of {server}.");
    Ok(())
}

/// Asks the server whose the stored token is.
///
/// # Errors
/// One line that says what to do.
pub async fn whoami(path: &Path) -> Result<Identity, String> {
    let Credentials { server, token } = credentials::load(path)?;
    Server::at(&server)?.whoami(&token).await
}

/// Ends the sign-in on the server, then forgets it here. Returns the server's address.
///
/// # Errors
/// One line that says what was kept: without an answer of the server, the file stays for another try.
pub async fn logout(path: &Path) -> Result<String, String> {
    let Credentials { server, token } = credentials::load(path)?;
    Server::at(&server)?.revoke(&token).await?;
    credentials::forget(path)?;
    Ok(server)
}

/// What this machine calls itself: shown to the person who is asked.
fn device() -> String {
    let named =
        std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::fs::read_to_string("/etc/hostname"));
    let name = named.ok().or_else(|| std::env::var("HOSTNAME").ok()).unwrap_or_default();
    match name.trim() {
        "" => "a computer without a name".to_string(),
        name => name.to_string(),
    }
}

/// Where there is no browser, the printed address is enough.
fn open_browser(address: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet =
        Command::new(opener).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if quiet.is_err() {
        say!("No browser could be opened from here.");
    }
}
