//! `muster owner reset`: the way in when nobody else can open it. Works while the server runs.

use clap::{Args, Subcommand};
use secrecy::SecretString;
use serde_json::json;

use crate::actor::Actor;
use crate::config::Config;
use crate::directory::users::local::reset_owner;
use crate::sessions::local::links::{self, Purpose};
use crate::sessions::password;
use crate::vault;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Give a local owner a link to choose a password, and take the old one, the authenticator app and the recovery codes away
    Reset(Arguments),
}

#[derive(Args)]
pub(super) struct Arguments {
    /// The owner's e-mail address
    email: String,
    /// Slug of the organization, where the address is an owner's in several
    #[arg(long)]
    organization: Option<String>,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: Config, command: Command) -> Result<(), String> {
    let Command::Reset(arguments) = command;
    let app = super::open(config).await?;
    let unusable = password::hash(SecretString::from(vault::random_text(vault::BASE62, 43))).await?;
    let mut tx = app.db.write().await?;
    let slug = arguments.organization.as_deref();
    let reset = reset_owner(&mut tx, &Actor::CommandLine, &arguments.email, slug, &unusable).await?;
    tx.commit().await?;
    app.db.close().await;

    let link = links::address(&app.config.public_url, &reset.secret);
    if arguments.json {
        let answer = json!({
            "organization": reset.organization.slug,
            "owner_id": reset.user.id,
            "link": link,
            "sessions_ended": reset.ended.sessions,
        });
        say!("{answer:#}");
    } else {
        say!("Owner:          {} at {}", reset.user.user_name, reset.organization.name);
        say!("Link:           {link}");
        say!("Ended: {}", reset.ended.in_words());
        say!("Whoever opens the link chooses a password, once, within {}.", Purpose::LostPassword.lifetime_words());
        say!(
            "The old password, the authenticator app and the recovery codes stopped working; signing in sets up new ones."
        );
    }
    Ok(())
}
