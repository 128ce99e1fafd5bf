//! `muster schema add`: an organization's own schemas and resource types.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::actor::Actor;
use crate::config::Config;
use crate::organizations;
use crate::provisioning::schemas::{Extends, add};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Add a schema or a resource type (RFC 7643 sections 7 and 6), or replace the one of the same name
    Add(Add),
}

#[derive(Args)]
pub(super) struct Add {
    /// Slug of the organization
    #[arg(long)]
    organization: String,
    /// What the schema becomes an extension of
    #[arg(long, value_enum)]
    extends: Option<Extended>,
    /// File with the JSON
    file: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Extended {
    User,
    Group,
}

pub(super) async fn run(config: Config, command: Command) -> Result<(), String> {
    let Command::Add(arguments) = command;
    let file = arguments.file.display();
    let text = std::fs::read_to_string(&arguments.file).map_err(|error| format!("{file}: {error}"))?;
    let document = serde_json::from_str(&text).map_err(|error| format!("{file} is no JSON: {error}"))?;
    let extends = match arguments.extends {
        None => Extends::Nothing,
        Some(Extended::User) => Extends::User,
        Some(Extended::Group) => Extends::Group,
    };
    let app = super::open(config).await?;
    let mut tx = app.db.write().await?;
    let organization = organizations::find_by_slug(&mut tx, &arguments.organization)
        .await?
        .ok_or_else(|| format!("--organization: there is no organization \"{}\"", arguments.organization))?;
    let added = add(&mut tx, &Actor::CommandLine, &organization.id, document, extends)
        .await
        .map_err(|error| format!("{file}: {error}. Nothing was kept."))?;
    tx.commit().await?;
    app.db.close().await;
    let verb = if added.replaced { "replaced" } else { "added" };
    say!("{} \"{}\" is {verb}.", added.kind.label(), added.name);
    Ok(())
}
