//! The command line: `muster serve`, `muster setup`, `muster connection add …`, `muster login` …

/// As `println!`; see [`print`].
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::print(format_args!($($text)*)) };
}

mod connection;
mod keys;
mod owner;
mod schema;
mod serve;
mod setup;
pub mod terminal;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::config::{Config, Flags};
use crate::db::Db;
use crate::error::Error;
use crate::time::Clock;
use crate::vault::Vault;

/// Connects your customers' Okta, Microsoft Entra and other identity providers to your product.
///
/// Settings come from defaults, then [muster] in Leptos.toml, then MUSTER_* variables, then flags.
#[derive(Parser)]
#[command(name = "muster", version)]
struct CommandLine {
    #[command(flatten)]
    flags: Flags,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server
    Serve,
    /// Make the first organization and its owner, as the set-up page does
    Setup(setup::Arguments),
    /// Let an owner in again
    #[command(subcommand)]
    Owner(owner::Command),
    /// Manage connections to identity providers
    #[command(subcommand)]
    Connection(connection::Command),
    /// Manage the keys that seal stored secrets
    #[command(subcommand)]
    Keys(keys::Command),
    /// Manage an organization's own SCIM schemas and resource types
    #[command(subcommand)]
    Schema(schema::Command),
    /// Sign in to a Muster server through the browser
    Login(terminal::Arguments),
    /// Print who is signed in here, and until when
    Whoami,
    /// Sign out, here and on the server
    Logout,
}

/// Runs the program; a failure is one line on standard error.
pub fn run() -> ExitCode {
    let line = CommandLine::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(format!("the async runtime cannot start: {error}")),
    };
    let result = runtime.block_on(async {
        let config = Config::load(&line.flags, Path::new("Leptos.toml"))?;
        match line.command {
            Command::Serve => serve::run(config).await,
            Command::Setup(arguments) => setup::run(config, arguments).await,
            Command::Owner(command) => owner::run(config, command).await,
            Command::Connection(command) => connection::run(config, command).await,
            Command::Keys(command) => keys::run(config, command).await,
            Command::Schema(command) => schema::run(config, command).await,
            Command::Login(arguments) => terminal::run_login(config, arguments).await,
            Command::Whoami => terminal::run_whoami().await,
            Command::Logout => terminal::run_logout().await,
        }
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(message),
    }
}

fn fail(message: String) -> ExitCode {
    eprintln!("muster: {message}");
    ExitCode::FAILURE
}

/// Opens what every command works on.
async fn open(config: Config) -> Result<App, String> {
    let vault = Vault::open_or_create(&config.secret_key_file).map_err(|error| error.to_string())?;
    let db = Db::open(&config.database_url, Clock::system()).await.map_err(|error| error.to_string())?;
    Ok(App::new(db, config, vault))
}

impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.to_string()
    }
}

/// Where nobody reads on, as behind `muster … | head -1`, the work is done all the same. What cannot be written otherwise, on a
/// full disk, may be a password that is shown once: that is a failure.
fn print(text: std::fmt::Arguments<'_>) {
    use std::io::{ErrorKind, Write as _};
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("What was to be printed could not be written: {error}");
            std::process::exit(1);
        }
        _ => {}
    }
}
