//! `muster connection add okta|entra|generic`: for scripts; works while the server runs.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::actor::Actor;
use crate::app::App;
use crate::config::Config;
use crate::connections::tokens::{self, TokenForm};
use crate::connections::{self, Connection, NewConnectionForm, SignIn, SignInForm, SignInSettings, SyncMode};
use crate::id::TokenId;
use crate::sessions::Recency;
use crate::sso::{DiscoveryProblem, Metadata};
use crate::{organizations, provisioning};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Connect an identity provider
    Add(Add),
}

#[derive(Args)]
pub(super) struct Add {
    provider: ProviderName,
    /// Slug of the organization
    #[arg(long)]
    organization: String,
    /// Name of the connection, as people see it on the sign-in button
    #[arg(long)]
    name: String,
    /// Last part of the SCIM base URL; random if absent
    #[arg(long)]
    label: Option<String>,
    /// Okta domain, such as acme.okta.com
    #[arg(long)]
    domain: Option<String>,
    /// Issuer of the provider
    #[arg(long)]
    issuer: Option<String>,
    /// Address of the provider's metadata document
    #[arg(long)]
    metadata_url: Option<String>,
    /// Entra's Directory (tenant) ID
    #[arg(long)]
    tenant_id: Option<String>,
    /// Without it, the sign-in half stays off
    #[arg(long, requires = "client_secret_file")]
    client_id: Option<String>,
    /// File that holds the client secret
    #[arg(long, requires = "client_id")]
    client_secret_file: Option<PathBuf>,
    /// How people are synced
    #[arg(long, value_enum, default_value = "scim")]
    sync: Sync,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProviderName {
    Okta,
    Entra,
    Generic,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sync {
    Scim,
    OnSignIn,
    None,
}

pub(super) async fn run(config: Config, command: Command) -> Result<(), String> {
    let Command::Add(arguments) = command;
    let app = super::open(config).await?;
    let added = add(&app, &arguments).await?;
    app.db.close().await;
    added.print(arguments.json);
    Ok(())
}

/// What the command made.
struct Added {
    connection: Connection,
    directory_id: String,
    scim_base_url: String,
    scim_token: Option<SecretString>,
    redirect_uri: String,
}

async fn add(app: &App, arguments: &Add) -> Result<Added, String> {
    let form = NewConnectionForm {
        provider: provider(arguments.provider).into(),
        name: arguments.name.clone(),
        label: arguments.label.clone().unwrap_or_default(),
    };
    let actor = Actor::CommandLine;
    let mut tx = app.db.write().await?;
    let organization = organizations::find_by_slug(&mut tx, &arguments.organization)
        .await?
        .ok_or_else(|| format!("--organization: there is no organization \"{}\"", arguments.organization))?;
    let id = connections::add(&mut tx, &actor, &organization.id, &form).await?;
    let connection = connections::find(&mut tx, &organization.id, &id).await?;
    let mode = match arguments.sync {
        Sync::Scim => SyncMode::Scim,
        Sync::OnSignIn => SyncMode::OnSignIn,
        Sync::None => SyncMode::None,
    };
    connections::choose_sync(&mut tx, &actor, &connection, mode).await?;
    let directory = connections::directory(&mut tx, &id).await?.ok_or("the connection has no directory")?;
    let scim_token = match mode {
        SyncMode::Scim => {
            let form =
                TokenForm { id: TokenId::new().to_string(), name: "Command line".into(), ..TokenForm::default() };
            tokens::create(&mut tx, &actor, &connection, &directory, &form).await?
        }
        SyncMode::OnSignIn | SyncMode::None => None,
    };
    // The settings are read before anything is kept, so that a wrong flag leaves nothing half-made.
    let settings = sign_in_settings(&connection, arguments)?;
    tx.commit().await?;

    if let Some(settings) = settings {
        let discovered = connections::discover(&app.client, connection.provider, &settings).await;
        configure(app, &actor, &connection, &settings, &discovered).await?;
    }
    let connection = connections::find(&mut app.db.read().await?, &organization.id, &id).await?;
    Ok(Added {
        directory_id: directory.id.to_string(),
        scim_base_url: provisioning::base_url(&app.config.public_url, &directory.label),
        scim_token,
        redirect_uri: connections::redirect_uri(&app.config.public_url, &id),
        connection,
    })
}

async fn configure(
    app: &App,
    actor: &Actor,
    connection: &Connection,
    settings: &SignInSettings,
    discovered: &Result<Metadata, DiscoveryProblem>,
) -> Result<(), String> {
    let mut tx = app.db.write().await?;
    connections::configure_sign_in(&mut tx, actor, &app.vault, connection, settings, discovered, Recency::Fresh)
        .await?;
    tx.commit().await?;
    Ok(())
}

fn sign_in_settings(connection: &Connection, arguments: &Add) -> Result<Option<SignInSettings>, String> {
    let (Some(client_id), Some(file)) = (&arguments.client_id, &arguments.client_secret_file) else {
        return Ok(None);
    };
    let secret = std::fs::read_to_string(file)
        .map(SecretString::from)
        .map_err(|error| format!("--client-secret-file: {} cannot be read: {error}", file.display()))?;
    let address = [&arguments.metadata_url, &arguments.issuer, &arguments.domain].into_iter().flatten().next();
    let form = SignInForm {
        address: address.cloned().unwrap_or_default(),
        tenant_id: arguments.tenant_id.clone().unwrap_or_default(),
        client_id: client_id.clone(),
        client_secret: secret,
        ..SignInForm::default()
    };
    Ok(Some(SignInSettings::parse(connection, &form)?))
}

impl Added {
    fn print(&self, json: bool) {
        let token = self.scim_token.as_ref().map(|token| token.expose_secret());
        let Connection { id, sign_in, problem, .. } = &self.connection;
        if json {
            let answer = json!({
                "connection_id": id,
                "directory_id": self.directory_id,
                "scim_base_url": self.scim_base_url,
                "scim_token": token,
                "redirect_uri": self.redirect_uri,
                "sign_in": sign_in.as_str(),
                "problem": problem,
            });
            say!("{answer:#}");
            return;
        }
        say!("Connection:    {id}");
        say!("SCIM base URL: {}", self.scim_base_url);
        if let Some(token) = token {
            say!("SCIM token:    {token}   (shown now and never again)");
        }
        say!("Redirect URI:  {}", self.redirect_uri);
        match (sign_in, problem) {
            (SignIn::Draft, Some(problem)) => say!("Sign-in:       draft: {problem}"),
            (state, _) => say!("Sign-in:       {}", state.as_str()),
        }
    }
}

fn provider(name: ProviderName) -> &'static str {
    match name {
        ProviderName::Okta => "okta",
        ProviderName::Entra => "entra",
        ProviderName::Generic => "generic",
    }
}
